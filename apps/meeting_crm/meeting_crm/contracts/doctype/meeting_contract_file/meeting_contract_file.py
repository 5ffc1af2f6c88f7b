from meeting_crm.child_row import ChildRow


class MeetingContractFile(ChildRow):
	pass
