import frappe
from frappe import _
from frappe.model.document import Document

from meeting_crm.customers.permissions import require_write
from meeting_crm.documents import service
from meeting_crm.documents.errors import NotByHandError
from meeting_crm.documents.permissions import require_folder


class MeetingDocument(Document):
	"""A document's place and state. Its contents are Meeting Document Version."""

	def before_insert(self):
		self.refuse_insert_by_hand()

	def validate(self):
		service.guard(self)
		self.check_place()
		service.fill(self)

	def on_trash(self):
		self.refuse_deletion()

	def refuse_insert_by_hand(self):
		if not self.flags.by_service:
			frappe.throw(
				_("A document begins with a file. Upload one in Documents."), title=_("Not by hand"), exc=NotByHandError
			)

	def check_place(self):
		if self.flags.by_service:
			return
		if self.customer and self.has_value_changed("customer"):
			require_write(self.customer)
		if self.folder and self.has_value_changed("folder"):
			require_folder(self.folder)
		if self.contract and self.has_value_changed("customer"):
			frappe.throw(
				_("This document belongs to a contract and stays with its customer."),
				title=_("Not by hand"),
				exc=NotByHandError,
			)

	def refuse_deletion(self):
		if not self.flags.by_service:
			frappe.throw(
				_("Documents are put into the bin, in Documents, and can be taken out again for some days."),
				title=_("Use the bin"),
				exc=NotByHandError,
			)


def on_doctype_update():
	"""Each page of the library is read along one of these, newest first, and ends where it is full."""
	frappe.db.add_index("Meeting Document", ["deleted_on", "saved_on"])
	frappe.db.add_index("Meeting Document", ["folder", "deleted_on", "saved_on"])
	frappe.db.add_index("Meeting Document", ["owner", "modified"])
	frappe.db.add_index("Meeting Document", ["customer", "owner"])
	frappe.db.add_index("Meeting Document", ["contract", "modified"])
