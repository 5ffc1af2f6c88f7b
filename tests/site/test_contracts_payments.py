"""Receipts and refunds in parts, and what they do to the claim (B5, D2)."""

from datetime import timedelta

import frappe
import pytest
from frappe.utils import add_days, get_datetime, now_datetime, nowdate

from meeting_crm.claims.bulk.handing_over import hand_over
from meeting_crm.claims.errors import AlreadyHeldError
from meeting_crm.claims.service import make_claim
from meeting_crm.contracts import api, payments, service
from meeting_crm.contracts.errors import (
	AllocationError,
	AmountError,
	BankNumberTakenError,
	ContractInUseError,
	PaymentStateError,
	RefundTooLargeError,
)
from meeting_crm.core.errors import ClaimError
from meeting_crm.customers.errors import InvalidTimeError
from meeting_crm.meeting_projects.service import add_members
from meeting_crm.tests import factories
from support.sales import make_contract, make_held, upload


@pytest.fixture
def held(site):
	return make_held()


@pytest.fixture
def finance(site):
	return factories.make_user(None, "Meeting Finance")


def sign(user, claim, **values):
	frappe.set_user(user)
	contract = make_contract(claim, **values).insert()
	contract.submit()
	return contract


def register(user, claim, amount, contract=None, **values):
	frappe.set_user(user)
	return api.register_payment(claim.name, amount, nowdate(), contract and contract.name, **values)["payment"]


def receive(user, finance, claim, amount, contract=None, **values):
	"""Registered by the salesperson, confirmed by finance."""
	name = register(user, claim, amount, contract, **values)
	frappe.set_user(finance)
	return api.confirm_payment(name)["payment"]


def state(claim):
	return frappe.db.get_value("Meeting Claim", claim.name, ["phase", "contract", "payment"])


def figures(contract):
	return frappe.db.get_value(
		"Meeting Contract", contract.name, ["received", "refunded", "outstanding", "next_due_on"]
	)


def test_the_smallest_receipt_signs_without_a_contract(held, finance):
	user, _project, claim = held
	name = receive(user, finance, claim, 1)
	assert state(claim) == ("Signed", None, name)


def test_what_is_only_registered_signs_nothing(held):
	user, _project, claim = held
	register(user, claim, 100)
	assert state(claim) == ("Negotiating", None, None)


def test_a_refund_of_all_gives_the_rest_of_the_time_back(held, finance):
	user, _project, claim = held
	left = timedelta(days=3, hours=4)
	now = now_datetime()
	start = get_datetime(frappe.db.get_value("Meeting Claim", claim.name, "protected_from"))
	end = get_datetime(frappe.db.get_value("Meeting Claim", claim.name, "protected_until"))
	shift = end - (now + left)
	frappe.db.set_value("Meeting Claim", claim.name, {"protected_from": start - shift, "protected_until": now + left})
	name = receive(user, finance, claim, 1)
	api.refund(name, 1, "客户取消")
	phase, until = frappe.db.get_value("Meeting Claim", claim.name, ["phase", "protected_until"])
	assert phase == "Negotiating"
	assert abs((until - now_datetime()) - left) < timedelta(seconds=20)


def test_a_refund_of_a_part_keeps_the_signature(held, finance):
	user, _project, claim = held
	name = receive(user, finance, claim, 1000)
	api.refund(name, 999.99, "多付")
	assert state(claim)[0] == "Signed"


def test_a_contract_keeps_the_signature_when_all_money_went_back(held, finance):
	user, _project, claim = held
	contract = sign(user, claim)
	name = receive(user, finance, claim, 500, contract)
	assert state(claim) == ("Signed", contract.name, name)
	api.refund(name, 500, "退款")
	assert state(claim) == ("Signed", contract.name, None)


def test_a_contract_with_money_is_not_made_void(held, finance):
	user, _project, claim = held
	contract = sign(user, claim)
	name = receive(user, finance, claim, 500, contract)
	frappe.set_user("Administrator")
	with pytest.raises(ContractInUseError, match="Refund them first"):
		frappe.get_doc("Meeting Contract", contract.name).cancel()
	assert api.get_ending_effect(contract.name)["void_obstacle"]
	frappe.set_user(finance)
	api.refund(name, 500, "退款")
	frappe.set_user("Administrator")
	frappe.get_doc("Meeting Contract", contract.name).cancel()
	assert frappe.db.get_value("Meeting Contract", contract.name, "status") == "Void"
	assert state(claim) == ("Negotiating", None, None)


def test_a_receipt_over_two_contracts(held, finance):
	user, _project, claim = held
	first, second = sign(user, claim, amount=10000), sign(user, claim, amount=2000)
	frappe.set_user(user)
	payment = payments.register(claim.name, 12000, nowdate())
	payment.set("allocations", [{"contract": first.name, "amount": 10000}, {"contract": second.name, "amount": 2000}])
	payment.save()
	frappe.set_user(finance)
	api.confirm_payment(payment.name)
	assert figures(first)[:3] == (10000, 0, 0)
	assert figures(second)[:3] == (2000, 0, 0)


def test_what_one_contract_was_paid_too_much_goes_back_from_its_share(held, finance):
	user, _project, claim = held
	first, second = sign(user, claim, amount=10000), sign(user, claim, amount=2000)
	frappe.set_user(user)
	payment = payments.register(claim.name, 12800, nowdate())
	payment.set("allocations", [{"contract": first.name, "amount": 10500}, {"contract": second.name, "amount": 2000}])
	payment.save()
	frappe.set_user(finance)
	name = api.confirm_payment(payment.name)["payment"]

	def get_row():
		return next((row for row in api.get_money_board()["to_refund"]["rows"] if row.name == first.name), None)

	assert [(row.payment, float(row.amount)) for row in get_row().receipts] == [(name, 10500)]
	with pytest.raises(RefundTooLargeError):
		api.refund(name, 2000.01, "多付", second.name)
	api.refund(name, 200, "多付", first.name)
	assert [float(row.amount) for row in get_row().receipts] == [10300]
	api.refund(name, 300, "多付", first.name)
	assert get_row() is None
	assert (figures(first)[:3], figures(second)[:3]) == ((10500, 500, 0), (2000, 0, 0))


def test_a_plan_that_nobody_wrote_is_in_the_companys_language(held):
	user, _project, claim = held
	frappe.db.set_single_value("System Settings", "language", "zh")
	frappe.local.lang = "en"
	assert [row.label for row in sign(user, claim).plan] == ["全款"]


def test_receipts_fill_the_plan_and_refunds_empty_it(held, finance):
	user, _project, claim = held
	days = [add_days(nowdate(), days) for days in (-20, 0, 30)]
	plan = [
		{"label": label, "due_on": day, "amount": amount}
		for label, day, amount in zip(("定金", "进度款", "尾款"), days, (3000, 3000, 4000), strict=True)
	]
	contract = sign(user, claim, amount=10000, plan=plan)
	name = receive(user, finance, claim, 5000, contract)
	assert figures(contract)[:3] == (5000, 0, 5000)
	assert str(figures(contract)[3]) == days[1]
	api.refund(name, 1500, "多付")
	assert figures(contract)[:3] == (5000, 1500, 6500)


def test_what_is_paid_too_much_moves_to_another_contract(held, finance):
	user, _project, claim = held
	first, second = sign(user, claim, amount=10000), sign(user, claim, amount=2000)
	name = receive(user, finance, claim, 10500, first)
	assert figures(first)[2] == -500
	api.assign_payment(name, [{"contract": first.name, "amount": 10000}, {"contract": second.name, "amount": 500}])
	assert (figures(first)[2], figures(second)[2]) == (0, 1500)
	with pytest.raises(AllocationError):
		api.assign_payment(name, [{"contract": first.name, "amount": 10500.01}])


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_and_less_are_no_payment(held, amount):
	user, _project, claim = held
	with pytest.raises((AmountError, frappe.NonNegativeError)):
		register(user, claim, amount)


def test_more_than_was_paid_is_neither_assigned_nor_given_back(held, finance):
	user, _project, claim = held
	contract = sign(user, claim, amount=10000)
	frappe.set_user(user)
	with pytest.raises(AllocationError, match="but"):
		frappe.get_doc(
			{
				"doctype": "Meeting Payment",
				"customer": claim.customer,
				"project": claim.project,
				"amount": 100,
				"allocations": [{"contract": contract.name, "amount": 100.01}],
			}
		).insert()
	name = receive(user, finance, claim, 100, contract)
	with pytest.raises(RefundTooLargeError, match="only"):
		api.refund(name, 100.01, "退款")
	api.refund(name, 60, "退款")
	with pytest.raises(RefundTooLargeError):
		api.refund(name, 40.01, "退款")
	api.refund(name, 40, "退款")


def test_a_bank_number_is_booked_once(held, finance):
	user, _project, claim = held
	receive(user, finance, claim, 100, bank_number="2026112600001")
	with pytest.raises(BankNumberTakenError, match="booked already"):
		register(user, claim, 100, bank_number=" 2026112600001 ")


def test_payments_without_a_number_do_not_meet(held):
	user, _project, claim = held
	assert register(user, claim, 100) != register(user, claim, 100)


def test_money_of_tomorrow_has_not_arrived(held):
	user, _project, claim = held
	frappe.set_user(user)
	with pytest.raises(InvalidTimeError):
		api.register_payment(claim.name, 100, add_days(nowdate(), 1))


def test_only_finance_confirms_refunds_and_cancels(held, finance):
	user, _project, claim = held
	name = register(user, claim, 100)
	for step in (
		lambda: api.confirm_payment(name),
		lambda: api.reject_payment(name, "x"),
		lambda: frappe.get_doc("Meeting Payment", name).submit(),
	):
		with pytest.raises(frappe.PermissionError):
			step()
	frappe.set_user(finance)
	api.confirm_payment(name)
	frappe.set_user(user)
	for step in (lambda: api.refund(name, 1, "x"), lambda: frappe.get_doc("Meeting Payment", name).cancel()):
		with pytest.raises(frappe.PermissionError):
			step()


def test_nobody_registers_for_a_foreign_claim(held):
	_user, _project, claim = held
	with pytest.raises(frappe.PermissionError):
		register(factories.make_user(), claim, 100)


def test_a_client_sets_no_state(held):
	user, _project, claim = held
	frappe.set_user(user)
	payment = frappe.get_doc(
		{
			"doctype": "Meeting Payment",
			"customer": claim.customer,
			"project": claim.project,
			"amount": 5,
			"status": "Confirmed",
			"holder": "Administrator",
		}
	).insert()
	assert (payment.status, payment.holder, payment.claim) == ("Registered", user, claim.name)


def test_confirming_twice_books_once(held, finance):
	user, _project, claim = held
	name = receive(user, finance, claim, 100)
	with pytest.raises(PaymentStateError, match="already"):
		api.confirm_payment(name)


def test_a_voucher_in_time_holds_the_claim_once(held, finance):
	user, _project, claim = held
	before = frappe.db.get_value("Meeting Claim", claim.name, "protected_until")
	frappe.set_user(user)
	register(user, claim, 100, voucher=upload())
	held_until = frappe.db.get_value("Meeting Claim", claim.name, "protected_until")
	assert held_until - before == timedelta(days=3)
	register(user, claim, 100, voucher=upload())
	assert frappe.db.get_value("Meeting Claim", claim.name, "protected_until") == held_until


def test_without_a_voucher_nothing_is_held(held):
	user, _project, claim = held
	before = frappe.db.get_value("Meeting Claim", claim.name, "protected_until")
	register(user, claim, 100)
	assert frappe.db.get_value("Meeting Claim", claim.name, "protected_until") == before


def test_a_held_claim_is_signed_when_finance_confirms_after_the_end(held, finance):
	user, _project, claim = held
	let_end_in(claim, timedelta(minutes=5))
	frappe.set_user(user)
	name = register(user, claim, 100, voucher=upload())
	let_pass(claim, timedelta(minutes=10))
	frappe.set_user(finance)
	answer = api.confirm_payment(name)
	assert (answer["claim_status"], answer["conflict"]) == ("Signed", None)


def test_a_refused_payment_ends_the_hold_at_once(held, finance):
	user, _project, claim = held
	let_end_in(claim, timedelta(minutes=5))
	frappe.set_user(user)
	name = register(user, claim, 100, voucher=upload())
	let_pass(claim, timedelta(minutes=10))
	frappe.set_user(finance)
	api.reject_payment(name, "未到账")
	assert frappe.db.get_value("Meeting Claim", claim.name, "protected_until") <= now_datetime()
	bell = frappe.get_all("Notification Log", {"for_user": user, "document_name": name}, pluck="subject")
	assert any("未到账" in subject for subject in bell)


def test_a_refused_payment_gives_the_former_end_back(held, finance):
	user, _project, claim = held
	before = frappe.db.get_value("Meeting Claim", claim.name, "protected_until")
	frappe.set_user(user)
	name = register(user, claim, 100, voucher=upload())
	frappe.set_user(finance)
	api.reject_payment(name, "未到账")
	assert frappe.db.get_value("Meeting Claim", claim.name, "protected_until") == before


def test_money_after_the_end_is_booked_and_signs_nothing(held, finance):
	user, _project, claim = held
	name = register(user, claim, 100)
	let_end_in(claim, timedelta(seconds=-1))
	administrator = factories.make_user(None, "Meeting Administrator")
	frappe.set_user(finance)
	answer = api.confirm_payment(name)
	assert answer["status"] == "Confirmed" and answer["conflict"]
	assert state(claim)[0] != "Signed"
	assert frappe.db.exists("Notification Log", {"for_user": administrator, "document_name": name})


@pytest.fixture
def late(held, finance):
	"""Paid while the claim ran, booked after its end."""
	user, _project, claim = held
	name = register(user, claim, 100)
	let_end_in(claim, timedelta(seconds=-1))
	frappe.set_user(finance)
	api.confirm_payment(name)
	frappe.set_user(factories.make_user(None, "Meeting Administrator"))
	return name


def test_an_administrator_lets_money_in_time_sign_afterwards(held, late):
	user, _project, claim = held
	answer = api.sign_afterwards(late)
	assert (answer["claim_status"], answer["conflict"]) == ("Signed", None)
	assert state(claim) == ("Signed", None, late)
	assert frappe.db.get_value("Meeting Customer", claim.customer, ["holder", "category"]) == (user, "Formal")
	assert frappe.db.exists("Notification Log", {"for_user": user, "document_name": late})
	with pytest.raises(PaymentStateError, match="Only a confirmed receipt"):
		api.sign_afterwards(late)


def test_nobody_signs_afterwards_what_somebody_else_holds_now(held, late):
	_user, project, claim = held
	other = factories.make_user()
	add_members(project, [other])
	make_claim(claim.project, claim.enterprise, other, "Pool")
	with pytest.raises(AlreadyHeldError):
		api.sign_afterwards(late)
	assert state(claim)[0] != "Signed"


def test_money_of_after_the_end_does_not_sign_afterwards(late):
	frappe.db.set_value(
		"Meeting Claim",
		frappe.db.get_value("Meeting Payment", late, "claim"),
		"protected_until",
		add_days(now_datetime(), -3),
	)
	with pytest.raises(PaymentStateError, match="after the protection ended"):
		api.sign_afterwards(late)


def test_money_that_went_back_does_not_sign_afterwards(late, finance):
	administrator = frappe.session.user
	frappe.set_user(finance)
	api.refund(late, 100, "退款")
	frappe.set_user(administrator)
	with pytest.raises(PaymentStateError, match="went back"):
		api.sign_afterwards(late)


def test_only_administrators_sign_afterwards(held, late, finance):
	for user in (held[0], finance):
		frappe.set_user(user)
		with pytest.raises(frappe.PermissionError):
			api.sign_afterwards(late)


def test_a_paid_claim_is_not_reopened_by_hand(held, finance):
	from frappe.model.workflow import apply_workflow

	user, _project, claim = held
	name = receive(user, finance, claim, 1)
	frappe.set_user("Administrator")
	with pytest.raises(ClaimError, match=name):
		apply_workflow(frappe.get_doc("Meeting Claim", claim.name), "Reopen")


def test_cancelling_a_receipt_unsigns(held, finance):
	user, _project, claim = held
	name = receive(user, finance, claim, 1, bank_number="771")
	frappe.get_doc("Meeting Payment", name).cancel()
	assert state(claim) == ("Negotiating", None, None)
	assert register(user, claim, 1, bank_number="771")


def test_a_receipt_that_went_back_is_not_cancelled(held, finance):
	user, _project, claim = held
	name = receive(user, finance, claim, 100)
	refund = api.refund(name, 40, "退款")["payment"]
	with pytest.raises(PaymentStateError, match=refund):
		frappe.get_doc("Meeting Payment", name).cancel()


def test_money_goes_with_its_claim_that_is_handed_over(held, finance):
	user, project, claim = held
	receiver = factories.make_user()
	add_members(project, [receiver])
	name = receive(user, finance, claim, 100)
	frappe.set_user("Administrator")
	given = hand_over([claim.name], receiver)
	service.follow_claims(given)
	[continued] = given.values()
	assert frappe.db.get_value("Meeting Payment", name, "claim") == continued
	frappe.set_user(finance)
	api.refund(name, 100, "退款")
	assert frappe.db.get_value("Meeting Claim", continued, "phase") == "Negotiating"


def let_end_in(claim, left: timedelta) -> None:
	start, end = frappe.db.get_value("Meeting Claim", claim.name, ["protected_from", "protected_until"])
	shift = end - (now_datetime() + left)
	frappe.db.set_value("Meeting Claim", claim.name, {"protected_from": start - shift, "protected_until": end - shift})


def let_pass(claim, time: timedelta) -> None:
	start, end = frappe.db.get_value("Meeting Claim", claim.name, ["protected_from", "protected_until"])
	frappe.db.set_value("Meeting Claim", claim.name, {"protected_from": start - time, "protected_until": end - time})
