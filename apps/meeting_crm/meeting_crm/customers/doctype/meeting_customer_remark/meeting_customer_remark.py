from meeting_crm.child_row import ChildRow


class MeetingCustomerRemark(ChildRow):
	pass
