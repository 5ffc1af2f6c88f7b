"""Whitelisted functions of the customer file."""

import frappe
from frappe import _

from meeting_crm.claims.retry import retried_on_conflict
from meeting_crm.customers import errors, permissions, service


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def enter(project: str, customer: str | dict) -> dict:
	"""A4: enters a company and protects it for the session's user in `project`."""
	frappe.has_permission("Meeting Customer", "create", throw=True)
	return service.enter(project, read_form(customer), frappe.session.user)


@frappe.whitelist(methods=["POST"])
def check_entry(project: str, customer: str | dict) -> dict:
	"""Everything wrong with an entry form, and its numbers elsewhere, without entering it."""
	frappe.has_permission("Meeting Customer", "create", throw=True)
	entry = service.check_entry(project, read_form(customer), frappe.session.user)
	people = [entry.get_base(), *entry.contacts]
	return {"repeated": [row for values in people for row in service.check_numbers(values) if row["matches"]]}


@frappe.whitelist()
def check_numbers(
	mobile: str | None = None,
	phone: str | None = None,
	landline: str | None = None,
	email: str | None = None,
	fax: str | None = None,
	customer: str | None = None,
) -> list[dict]:
	"""C4 while typing. `customer`: the file being edited, whose own company is no repetition."""
	frappe.has_permission("Meeting Customer", "read", throw=True)
	values = {"mobile": mobile, "phone": phone, "landline": landline, "email": email, "fax": fax}
	own = None
	if customer:
		permissions.require_read(customer)
		own = frappe.db.get_value("Meeting Customer", customer, "enterprise")
	return service.check_numbers(values, own)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def add_remark(customer: str, note: str) -> dict:
	"""A5: a dated note in a file the user may change."""
	permissions.require_write(customer)
	return service.add_remark(customer, note)


def read_form(customer: str | dict) -> dict:
	try:
		form = frappe.parse_json(customer)
	except ValueError:
		form = None
	if not isinstance(form, dict):
		frappe.throw(
			_("The entry form is not readable. Send it as a JSON object with full_name, profile, landline, mobile, contacts."),
			exc=errors.InvalidEntryError,
		)
	return form
