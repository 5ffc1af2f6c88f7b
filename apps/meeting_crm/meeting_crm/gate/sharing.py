"""Nobody gives a right that he does not have, by the framework's dialog or ours."""

import frappe
from frappe import _

RIGHTS = ("read", "write", "submit", "share")


def check_share(doc, method: str | None = None) -> None:
	"""Before a share is stored. What the program itself gives, such as an assignment, it marks."""
	giver = frappe.session.user
	if doc.flags.ignore_share_permission or giver == "Administrator":
		return
	before = doc.get_doc_before_save()
	for right in RIGHTS:
		if doc.get(right) and not (before and before.get(right)) and not _has(doc, right, giver):
			frappe.throw(
				_(
					"You may not {0} this record yourself, so you cannot let others do it. Ask its holder or an administrator."
				).format(_(right)),
				title=_("Not yours to give"),
				exc=frappe.PermissionError,
			)


def _has(doc, right: str, giver: str) -> bool:
	record = frappe.get_doc(doc.share_doctype, doc.share_name)
	if right == "submit" and not record.meta.is_submittable:
		return True
	return bool(frappe.has_permission(doc.share_doctype, right, doc=record, user=giver))
