from meeting_crm.child_row import ChildRow


class MeetingContractPlanRow(ChildRow):
	pass
