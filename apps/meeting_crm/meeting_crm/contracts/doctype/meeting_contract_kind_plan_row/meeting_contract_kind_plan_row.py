from meeting_crm.core.child_row import ChildRow


class MeetingContractKindPlanRow(ChildRow):
	pass
