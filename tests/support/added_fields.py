"""What an administrator adds to the customer's form, for as long as a test runs."""

from contextlib import contextmanager

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields

CUSTOMER = "Meeting Customer"


@contextmanager
def added_fields(*fields: dict):
	create_custom_fields({CUSTOMER: [{**field, "insert_after": "segment"} for field in fields]})
	frappe.db.commit()
	yield
	frappe.db.rollback()
	for field in fields:
		frappe.delete_doc("Custom Field", f"{CUSTOMER}-{field['fieldname']}", force=True)
	frappe.db.commit()
	for field in fields:
		frappe.db.sql_ddl(f"alter table `tab{CUSTOMER}` drop column if exists `{field['fieldname']}`")
	frappe.clear_cache(doctype=CUSTOMER)
