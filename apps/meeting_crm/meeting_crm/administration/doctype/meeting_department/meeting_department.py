from frappe.utils.nestedset import NestedSet

from meeting_crm.administration import departments


class MeetingDepartment(NestedSet):
	nsm_parent_field = "parent_meeting_department"

	def validate(self):
		departments.validate_department(self)

	def on_update(self):
		super().on_update()
		departments.follow_department(self)

	def on_trash(self):
		departments.validate_deletion(self)
		super().on_trash()
