"""Taking an import back: what nobody has touched since goes, the rest stays and says why. In chunks, each a transaction of
its own, so that a killed run goes on where it stopped."""

import frappe
from frappe import _

from meeting_crm.core.log import log_many
from meeting_crm.enterprises import aliases, index
from meeting_crm.entry.importing.writing import CREATED

TAKEN_BACK = "Taken Back"
ROWS_PER_CHUNK = 500
ROW = "Meeting Enterprise Import Row"

# {what speaks against it: SQL that is true where it does}
OBSTACLES = {
	"claimed": "exists (select 1 from `tabMeeting Claim` claim where claim.enterprise = enterprise.name)",
	"file": "exists (select 1 from `tabMeeting Customer` file where file.enterprise = enterprise.name)",
	"merged": "exists (select 1 from `tabMeeting Enterprise Alias` alias where alias.enterprise = enterprise.name and alias.source = 'Merged')",
	"affiliated": "ifnull(enterprise.affiliate_group, '') != ''",
	"changed": "enterprise.modified > enterprise.creation",
}


def describe_obstacle(obstacle: str) -> str:
	return {
		"claimed": _("Stays: somebody claimed it."),
		"file": _("Stays: there is a customer file on it."),
		"merged": _("Stays: another company was merged into it."),
		"affiliated": _("Stays: it is linked with affiliates."),
		"changed": _("Stays: it was changed after the import."),
		"gone": _("It was deleted or merged already."),
	}[obstacle]


def take_back_chunk(name: str, after: int) -> int | None:
	"""Of the rows that created something, the next ones after row `after`; the last row looked at, None at the end. The
	companies are locked: whoever claims one at this instant waits and then finds it gone, or came first."""
	rows = frappe.get_all(
		ROW,
		filters={"enterprise_import": name, "result": CREATED, "file_row": (">", after)},
		fields=["name", "file_row", "enterprise"],
		order_by="file_row",
		limit=ROWS_PER_CHUNK,
	)
	if not rows:
		return None
	standing = _lock(sorted({row.enterprise for row in rows if row.enterprise}))
	going = [enterprise for enterprise, obstacle in standing.items() if not obstacle]
	_remove(going)
	for row in rows:
		obstacle = standing.get(row.enterprise, "gone")
		values = {"message": describe_obstacle(obstacle)} if obstacle else {"result": TAKEN_BACK, "enterprise": None}
		frappe.db.set_value(ROW, row.name, values, update_modified=False)
	return rows[-1].file_row


def _lock(enterprises: list[str]) -> dict[str, str | None]:
	"""{enterprise: the first obstacle, None where it can go}, read past the snapshot."""
	if not enterprises:
		return {}
	told = " ".join(f"when {condition} then '{obstacle}'" for obstacle, condition in OBSTACLES.items())
	return dict(
		frappe.db.sql(
			f"select enterprise.name, case {told} end from `tabMeeting Enterprise` enterprise"
			" where enterprise.name in %s order by enterprise.name for update",
			(enterprises,),
		)
	)


def _remove(enterprises: list[str]) -> None:
	if not enterprises:
		return
	names = dict(
		frappe.get_all(
			"Meeting Enterprise",
			filters={"name": ("in", enterprises)},
			fields=["name", "enterprise_name"],
			as_list=True,
			order_by="name",
		)
	)
	for enterprise in enterprises:
		aliases.remove_all(enterprise)
		index.remove(enterprise)
	frappe.db.delete("Meeting Enterprise Contact", {"parent": ("in", enterprises), "parenttype": "Meeting Enterprise"})
	frappe.db.delete("Meeting Enterprise", {"name": ("in", enterprises)})
	log_many(("Deleted", "Meeting Enterprise", name, {"enterprise_name": names[name]}, None) for name in enterprises)
