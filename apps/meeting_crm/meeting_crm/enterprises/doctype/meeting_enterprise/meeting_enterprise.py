import frappe
from frappe.model.document import Document

from meeting_crm.enterprises import aliases, index, service


class MeetingEnterprise(Document):
	def validate(self):
		service.prepare(self)

	def after_insert(self):
		index.add_name(self.name, self.name_key)

	def on_update(self):
		index.follow_rename(self)

	def on_trash(self):
		aliases.remove_all(self.name)
		index.remove(self.name)


def on_doctype_update():
	index.create_tables()
	if frappe.db.get_column_type("Meeting Enterprise", "name_key"):
		index.compare_keys_exactly()
	frappe.db.add_index("Meeting Enterprise", ["region", "name_key"])
