"""C2 and C7: a private relation becomes a company of the general database; files are reviewed; deletion is
asked for and decided."""

import frappe
from frappe import _
from frappe.utils import get_fullname, now_datetime

from meeting_crm.core.log import log
from meeting_crm.core.notifications import get_language, notify
from meeting_crm.core.people import get_administrators
from meeting_crm.core.wording import with_reason
from meeting_crm.customers import sharing
from meeting_crm.customers.deletion import get_references
from meeting_crm.customers.service import CUSTOMER, hide_file, save_by_service, set_holder

REQUEST = "Meeting Deletion Request"
DECISIONS = ("Approved", "Rejected")


def review(customer: str, decision: str, reason: str | None = None) -> None:
	"""C7: an administrator approves or rejects a file; its holder is told."""
	if decision not in DECISIONS:
		frappe.throw(_("The decision is Approved or Rejected."))
	doc = frappe.get_doc(CUSTOMER, customer, for_update=True)
	doc.review_status = decision
	save_by_service(doc)
	if doc.holder and doc.holder != frappe.session.user:
		language = get_language(doc.holder)
		approved = decision == "Approved"
		sentence = _("{0} was approved", language) if approved else _("{0} was rejected", language)
		notify(doc.holder, with_reason(sentence.format(doc.customer_name), reason, language), CUSTOMER, doc.name)


def request_deletion(customer: str, reason: str) -> str:
	"""C7: asks the administrators, whatever hangs on the file; at most one open request a file."""
	if not (reason or "").strip():
		frappe.throw(_("The reason is missing. Say why the file should be deleted."))
	if open_request := frappe.db.exists(REQUEST, {"customer": customer, "status": "Pending"}):
		return open_request
	customer_name = frappe.db.get_value(CUSTOMER, customer, "customer_name")
	doc = frappe.get_doc(
		{
			"doctype": REQUEST,
			"customer": customer,
			"customer_name": customer_name,
			"reason": reason.strip(),
			"requested_by": frappe.session.user,
			"status": "Pending",
		}
	).insert(ignore_permissions=True)  # why: the caller may change the file and asks about it only
	_tell_administrators(doc)
	return doc.name


def _tell_administrators(doc) -> None:
	for administrator in get_administrators():
		language = get_language(administrator)
		sentence = _("{0} asks to delete {1}", language).format(get_fullname(doc.requested_by), doc.customer_name)
		notify(administrator, with_reason(sentence, doc.reason, language), REQUEST, doc.name)


def _take_away(customer: str) -> None:
	"""For good where nothing refers to the file; otherwise out of everybody's sight but the administrators', because history
	that refers to it stays true."""
	if get_references(customer):
		for share in frappe.get_all("DocShare", {"share_doctype": CUSTOMER, "share_name": customer}, pluck="user"):
			sharing.revoke(CUSTOMER, customer, share)
		set_holder(customer, None)
		hide_file(customer)
	else:
		frappe.delete_doc(CUSTOMER, customer)


def decide_deletion(request: str, approve: bool, answer: str | None = None) -> None:
	doc = frappe.get_doc(REQUEST, request, for_update=True)
	if doc.status != "Pending":
		frappe.throw(_("{0} has decided about this already.").format(get_fullname(doc.decided_by)))
	doc.update(
		{
			"status": "Approved" if approve else "Rejected",
			"decided_by": frappe.session.user,
			"decided_on": now_datetime(),
			"answer": answer,
		}
	)
	doc.save(ignore_permissions=True)  # why: decided by an administrator, whom the endpoint has checked
	if approve and frappe.db.exists(CUSTOMER, doc.customer):
		_take_away(doc.customer)
	log(f"Deletion {doc.status}", REQUEST, doc.name)
	language = get_language(doc.requested_by)
	sentence = _("{0} was deleted as you asked", language) if approve else _("{0} is not deleted", language)
	notify(doc.requested_by, with_reason(sentence.format(doc.customer_name), answer, language), REQUEST, doc.name)
