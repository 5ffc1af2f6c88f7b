from frappe import _

from meeting_crm.core.system_record import SystemRecord


class MeetingDocumentLink(SystemRecord):
	"""A link that opens one document to whoever has it, for a time. Only `documents.links` writes these rows."""

	def get_refusal(self) -> str:
		return _("A link is made and revoked from the document's own page.")
