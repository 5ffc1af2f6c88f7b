from meeting_crm.core.child_row import ChildRow


class MeetingShipmentContent(ChildRow):
	pass
