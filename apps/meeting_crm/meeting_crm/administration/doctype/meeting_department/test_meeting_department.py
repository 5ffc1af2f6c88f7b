import frappe

from meeting_crm.core.people import get_subordinates, is_administrator
from meeting_crm.tests.base import MeetingTestCase
from meeting_crm.tests.factories import make_department, make_project, make_user


class TestMeetingDepartment(MeetingTestCase):
	def setUp(self):
		getattr(frappe.local, "request_cache", {}).clear()

	def test_a_manager_stands_over_the_department_and_all_below(self):
		manager, deputy = make_user(None, "Meeting Manager"), make_user(None, "Meeting Manager")
		upper = make_department(manager=manager)
		lower = make_department(manager=deputy, parent=upper)
		above, below = make_user(department=upper), make_user(department=lower)
		self.assertEqual(get_subordinates(manager), sorted([above, below]))
		self.assertEqual(get_subordinates(deputy), [below])
		self.assertEqual(get_subordinates(above), [])

	def test_a_manager_stands_over_the_members_of_a_project(self):
		manager, member, other = make_user(None, "Meeting Manager"), make_user(), make_user()
		make_project(member, manager=manager)
		self.assertEqual(get_subordinates(manager), [member])
		self.assertNotIn(other, get_subordinates(manager))

	def test_administrators_are_known_by_role(self):
		self.assertTrue(is_administrator("Administrator"))
		self.assertTrue(is_administrator(make_user(None, "Meeting Administrator")))
		self.assertFalse(is_administrator(make_user(None, "Meeting Manager")))
