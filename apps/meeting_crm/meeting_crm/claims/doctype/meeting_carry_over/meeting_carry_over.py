import frappe
from frappe import _
from frappe.model.document import Document

SETTINGS = ("project", "only_previous", "on_person_left", "on_affiliate_held")


class MeetingCarryOver(Document):
	"""Signed enterprises of earlier projects, claimed in a new one for the person who signed them last (B9)."""

	def before_insert(self):
		self.update({"status": "Draft", "carried_over": 0, "left_in_pool": 0, "taken_meanwhile": 0})

	def validate(self):
		self.guard_result()

	def on_trash(self):
		if self.status != "Draft":
			frappe.throw(_("A carry-over that was started is a record of what happened and stays."))

	def guard_result(self):
		previous = self.get_doc_before_save()
		if not previous or self.flags.by_service:
			return
		if previous.status in ("Queued", "Running", "Done") and any(
			self.get(field) != previous.get(field) for field in SETTINGS
		):
			frappe.throw(_("This carry-over has been started. Make a new one for other settings."))
		for field in (
			"status",
			"started_by",
			"started_on",
			"finished_on",
			"carried_over",
			"left_in_pool",
			"taken_meanwhile",
			"failure",
			"run",
		):
			self.set(field, previous.get(field))
