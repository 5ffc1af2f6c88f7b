from meeting_crm.child_row import ChildRow


class MeetingContractKindPlanRow(ChildRow):
	pass
