from meeting_crm.child_row import ChildRow


class MeetingEnterpriseContact(ChildRow):
	pass
