import frappe
from frappe.model.document import Document

from meeting_crm.enterprises import aliases, index


class MeetingEnterpriseAlias(Document):
	def validate(self):
		aliases.prepare(self)

	def after_insert(self):
		index.add_alias(self.enterprise, self.alias_key)

	def on_update(self):
		aliases.follow_change(self)

	def on_trash(self):
		index.remove_alias(self.enterprise, self.alias_key)


def on_doctype_update():
	frappe.db.add_unique("Meeting Enterprise Alias", ["enterprise", "alias_key"])
