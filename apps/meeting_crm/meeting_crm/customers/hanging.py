"""Checks that everything hanging on a customer file shares."""

import frappe
from frappe import _
from frappe.utils import escape_html, getdate

from meeting_crm.customers.errors import AttachmentError, ForeignPersonError, InvalidTimeError, SalesError
from meeting_crm.customers.permissions import can_read


def check_person(doc, fieldname: str) -> None:
	"""Work is given only to enabled users who may read the customer file."""
	user = doc.get(fieldname)
	if not user or not doc.customer or not (doc.is_new() or doc.has_value_changed(fieldname)):
		return
	if not frappe.db.get_value("User", user, "enabled") or not can_read(doc.customer, user):
		frappe.throw(
			_("{0} may not read this customer file. Share the file with them first, or choose somebody else.").format(
				frappe.bold(escape_html(user))
			),
			title=_("Cannot be assigned"),
			exc=ForeignPersonError,
		)


def check_contact(doc) -> None:
	if doc.contact and doc.customer and frappe.db.get_value("Meeting Contact", doc.contact, "customer") != doc.customer:
		frappe.throw(
			_("The chosen contact belongs to another customer. Choose one of {0}.").format(
				frappe.bold(escape_html(doc.customer_name or ""))
			),
			title=_("Wrong contact"),
			exc=ForeignPersonError,
		)


def check_opportunity(doc) -> None:
	if (
		doc.opportunity
		and doc.customer
		and frappe.db.get_value("Meeting Opportunity", doc.opportunity, "customer") != doc.customer
	):
		frappe.throw(
			_("The chosen opportunity belongs to another customer. Choose one of {0}.").format(
				frappe.bold(escape_html(doc.customer_name or ""))
			),
			title=_("Wrong opportunity"),
			exc=ForeignPersonError,
		)


def check_contract(doc) -> None:
	if (
		doc.contract
		and doc.customer
		and frappe.db.get_value("Meeting Contract", doc.contract, "customer") != doc.customer
	):
		frappe.throw(
			_("The chosen contract belongs to another customer. Choose one of {0}.").format(
				frappe.bold(escape_html(doc.customer_name or ""))
			),
			title=_("Wrong contract"),
			exc=SalesError,
		)


def check_attachment(doc, fieldname: str) -> None:
	"""Only a file that the user may read already is attached. Frappe hands a file that hangs nowhere to the
	first document that names its address, and with it to whoever may read that document."""
	address = doc.get(fieldname)
	if not address or not (doc.is_new() or doc.has_value_changed(fieldname)):
		return
	if not get_readable_file(address):
		frappe.throw(
			_("The attachment cannot be read. Upload the file itself, here, and save again."),
			title=_("Attachment not found"),
			exc=AttachmentError,
		)


def get_readable_file(address: str):
	"""One address can stand in several File rows, when several people uploaded the same paper; any that
	lies on this site and that the user may read."""
	for name in frappe.get_all("File", {"file_url": address, "is_folder": 0}, pluck="name", order_by="creation"):
		file = frappe.get_doc("File", name)
		if not file.is_remote_file and _may_read(file) and file.exists_on_disk():
			return file
	return None


def _may_read(file) -> bool:
	"""Frappe puts an empty message on the screen for every document that a check refuses."""
	count = len(frappe.local.message_log)
	try:
		return file.owner == frappe.session.user or bool(file.has_permission("read"))
	finally:
		del frappe.local.message_log[count:]


def keep_attachment_private(doc, fieldname: str) -> None:
	"""What hangs on a customer is nobody's business but its readers'."""
	if not (doc.get(fieldname) or "").startswith("/files/"):
		return
	file = get_readable_file(doc.get(fieldname))
	if file and file.owner == frappe.session.user:
		file.is_private = 1
		file.save(ignore_permissions=True)  # why: their own upload, checked a line above
		doc.set(fieldname, file.file_url)


def check_order(doc, first: str, last: str) -> None:
	"""The date `last` does not lie before the date `first`."""
	if doc.get(first) and doc.get(last) and getdate(doc.get(last)) < getdate(doc.get(first)):
		frappe.throw(
			_("{0} lies before {1}. Correct one of the two dates.").format(
				_(doc.meta.get_label(last)), _(doc.meta.get_label(first))
			),
			title=_("Dates in the wrong order"),
			exc=InvalidTimeError,
		)


def check_not_in_future(doc, fieldname: str) -> None:
	if doc.get(fieldname) and getdate(doc.get(fieldname)) > getdate():
		frappe.throw(
			_("{0} lies in the future. Enter the day on which it happened.").format(_(doc.meta.get_label(fieldname))),
			title=_("Date in the future"),
			exc=InvalidTimeError,
		)


def check_positive(doc, fieldname: str) -> None:
	if not float(doc.get(fieldname) or 0) > 0:
		frappe.throw(
			_("{0} must be more than zero.").format(_(doc.meta.get_label(fieldname))),
			title=_("Amount missing"),
			exc=SalesError,
		)
