"""Who is told of an instalment, and when."""

from datetime import date, timedelta

import frappe
import pytest
from frappe.utils import getdate

from meeting_crm.contracts import reminders
from meeting_crm.tests import factories
from support.sales import make_contract

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
	("days", "told"), [(-8, False), (-7, True), (-1, False), (0, True), (1, False), (7, True), (14, True), (15, False)]
)
def test_before_on_the_day_and_each_week_after(days, told):
	assert reminders.is_told_today(TODAY - timedelta(days=days), TODAY, 7) is told


def test_the_holder_first_and_the_manager_later(site):
	manager = factories.make_user(None, "Meeting Manager")
	user = factories.make_user(department=factories.make_department(manager=manager))
	claim = factories.make_claim(factories.make_project(user), user)
	frappe.set_user(user)
	contract = make_contract(claim, amount=100, plan=[{"label": "定金", "due_on": getdate(), "amount": 100}]).insert()
	contract.submit()

	def count(person):
		return frappe.db.count("Notification Log", {"for_user": person, "document_name": contract.name})

	assert reminders.send() >= 1
	reminders.send()
	assert (count(user), count(manager)) == (1, 0)
	reminders.send(getdate() + timedelta(days=21))
	assert (count(user), count(manager)) == (2, 1)
