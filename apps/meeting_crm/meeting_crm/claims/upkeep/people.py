"""What becomes of a person's claims when administrators rename an account or merge two."""

import frappe
from frappe import _

from meeting_crm.claims.locks import get_account_name

ACCOUNT = "Meeting Claim Account"


def follow_renamed_user(doc, method: str, old: str, new: str, merge: bool = False) -> None:
	"""The row that a person's claims lock stands under a name made of the person's (locks.py)."""
	for name, project in frappe.get_all(ACCOUNT, filters={"user": new}, fields=["name", "project"], as_list=True):
		if name != get_account_name(project, new):
			frappe.db.set_value(ACCOUNT, name, "name", get_account_name(project, new), update_modified=False)


def refuse_merge(doc, method: str, old: str, new: str, merge: bool = False) -> None:
	"""Two people who held the same company, or used up their days and extensions in the same project, cannot become one."""
	if merge and (frappe.db.exists("Meeting Claim", {"holder": old}) or frappe.db.exists(ACCOUNT, {"user": old})):
		frappe.throw(
			_(
				"{0} has claims of their own, which are history and cannot be mixed with those of {1}. Hand over what they hold and disable the account instead."
			).format(frappe.bold(frappe.utils.escape_html(old)), frappe.bold(frappe.utils.escape_html(new))),
			title=_("Not mergeable"),
		)
