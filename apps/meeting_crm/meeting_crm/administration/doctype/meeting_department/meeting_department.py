from frappe.utils.nestedset import NestedSet


class MeetingDepartment(NestedSet):
	nsm_parent_field = "parent_meeting_department"
