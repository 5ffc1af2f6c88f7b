from frappe import _

from meeting_crm.core.system_record import SystemRecord


class MeetingDocumentText(SystemRecord):
	"""The words of a document's current version, for the search. Only `documents.texts` writes these rows."""

	def get_refusal(self) -> str:
		return _("The text of a document is read from its file. Save a new version instead.")
