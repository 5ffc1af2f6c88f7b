"""Affiliated enterprises with their status (A6)."""

from meeting_crm.claims import service as claims
from meeting_crm.enterprises import service as enterprises


def describe(enterprise: str) -> list[dict]:
	"""The other members: name, the name people read, and status (A2)."""
	others = enterprises.get_affiliates(enterprise)
	names, statuses = enterprises.read_names(others), claims.get_statuses(others)
	return [
		{
			"enterprise": other,
			"enterprise_name": names[other],
			"status": statuses[other][0]["status"] if statuses.get(other) else "Uncontacted",
		}
		for other in others
	]
