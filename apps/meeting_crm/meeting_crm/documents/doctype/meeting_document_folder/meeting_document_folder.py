import frappe
from frappe.model.document import Document

from meeting_crm.documents import folders


class MeetingDocumentFolder(Document):
	def validate(self):
		folders.fill(self)

	def on_trash(self):
		folders.check_empty(self)


def on_doctype_update():
	frappe.db.add_index("Meeting Document Folder", ["parent_folder", "folder_name"])
