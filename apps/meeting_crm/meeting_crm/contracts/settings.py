"""What administrators set for contracts and money."""

import frappe
from frappe.utils import flt

SETTINGS = "Meeting Contract Settings"


def get_setting(fieldname: str):
	"""The stored value; the default of the field where nobody has saved the settings yet."""
	value = frappe.get_cached_doc(SETTINGS).get(fieldname)
	return frappe.get_meta(SETTINGS).get_field(fieldname).default if value is None else value


def get_number(fieldname: str) -> float:
	return flt(get_setting(fieldname))
