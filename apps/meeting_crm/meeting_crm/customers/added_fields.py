"""Fields that administrators add to the customer in the desk: asked where a company is entered, as in its form."""

import frappe

from meeting_crm.customers.service import CUSTOMER

ASKED = frozenset(
	"Data Text Select Link Int Float Currency Percent Date Datetime Time Check Phone Rating Duration".split()
) | {"Small Text", "Long Text"}


def get_added_fields() -> list:
	"""The docfields that the user may write, in the order of the form."""
	meta = frappe.get_meta(CUSTOMER)
	levels = meta.get_permlevel_access("write")
	return [
		field
		for field in meta.get_custom_fields()
		if field.fieldtype in ASKED and field.permlevel in levels and not (field.hidden or field.read_only)
	]
