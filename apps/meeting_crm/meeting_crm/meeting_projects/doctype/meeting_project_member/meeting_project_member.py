import frappe

from meeting_crm.core.child_row import ChildRow


class MeetingProjectMember(ChildRow):
	"""A person who takes part in a project, under a manager. Once each: the project sees to it (a unique key would
	refuse a person who is removed and added again in one save)."""


def on_doctype_update():
	frappe.db.add_index("Meeting Project Member", ["parent", "user"])
