"""Who stands over whom, and the operation log."""

import frappe
from frappe import _


def refuse_renaming(doc, method: str, old: str, new: str, merge: bool = False) -> None:
	"""The program knows its roles by their names."""
	if old.startswith("Meeting "):
		frappe.throw(
			_(
				"The role {0} belongs to Meeting CRM and keeps its name. Add a role of your own, or translate its name."
			).format(frappe.bold(frappe.utils.escape_html(old))),
			title=_("Role in use"),
		)
