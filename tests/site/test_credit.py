"""Credit scores follow from the records; policies granted on them work in quotations and contracts (C10)."""

import frappe
import pytest
from frappe.utils import add_days, nowdate

from meeting_crm.contracts import service as contracts
from meeting_crm.credit import api, service
from meeting_crm.credit.errors import ScoreTooLowError
from meeting_crm.tests import factories
from support.sales import make_contract, make_held, upload

ITEMS = [
	{"item_name": "展位", "quantity": 1, "rate": 20000, "fee_kind": "Participation"},
	{"item_name": "会刊", "quantity": 1, "rate": 5000, "fee_kind": "Publicity"},
	{"item_name": "住房", "quantity": 1, "rate": 3800, "fee_kind": "Accommodation"},
]


@pytest.fixture
def held(site):
	return make_held()


def sign(user, claim, **values):
	frappe.set_user(user)
	contract = make_contract(claim, **values).insert()
	contract.submit()
	return contract


def make_policy(percentage=10, **values) -> str:
	frappe.set_user("Administrator")
	return (
		frappe.get_doc(
			{
				"doctype": "Meeting Preferential Policy",
				"policy_name": factories.unique("优惠"),
				"percentage": percentage,
				"participation": 1,
				"publicity": 1,
				**values,
			}
		)
		.insert()
		.name
	)


def make_grant(claim, policy, from_date=None, until=None):
	return frappe.get_doc(
		{
			"doctype": "Meeting Policy Grant",
			"enterprise": claim.enterprise,
			"policy": policy,
			"from_date": from_date or nowdate(),
			"until": until or add_days(nowdate(), 30),
		}
	).insert(ignore_permissions=True)


def test_a_company_is_rated_from_its_first_contract_on(held):
	user, _project, claim = held
	service.recompute([claim.enterprise])
	frappe.set_user(user)
	assert api.get_score(claim.customer)["score"] is None
	sign(user, claim, amount=50000)
	frappe.set_user("Administrator")
	service.recompute([claim.enterprise])
	frappe.set_user(user)
	answer = api.get_score(claim.customer)
	points = {part["criterion"]: part["points"] for part in answer["parts"]}
	assert points["Turnover"] == 50 and points["Editions"] == 25 and points["Punctuality"] is None
	assert answer["score"] == round((30 * 50 + 15 * 25 + 10 * 100 + 5 * 100) / 60 + 0.001)
	assert answer["level"] == "C" and "50000" not in str(answer)


def test_an_own_judgement_counts_and_can_be_taken_back(held):
	user, _project, claim = held
	sign(user, claim, amount=100000)
	frappe.set_user("Administrator")
	before = api.recompute(claim.enterprise)["score"]
	assert api.judge(claim.enterprise, 0)["score"] < before
	assert api.judge(claim.enterprise)["score"] == before
	assert frappe.db.count("Meeting Credit Score Change", {"enterprise": claim.enterprise}) == 3


def test_strangers_learn_no_score(held):
	_user, _project, claim = held
	frappe.set_user(factories.make_user())
	with pytest.raises(frappe.PermissionError):
		api.get_score(claim.customer)
	with pytest.raises(frappe.PermissionError):
		api.recompute(claim.enterprise)
	with pytest.raises(frappe.PermissionError):
		frappe.get_list("Meeting Credit Score")


def test_a_policy_needs_the_score(held):
	user, _project, claim = held
	policy = make_policy(needs_score=90)
	with pytest.raises(ScoreTooLowError):
		api.grant_policy(claim.enterprise, policy, add_days(nowdate(), 90))
	sign(user, claim, amount=100000)
	frappe.set_user("Administrator")
	service.recompute([claim.enterprise])
	frappe.db.set_value("Meeting Credit Score", {"enterprise": claim.enterprise}, "score", 90)
	assert api.grant_policy(claim.enterprise, policy, add_days(nowdate(), 90))["score"] == 90


def test_the_policy_works_on_the_lines_that_it_names(held):
	user, _project, claim = held
	make_grant(claim, make_policy(10, extras=[{"item_name": "赠送席位", "quantity": 2}]))
	contract = sign(user, claim, items=[dict(item) for item in ITEMS], amount=0)
	assert contract.amount == 26300
	assert [row.policy_percentage for row in contract.items] == [10, 10, 0, 0]
	assert (contract.items[3].item_name, contract.items[3].amount, contract.policy_percentage) == ("赠送席位", 0, 10)


def test_a_typed_discount_and_the_policy_never_add_up(held):
	user, _project, claim = held
	make_grant(claim, make_policy(10))
	items = [{**ITEMS[0], "discount_percentage": 5}, {**ITEMS[1], "discount_percentage": 15}]
	contract = sign(user, claim, items=items, amount=0)
	assert [row.amount for row in contract.items] == [18000, 4250]


def test_a_contract_keeps_what_its_quotation_promised(held):
	user, project, claim = held
	grant = make_grant(claim, make_policy(10))
	frappe.set_user(user)
	quotation = frappe.get_doc(
		{
			"doctype": "Meeting Quotation",
			"customer": claim.customer,
			"project": project,
			"quoted_on": nowdate(),
			"items": [dict(ITEMS[0])],
		}
	).insert()
	quotation.submit()
	assert quotation.amount == 18000
	frappe.db.set_value(
		"Meeting Policy Grant", grant.name, {"until": add_days(nowdate(), -1), "from_date": add_days(nowdate(), -9)}
	)
	promised = contracts.make_contract("Meeting Quotation", quotation.name)
	promised.attachment = upload()
	promised.insert()
	direct = make_contract(claim, items=[dict(ITEMS[0])]).insert()
	assert (promised.amount, direct.amount) == (18000, 20000)


def test_a_forged_percentage_is_calculated_again(held):
	user, _project, claim = held
	frappe.set_user(user)
	contract = make_contract(
		claim, items=[{**ITEMS[0], "policy_percentage": 90}], policy=make_policy_as(user), policy_percentage=90
	).insert()
	assert (contract.amount, contract.policy, contract.policy_percentage) == (20000, None, 0)


def make_policy_as(user) -> str:
	name = make_policy()
	frappe.set_user(user)
	return name


def test_a_withdrawal_is_proposed_below_the_margin(held):
	user, _project, claim = held
	sign(user, claim, amount=100000)
	frappe.set_user("Administrator")
	service.recompute([claim.enterprise])
	grant = make_grant(claim, make_policy())
	for score, proposed in ((76, False), (74, True)):
		frappe.db.set_value("Meeting Credit Score", {"enterprise": claim.enterprise}, "score", score)
		assert (grant.name in [row["name"] for row in api.get_proposed_withdrawals()]) is proposed
	api.end_grant(grant.name, "信用下降")
	assert grant.name not in [row["name"] for row in api.get_proposed_withdrawals()]
