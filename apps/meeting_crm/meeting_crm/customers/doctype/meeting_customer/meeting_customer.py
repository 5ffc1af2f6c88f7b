import frappe
from frappe.model.document import Document

from meeting_crm.customers import editing


class MeetingCustomer(Document):
	def before_insert(self):
		editing.set_first_holder(self)

	def validate(self):
		editing.clean_customer(self)
		editing.validate_protected_fields(self)
		editing.validate_category(self)
		editing.validate_numbers(self)
		editing.stamp_remarks(self)
		editing.set_keys(self)

	def on_update(self):
		editing.rename_in_contacts(self)

	def on_trash(self):
		editing.validate_unused(self)
		editing.delete_people(self)

	def validate_share(self, share):
		editing.validate_share(self, share)


def on_doctype_update():
	frappe.db.add_unique("Meeting Customer", ["enterprise", "holder"])
	frappe.db.add_index("Meeting Customer", ["owner", "claimed_on"])
	frappe.db.add_index("Meeting Customer", ["holder", "claimed_on"])
	frappe.db.add_index("Meeting Customer", ["owner", "holder"])
	frappe.db.add_index("Meeting Customer", ["holder", "category"])
	frappe.db.add_index("Meeting Customer", ["category", "claimed_on"])
	frappe.db.add_index("Meeting Customer", ["review_status", "claimed_on"])
