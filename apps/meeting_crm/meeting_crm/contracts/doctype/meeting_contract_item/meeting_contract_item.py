from meeting_crm.child_row import ChildRow


class MeetingContractItem(ChildRow):
	pass
