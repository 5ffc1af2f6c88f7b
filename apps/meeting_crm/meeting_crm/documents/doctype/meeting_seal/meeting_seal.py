import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

from meeting_crm.documents.errors import NotByHandError
from meeting_crm.documents.seals import service


class MeetingSeal(Document):
	"""An electronic seal: who keeps it, who may ask for it, what it looks like, what it signs with."""

	def validate(self):
		self.check_size()
		service.check_validity(self)
		service.make_picture(self)
		service.make_certificate(self)

	def on_trash(self):
		frappe.throw(
			_("A seal is withdrawn, never deleted: what it signed must stay explained."),
			title=_("Withdraw it"),
			exc=NotByHandError,
		)

	def check_size(self):
		if not 10 <= flt(self.millimetres) <= 60:
			frappe.throw(_("The seal's diameter must be between 10 and 60 millimetres."), exc=NotByHandError)
