from meeting_crm.core.child_row import ChildRow


class MeetingContractItem(ChildRow):
	pass
