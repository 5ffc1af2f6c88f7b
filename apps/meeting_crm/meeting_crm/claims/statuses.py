"""The word that stands beside a company for people who may not see more (A2)."""

from meeting_crm.claims.service import get_statuses
from meeting_crm.enterprises.service import read_names


def name_with_status(enterprises: list[str]) -> list[dict]:
	"""All that anybody learns of a foreign enterprise (A2): its name and its strongest status."""
	if not enterprises:
		return []
	statuses = get_statuses(enterprises, None)
	names = read_names(enterprises)
	return [
		{"enterprise_name": label, "status": _get_strongest(statuses.get(name) or [])}
		for name, label in sorted(names.items(), key=lambda item: item[1])
	]


def list_held_in(enterprise: str | None) -> list[dict]:
	"""The projects in which somebody holds it, as the duplicate check tells everybody: [{project_name, status}]."""
	rows = get_statuses([enterprise])[enterprise] if enterprise else []
	return [{"project_name": row["project_name"], "status": row["status"]} for row in rows]


def _get_strongest(rows: list[dict]) -> str:
	found = {row["status"] for row in rows}
	return next((status for status in ("Signed", "In Negotiation") if status in found), "Uncontacted")
