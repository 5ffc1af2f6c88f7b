import frappe
from frappe import _
from frappe.model.document import Document

from meeting_crm.documents.errors import NotByHandError


class MeetingSigningCertificate(Document):
	"""A certificate that seals sign with; its key lies encrypted among the site's passwords, in no file."""

	def validate(self):
		self.refuse_by_hand()

	def on_trash(self):
		self.refuse_by_hand()

	def refuse_by_hand(self):
		if not self.flags.by_service:
			frappe.throw(
				_("Certificates are made by the product for each seal, and kept as long as anything signed with them."),
				title=_("Not by Hand"),
				exc=NotByHandError,
			)
