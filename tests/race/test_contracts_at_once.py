"""Several people at one payment, one bank entry, one claim at the same instant, through HTTP and several web processes."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import frappe
import pytest
from frappe.utils import now_datetime, nowdate

from meeting_crm.contracts import api
from meeting_crm.tests import factories
from support.sales import make_contract, make_held

pytestmark = pytest.mark.race
API = "meeting_crm.contracts.api."
CROWD = 6


def all_at_once(steps):
	gate = Barrier(len(steps))

	def run(step):
		gate.wait()
		return step()

	with ThreadPoolExecutor(len(steps)) as pool:
		return list(pool.map(run, steps))


@pytest.fixture
def finance(rest):
	"""People of finance, signed in."""
	return [rest(factories.make_user(None, "Meeting Finance")) for _number in range(CROWD)]


def make_receipt(amount=1000):
	user, _project, claim = make_held()
	frappe.set_user(user)
	contract = make_contract(claim, amount=amount).insert()
	contract.submit()
	name = api.register_payment(claim.name, amount, nowdate(), contract=contract.name)["payment"]
	frappe.set_user("Administrator")
	api.confirm_payment(name)
	return claim, contract, name


def test_two_refunds_of_the_whole(finance):
	claim, contract, receipt = make_receipt()
	frappe.db.commit()
	answers = all_at_once(
		[
			lambda client=client: client.call(API + "refund", payment=receipt, amount=1000, reason="退款")
			for client in finance
		]
	)
	codes = Counter(answer.status_code for answer in answers)
	assert codes == {200: 1, 409: CROWD - 1}, [answer.text[:300] for answer in answers]
	frappe.db.rollback()
	assert frappe.db.get_value("Meeting Contract", contract.name, ["received", "refunded", "outstanding"]) == (
		1000,
		1000,
		1000,
	)


def test_one_registered_payment_is_confirmed_once(finance):
	user, _project, claim = make_held()
	frappe.set_user(user)
	name = api.register_payment(claim.name, 5, nowdate())["payment"]
	frappe.set_user("Administrator")
	frappe.db.commit()
	answers = all_at_once(
		[lambda client=client: client.call(API + "confirm_payment", payment=name) for client in finance]
	)
	assert Counter(answer.status_code for answer in answers) == {200: 1, 409: CROWD - 1}
	frappe.db.rollback()
	assert frappe.db.get_value("Meeting Claim", claim.name, ["phase", "payment"]) == ("Signed", name)


def test_one_bank_entry_is_booked_once(finance):
	_claim, contract, _receipt = make_receipt()
	statement = frappe.get_doc({"doctype": "Meeting Bank Import", "our_account": "工行", "file": "/none"})
	statement.name = factories.unique()
	statement.db_insert()
	row = frappe.get_doc(
		{
			"doctype": "Meeting Bank Row",
			"bank_import": statement.name,
			"booked_on": nowdate(),
			"amount": 77,
			"payer_name": "某某",
			"state": "Suggested",
			"suggested_contract": contract.name,
		}
	).insert(ignore_permissions=True)
	frappe.db.commit()
	answers = all_at_once(
		[lambda client=client: client.call(API + "book_bank_row", row=row.name) for client in finance]
	)
	assert Counter(answer.status_code for answer in answers) == {200: 1, 409: CROWD - 1}
	frappe.db.rollback()
	assert frappe.db.count("Meeting Payment", {"amount": 77, "enterprise_name": contract.enterprise_name}) == 1


def test_a_payment_against_the_end_of_protection(finance, rest):
	"""Finance confirms at the second at which protection ends, while a colleague claims the company: either it is signed, or the
	colleague holds it and the money is booked as a conflict. Never both, never neither."""
	outcomes = Counter(_meet_at_the_end(finance[0], rest) for _round in range(4))
	assert sum(outcomes.values()) == 4


def _meet_at_the_end(clerk, rest) -> str:
	user, colleague = factories.make_user(), factories.make_user()
	project = factories.make_project(user, colleague)
	claim = factories.make_claim(project, user)
	frappe.set_user(user)
	name = api.register_payment(claim.name, 5, nowdate())["payment"]
	frappe.set_user("Administrator")
	end = now_datetime() + timedelta(seconds=3)
	start, until = frappe.db.get_value("Meeting Claim", claim.name, ["protected_from", "protected_until"])
	frappe.db.set_value("Meeting Claim", claim.name, {"protected_from": start - (until - end), "protected_until": end})
	frappe.db.commit()
	other = rest(colleague)
	left = (end - now_datetime()).total_seconds()

	def at_the_end(step):
		time.sleep(max(0, left))
		return step()

	confirmed, claimed = all_at_once(
		[
			lambda: at_the_end(lambda: clerk.call(API + "confirm_payment", payment=name)),
			lambda: at_the_end(
				lambda: other.call("meeting_crm.claims.api.claim", project=project, enterprise=claim.enterprise)
			),
		]
	)
	assert confirmed.status_code == 200, confirmed.text[:500]
	frappe.db.rollback()
	signed = frappe.db.get_value("Meeting Claim", claim.name, "phase") == "Signed"
	assert signed != bool(frappe.db.get_value("Meeting Payment", name, "conflict"))
	assert not (signed and claimed.status_code == 200), claimed.text[:300]
	assert frappe.db.count("Meeting Claim", {"enterprise": claim.enterprise, "phase": ("!=", "Ended")}) <= 1
	return "signed" if signed else "conflict"
