import frappe
from frappe import _

from meeting_crm.core.system_record import SystemRecord


class MeetingDocumentVersion(SystemRecord):
	"""One content of a document, for ever as it was saved. Only `documents.service` writes these rows."""

	def get_refusal(self) -> str:
		return _("A version is what somebody saved and is neither changed nor deleted. Save a new version instead.")


def on_doctype_update():
	frappe.db.add_unique("Meeting Document Version", ["document", "number"], "document_number")
