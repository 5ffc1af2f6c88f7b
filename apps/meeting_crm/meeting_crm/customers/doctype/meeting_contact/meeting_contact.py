import frappe
from frappe.model.document import Document

from meeting_crm.customers import editing


class MeetingContact(Document):
	def validate(self):
		editing.validate_contact(self)
		editing.set_keys(self)

	def on_update(self):
		editing.keep_one_primary(self)


def on_doctype_update():
	frappe.db.add_index("Meeting Contact", ["owner", "modified"])
	frappe.db.add_index("Meeting Contact", ["customer", "owner"])
