from meeting_crm.child_row import ChildRow


class MeetingQuotationItem(ChildRow):
	pass
