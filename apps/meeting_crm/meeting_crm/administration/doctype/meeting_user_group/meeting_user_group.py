from frappe.model.document import Document

from meeting_crm.administration import groups


class MeetingUserGroup(Document):
	"""What everybody in a group may do (E4)."""

	def validate(self):
		groups.validate_group(self)

	def on_update(self):
		groups.follow_group(self)

	def on_trash(self):
		groups.validate_group_deletion(self)
