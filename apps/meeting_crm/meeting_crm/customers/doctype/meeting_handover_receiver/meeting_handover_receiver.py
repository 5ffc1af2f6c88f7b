from meeting_crm.child_row import ChildRow


class MeetingHandoverReceiver(ChildRow):
	pass
