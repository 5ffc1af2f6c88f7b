import json

import frappe

from meeting_crm.core import log
from meeting_crm.tests.base import MeetingTestCase
from meeting_crm.tests.factories import make_department, make_user, unique


def rows_of(doctype: str, name: str) -> list[dict]:
	return frappe.get_all(
		"Meeting Operation Log",
		filters={"reference_doctype": doctype, "reference_name": name},
		fields=["operation", "user", "before", "after"],
		order_by="happened_on asc",
	)


class TestMeetingOperationLog(MeetingTestCase):
	def test_every_step_of_a_document_is_logged_with_before_and_after(self):
		department = frappe.get_doc("Meeting Department", make_department())
		department.manager = make_user()
		department.save()
		department.delete()
		created, changed, deleted = rows_of("Meeting Department", department.name)
		self.assertEqual(json.loads(created.after)["department_name"], department.name)
		self.assertEqual(json.loads(changed.before), {"manager": None})
		self.assertEqual(json.loads(changed.after), {"manager": department.manager})
		self.assertEqual(json.loads(deleted.before)["manager"], department.manager)
		self.assertEqual({created.user, changed.user, deleted.user}, {"Administrator"})

	def test_many_rows_at_once_keep_their_own_values(self):
		names = [unique() for _ in range(3)]
		log.log_many(("Moved", "Meeting Customer", name, {"holder": "甲"}, {"holder": name}) for name in names)
		for name in names:
			(row,) = rows_of("Meeting Customer", name)
			self.assertEqual(json.loads(row.after), {"holder": name})

	def test_nobody_but_the_system_writes_the_log(self):
		user = make_user(None, "Meeting Administrator")
		frappe.set_user(user)
		self.addCleanup(frappe.set_user, "Administrator")
		for verb in ("create", "write", "delete"):
			self.assertFalse(frappe.has_permission("Meeting Operation Log", verb), verb)
		self.assertTrue(frappe.has_permission("Meeting Operation Log", "read"))

	def test_salespeople_do_not_read_the_log(self):
		frappe.set_user(make_user())
		self.addCleanup(frappe.set_user, "Administrator")
		self.assertFalse(frappe.has_permission("Meeting Operation Log", "read"))
