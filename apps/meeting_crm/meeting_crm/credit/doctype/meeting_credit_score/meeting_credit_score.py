import frappe
from frappe import _
from frappe.model.document import Document

COMPUTED = ("enterprise", "score", "level", "parts", "turnover")


class MeetingCreditScore(Document):
	"""Computed by the service; administrators add their judgement alone."""

	def validate(self):
		if not self.flags.by_service:
			self.keep_computed()
		if not 0 <= (self.judgement or 0) <= 100:
			frappe.throw(_("A judgement is between 0 and 100."), title=_("Judgement not possible"))

	def keep_computed(self):
		before = self.get_doc_before_save()
		for field in COMPUTED:
			if before:
				self.set(field, before.get(field))
			elif field != "enterprise":
				self.set(field, None)
