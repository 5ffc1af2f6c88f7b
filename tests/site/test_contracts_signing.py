"""A contract signs the claim behind it (B5, D1, D3), for the right person, with a real attachment, or not at all."""

import frappe
import pytest
from frappe.model.workflow import apply_workflow
from frappe.utils import add_days, now_datetime

from meeting_crm.claims import service as claims
from meeting_crm.claims.bulk.handing_over import hand_over
from meeting_crm.contracts import service
from meeting_crm.contracts.errors import AmountError, DateError, ForeignCustomerError, NoActiveClaimError
from meeting_crm.core.amounts import DiscountError
from meeting_crm.core.errors import ClaimError
from meeting_crm.customers.errors import AttachmentError
from meeting_crm.meeting_projects.service import add_members
from meeting_crm.tests import factories
from support.rest import error_of
from support.sales import DOCX, EXECUTABLE, PDF, PNG, make_contract, make_held, upload


def sign(user, held, /, **values):
	frappe.set_user(user)
	contract = make_contract(held, **values).insert()
	contract.submit()
	return contract


def test_submitting_signs_the_claim(site):
	user, project, claim = make_held()
	contract = sign(user, claim)
	claim.reload()
	assert (claim.workflow_state, claim.contract) == ("Signed", contract.name)
	assert claim.signed_on and contract.name.startswith("HT-")
	assert (contract.claim, contract.holder) == (claim.name, user)
	assert contract.enterprise_name == claim.enterprise_name


@pytest.mark.parametrize(("days", "words"), [(1, "in the future"), (-12_000, "more than a year before")])
def test_a_date_on_which_nobody_signed_is_refused(site, days, words):
	user, _project, claim = make_held()
	with pytest.raises(DateError, match=words):
		sign(user, claim, signed_on=add_days(now_datetime().date(), days))


@pytest.mark.parametrize(
	("name", "content"), [("a.pdf", PDF), ("a.docx", DOCX), ("a.png", PNG)], ids=["pdf", "docx", "png"]
)
def test_word_pdf_and_images_are_accepted(site, name, content):
	user, project, claim = make_held()
	frappe.set_user(user)
	assert sign(user, claim, attachment=upload(name, content)).docstatus == 1


def test_server_fills_what_follows_from_the_customer(site):
	user, project, claim = make_held()
	stranger, _other, foreign = make_held()
	contract = make_contract(
		claim,
		enterprise=foreign.enterprise,
		enterprise_name="伪造",
		claim=foreign.name,
		holder=stranger,
	)
	frappe.set_user(user)
	contract.attachment = upload()
	contract.insert()
	contract.submit()
	assert contract.enterprise == claim.enterprise
	assert contract.enterprise_name == claim.enterprise_name
	assert (contract.claim, contract.holder) == (claim.name, user)
	assert claims.get_active_claim(foreign.project, foreign.enterprise).workflow_state == "Negotiating"


def test_without_attachment_it_stays_a_draft(site):
	user, project, claim = make_held()
	frappe.set_user(user)
	contract = make_contract(claim, attachment=None).insert()
	with pytest.raises(AttachmentError, match="not attached"):
		contract.submit()


@pytest.mark.parametrize("name", ["evil.pdf", "evil.docx", "evil.exe"])
def test_content_decides_not_the_name(site, name):
	user, project, claim = make_held()
	frappe.set_user(user)
	with pytest.raises(AttachmentError, match="no Word, PDF or image"):
		sign(user, claim, attachment=upload(name, EXECUTABLE))


def test_a_foreign_private_file_is_no_attachment(site):
	user, project, claim = make_held()
	frappe.set_user(factories.make_user())
	foreign = upload()
	with pytest.raises(AttachmentError, match="cannot be read"):
		sign(user, claim, attachment=foreign)


def test_the_same_paper_uploaded_by_others_says_nothing_about_them(site):
	user, project, claim = make_held()
	frappe.set_user("Administrator")
	foreign = frappe.get_doc("File", {"file_url": upload()})
	frappe.set_user(user)
	own = frappe.get_doc(
		{"doctype": "File", "file_name": foreign.file_name, "content": foreign.get_content(), "is_private": 1}
	)
	own.insert()
	frappe.clear_messages()
	assert sign(user, claim, attachment=own.file_url).docstatus == 1
	assert not frappe.get_message_log()


@pytest.mark.parametrize(
	"address", ["https://example.com/contract.pdf", "/private/files/../site_config.json", "/files/nothing.pdf"]
)
def test_addresses_that_are_no_upload_are_refused(site, address):
	user, project, claim = make_held()
	with pytest.raises(frappe.ValidationError):
		sign(user, claim, attachment=address)


def test_a_public_upload_becomes_private(site):
	user, project, claim = make_held()
	frappe.set_user(user)
	contract = sign(user, claim, attachment=upload(is_private=0))
	assert contract.attachment.startswith("/private/files/")


@pytest.mark.parametrize("amount", [0, -1, None, ""])
def test_amount_must_be_more_than_zero(site, amount):
	user, project, claim = make_held()
	frappe.set_user(user)
	with pytest.raises(frappe.ValidationError):
		make_contract(claim, amount=amount).insert()


def test_amount_error_says_what_to_do(site):
	user, project, claim = make_held()
	frappe.set_user(user)
	with pytest.raises(AmountError, match="more than zero"):
		make_contract(claim, amount=0).insert()


def test_items_decide_the_amount(site):
	user, project, claim = make_held()
	frappe.set_user(user)
	contract = make_contract(
		claim,
		amount=1,
		items=[
			{"item_name": "展位", "quantity": 2, "rate": 8000, "discount_percentage": 10, "amount": 5},
			{"item_name": "会刊彩页", "quantity": 1, "rate": 3000},
		],
		discount_percentage=5,
	).insert()
	assert [item.amount for item in contract.items] == [14400, 3000]
	assert (contract.total, contract.discount_amount, contract.amount) == (17400, 870, 16530)


@pytest.mark.parametrize(
	"values", [{"discount_percentage": 101}, {"discount_amount": 5000}, {"discount_percentage": -5}]
)
def test_impossible_discounts_are_refused(site, values):
	user, project, claim = make_held()
	frappe.set_user(user)
	with pytest.raises((DiscountError, frappe.NonNegativeError)):
		make_contract(claim, items=[{"item_name": "展位", "quantity": 1, "rate": 3000}], **values).insert()


def test_a_colleague_cannot_make_a_contract_for_a_foreign_customer(site):
	user, project, claim = make_held()
	colleague = factories.make_user()
	frappe.set_user(colleague)
	with pytest.raises(frappe.PermissionError):
		make_contract(claim).insert()


def test_a_reader_cannot_submit(site):
	user, project, claim = make_held()
	frappe.set_user(user)
	contract = make_contract(claim).insert()
	frappe.set_user("Administrator")
	frappe.db.set_value("Meeting Customer", claim.customer, "holder", factories.make_user())
	frappe.set_user(user)
	with pytest.raises((frappe.PermissionError, ForeignCustomerError)):
		frappe.get_doc("Meeting Contract", contract.name).submit()


def test_an_expired_claim_refuses_the_contract_to_the_second(site):
	user, project, claim = make_held()
	frappe.set_user(user)
	contract = make_contract(claim).insert()
	frappe.db.set_value("Meeting Claim", claim.name, "protected_until", now_datetime())
	with pytest.raises((NoActiveClaimError, ClaimError)):
		contract.submit()
	assert frappe.db.get_value("Meeting Claim", claim.name, "contract") is None


def test_a_claim_that_ends_between_check_and_signing_refuses_it_too(site):
	user, project, claim = make_held()
	frappe.set_user(user)
	contract = make_contract(claim).insert()
	frappe.db.set_value("Meeting Claim", claim.name, "protected_until", add_days(now_datetime(), -1))
	with pytest.raises(ClaimError):
		service.sign_claim(contract)


def test_another_project_needs_its_own_claim(site):
	user, project, claim = make_held()
	other = factories.make_project(user)
	frappe.set_user(user)
	contract = make_contract(claim, project=other).insert()
	with pytest.raises(NoActiveClaimError, match="Claim it first"):
		contract.submit()


def test_a_second_contract_leaves_the_first_signature(site):
	user, project, claim = make_held()
	first = sign(user, claim)
	second = sign(user, claim)
	claim.reload()
	assert claim.contract == first.name
	assert second.claim == claim.name


def test_cancelling_gives_the_protection_back(site):
	user, project, claim = make_held()
	contract = sign(user, claim)
	frappe.set_user("Administrator")
	frappe.get_doc("Meeting Contract", contract.name).cancel()
	claim.reload()
	assert (claim.workflow_state, claim.contract) == ("Negotiating", None)


def test_cancelling_one_of_two_keeps_the_signature(site):
	user, project, claim = make_held()
	first = sign(user, claim)
	sign(user, claim)
	frappe.set_user("Administrator")
	frappe.get_doc("Meeting Contract", first.name).cancel()
	claim.reload()
	assert claim.workflow_state == "Signed"


def test_only_administrators_cancel(site):
	user, project, claim = make_held()
	contract = sign(user, claim)
	with pytest.raises(frappe.PermissionError):
		frappe.get_doc("Meeting Contract", contract.name).cancel()


def test_contract_from_a_customer_knows_the_project(site):
	user, project, claim = make_held()
	frappe.set_user(user)
	contract = service.make_contract("Meeting Customer", claim.customer)
	assert (contract.project, contract.claim, contract.holder) == (project, claim.name, user)


def test_signing_is_logged(site):
	user, project, claim = make_held()
	contract = sign(user, claim)
	operations = frappe.get_all(
		"Meeting Operation Log",
		filters={"reference_doctype": "Meeting Contract", "reference_name": contract.name, "user": user},
		pluck="operation",
	)
	assert {"Created", "Submitted"} <= set(operations)


def test_one_step_over_rest(rest):
	user, project, claim = make_held()
	client = rest(user)
	uploaded = client.post(
		f"{client.url}/api/method/upload_file", files={"file": ("合同.pdf", PDF)}, data={"is_private": 1}, timeout=60
	).json()["message"]["file_url"]
	answer = client.result("meeting_crm.contracts.api.sign", claim=claim.name, amount=8800, attachment=uploaded)
	assert (answer["claim"], answer["status"]) == (claim.name, "Signed")
	frappe.db.rollback()
	contract = frappe.get_doc("Meeting Contract", answer["contract"])
	assert (contract.docstatus, contract.amount, contract.owner) == (1, 8800, user)


def test_rest_refuses_without_leaving_anything(rest):
	user, project, claim = make_held()
	client = rest(user)
	answer = client.call("meeting_crm.contracts.api.sign", claim=claim.name, amount=8800, attachment="/files/none.pdf")
	assert answer.status_code == 417
	assert "Upload" in error_of(answer)
	frappe.db.rollback()
	assert not frappe.db.exists("Meeting Contract", {"claim": claim.name})
	assert frappe.db.get_value("Meeting Claim", claim.name, "workflow_state") == "Negotiating"


def test_rest_ignores_forged_fields(rest):
	user, project, claim = make_held()
	client = rest(user)
	answer = client.resource(
		"POST",
		"Meeting Contract",
		json={"customer": claim.customer, "project": project, "amount": 500, "holder": "Administrator", "docstatus": 0},
	)
	assert answer.status_code == 200, answer.text
	assert answer.json()["data"]["holder"] == user


def test_rest_strangers_start_no_contract(rest):
	user, _project, claim = make_held()
	stranger = rest(factories.make_user())
	for doctype, name in (("Meeting Claim", claim.name), ("Meeting Customer", claim.customer)):
		answer = stranger.call(
			"meeting_crm.contracts.api.make_contract", verb="GET", source_name=name, source_doctype=doctype
		)
		assert answer.status_code == 403, doctype


def test_rest_strangers_see_and_change_nothing(rest):
	user, project, claim = make_held()
	contract = sign(user, claim)
	frappe.set_user("Administrator")
	stranger = rest(factories.make_user())
	assert stranger.resource("GET", "Meeting Contract").json()["data"] == []
	for verb, arguments in (("GET", {}), ("PUT", {"json": {"amount": 1}}), ("DELETE", {})):
		assert stranger.resource(verb, "Meeting Contract", contract.name, **arguments).status_code == 403
	assert (
		stranger.call("meeting_crm.contracts.api.sign", claim=claim.name, amount=1, attachment="x").status_code == 403
	)


def test_finance_reads_submitted_contracts_only(rest):
	user, project, claim = make_held()
	contract = sign(user, claim)
	draft = make_contract(claim).insert()
	frappe.set_user("Administrator")
	client = rest(factories.make_user(None, "Meeting Finance"))
	names = [
		row["name"]
		for row in client.resource("GET", "Meeting Contract", params={"limit_page_length": 0}).json()["data"]
	]
	assert contract.name in names and draft.name not in names
	assert client.resource("GET", "Meeting Contract", contract.name).status_code == 200
	assert client.resource("GET", "Meeting Contract", draft.name).status_code == 403
	assert client.resource("PUT", "Meeting Contract", contract.name, json={"amount": 1}).status_code == 403


def test_logistics_reads_no_contract(rest):
	user, project, claim = make_held()
	contract = sign(user, claim)
	frappe.set_user("Administrator")
	client = rest(factories.make_user(None, "Meeting Logistics"))
	assert client.resource("GET", "Meeting Contract").status_code == 403
	assert client.resource("GET", "Meeting Contract", contract.name).status_code == 403
	assert client.resource("GET", "Meeting Contract Plan Row", params={"parent": "Meeting Contract"}).status_code == 403


def test_a_claim_points_at_the_contract_that_stands(site):
	user, _project, claim = make_held()
	first, second = sign(user, claim), sign(user, claim)
	frappe.set_user("Administrator")
	first.reload()
	first.cancel()
	assert frappe.db.get_value("Meeting Claim", claim.name, ["phase", "contract"]) == ("Signed", second.name)


def test_a_contract_goes_with_its_claim_that_is_handed_over(site):
	"""Whoever goes on with the company can cancel it, and finds it behind the claim."""
	user, project, claim = make_held()
	receiver = factories.make_user()
	add_members(project, [receiver])
	contract = sign(user, claim)
	frappe.set_user("Administrator")
	given = hand_over([claim.name], receiver)
	service.follow_claims(given)
	[continued] = given.values()
	contract.reload()
	assert contract.claim == continued
	contract.cancel()
	assert frappe.db.get_value("Meeting Claim", continued, ["phase", "contract"]) == ("Negotiating", None)


def test_what_a_contract_signed_is_not_reopened_beside_it(site):
	user, _project, claim = make_held()
	contract = sign(user, claim)
	frappe.set_user("Administrator")
	with pytest.raises(ClaimError, match=contract.name):
		apply_workflow(frappe.get_doc("Meeting Claim", claim.name), "Reopen")
