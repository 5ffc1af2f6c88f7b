from meeting_crm.child_row import ChildRow


class MeetingPolicyExtra(ChildRow):
	pass
