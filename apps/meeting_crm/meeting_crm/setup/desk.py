"""Defaults of the desk's own screens, made once; administrators change them in the desk."""

import frappe
from frappe.custom.doctype.property_setter.property_setter import make_property_setter

PREFIX = "Meeting "
MODULE = "Administration"

COLUMNS = {
	"Meeting Customer": 6,
	"Meeting Contact": 6,
	"Meeting Activity": 7,
	"Meeting Contract": 8,
	"Meeting Payment": 8,
	"Meeting Invoice": 8,
	"Meeting Contract Change": 7,
	"Meeting Shipment": 7,
	"Meeting Bank Import": 5,
	"Meeting Credit Score": 6,
	"Meeting Opportunity": 7,
	"Meeting Customer Project": 7,
	"Meeting Maintenance": 7,
	"Meeting Quotation": 8,
	"Meeting Expense": 7,
	"Meeting Project": 6,
	"Meeting Project Rules": 9,
	"Meeting Claim": 6,
	"Meeting Claim Event": 6,
	"Meeting Protection Extension": 6,
	"Meeting Daily Shortfall": 6,
	"Meeting Leave": 5,
	"Meeting Carry Over": 5,
	"Meeting Handover": 6,
	"Meeting Deletion Request": 6,
	"Meeting Execution": 7,
	"Meeting Booth": 7,
	"Meeting Room": 6,
	"Meeting Deliverable Work": 6,
	"Meeting Department Task": 6,
	"Meeting Room Block": 6,
	"Meeting Segment": 4,
	"Meeting Activity Outcome": 4,
}


def make_desk_defaults() -> None:
	make_list_columns()
	show_names_of_people()
	show_sign_of_yuan()
	name_records_in_english()


def make_list_columns() -> None:
	"""Frappe shows one column of its own choice on a laptop's screen; these lists are read for several."""
	for doctype, total_fields in COLUMNS.items():
		if not frappe.db.exists("List View Settings", doctype):
			frappe.get_doc(
				{"doctype": "List View Settings", "name": doctype, "total_fields": str(total_fields)}
			).insert(
				ignore_permissions=True  # why: set-up has no user
			)


def show_names_of_people() -> None:
	"""Links to users show names; nobody knows colleagues by their e-mail address."""
	name = {"doc_type": "User", "property": "show_title_field_in_link"}
	if not frappe.db.exists("Property Setter", name):
		setter = make_property_setter("User", None, "show_title_field_in_link", 1, "Check", for_doctype=True)
		setter.db_set("module", MODULE)


def show_sign_of_yuan() -> None:
	"""Frappe knows CNY without its sign."""
	if not frappe.db.get_value("Currency", "CNY", "symbol"):
		frappe.db.set_value("Currency", "CNY", {"symbol": "¥", "enabled": 1})


def name_records_in_english() -> None:
	"""Frappe reads no translation file for English, only Translation records: there `Meeting Contact` is called Contact."""
	names = get_names_of_records()
	for language in frappe.get_all("Language", filters={"name": ("like", "en%")}, pluck="name"):
		named = frappe.get_all("Translation", filters={"language": language}, pluck="source_text")
		for name in sorted(names - set(named)):
			frappe.get_doc(
				{
					"doctype": "Translation",
					"language": language,
					"source_text": name,
					"translated_text": name.removeprefix(PREFIX),
				}
			).insert(
				ignore_permissions=True  # why: set-up has no user
			)


def get_names_of_records() -> set[str]:
	"""What people read: record types, reports, roles and dashboards."""
	modules = frappe.get_all("Module Def", filters={"app_name": "meeting_crm"}, pluck="name")
	filters = {"name": ("like", f"{PREFIX}%")}
	names = [
		name
		for doctype in ("DocType", "Report", "Dashboard")
		for name in frappe.get_all(doctype, filters={**filters, "module": ("in", modules)}, pluck="name")
	]
	return {*names, *frappe.get_all("Role", filters=filters, pluck="name")}
