import frappe
from frappe import _

from meeting_crm.core.system_record import SystemRecord


class MeetingDocumentDraft(SystemRecord):
	"""What somebody typed and has not saved yet. Only `documents.drafts` writes these rows."""

	def get_refusal(self) -> str:
		return _("A draft is kept by the editor. Open the document to go on with it, or to drop it.")


def on_doctype_update():
	frappe.db.add_unique("Meeting Document Draft", ["document", "user"], "document_user")
