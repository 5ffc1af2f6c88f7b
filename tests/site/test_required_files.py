"""What a submitted record requires cannot be taken away from it, by any door."""

from io import BytesIO
from pathlib import Path

import frappe
import pytest
from PIL import Image

from meeting_crm.gate.kept_files import RequiredFileError, fix_files, get_required_files
from meeting_crm.tests import factories
from support.rest import error_of
from support.sales import PDF, make_contract, make_held, upload

CONTRACT = "Meeting Contract"


def make_picture() -> bytes:
	content = BytesIO()
	Image.effect_noise((400, 400), 90).save(content, "PNG")
	return content.getvalue()


def file_of(contract) -> str:
	return frappe.db.get_value("File", {"attached_to_doctype": CONTRACT, "attached_to_name": contract.name})


def optimize(client, file: str):
	return client.post(
		f"{client.url}/api/method/run_doc_method",
		data={"dt": "File", "dn": file, "method": "optimize_file"},
		timeout=60,
	)


@pytest.fixture
def signed(site):
	user, _project, claim = make_held()
	frappe.set_user(user)
	contract = make_contract(claim, attachment=upload("合同.png", make_picture())).insert()
	contract.submit()
	frappe.set_user("Administrator")
	frappe.db.commit()
	return frappe._dict(user=user, claim=claim, doc=contract, file=file_of(contract), address=contract.attachment)


def is_whole(signed) -> bool:
	frappe.db.rollback()
	row = frappe.db.get_value(
		"File", signed.file, ["file_url", "is_private", "attached_to_doctype", "attached_to_name"], as_dict=True
	)
	path = Path(frappe.get_site_path(signed.address.lstrip("/")))
	return (
		row
		== {
			"file_url": signed.address,
			"is_private": 1,
			"attached_to_doctype": CONTRACT,
			"attached_to_name": signed.doc.name,
		}
		and frappe.db.get_value(CONTRACT, signed.doc.name, "attachment") == signed.address
		and path.exists()
		and path.stat().st_size > 1000
	)


DOORS = {
	"resource": lambda c, s: c.resource("DELETE", "File", s.file),
	"client.delete": lambda c, s: c.call("frappe.client.delete", doctype="File", name=s.file),
	"remove from the form": lambda c, s: c.call(
		"frappe.desk.form.utils.remove_attach", fid=s.file, dt=CONTRACT, dn=s.doc.name
	),
	"several from a list": lambda c, s: c.call("frappe.desk.reportview.delete_items", doctype="File", items=[s.file]),
	"another record": lambda c, s: c.resource("PUT", "File", s.file, json={"attached_to_name": s.other}),
	"no record": lambda c, s: c.resource(
		"PUT", "File", s.file, json={"attached_to_doctype": None, "attached_to_name": None}
	),
	"another address": lambda c, s: c.resource("PUT", "File", s.file, json={"file_url": s.other_address}),
	"another name": lambda c, s: c.resource("PUT", "File", s.file, json={"file_name": "anders.png"}),
	"public": lambda c, s: c.resource("PUT", "File", s.file, json={"is_private": 0}),
	"client.set_value": lambda c, s: c.call(
		"frappe.client.set_value", doctype="File", name=s.file, fieldname="attached_to_name", value=s.other
	),
	"other content": lambda c, s: optimize(c, s.file),
	"field of the record": lambda c, s: c.resource("PUT", CONTRACT, s.doc.name, json={"attachment": None}),
}


# Frappe tells of several at once in a message; a file of a restricted record is private whatever is asked for
ANSWERED_WELL = {"several from a list", "public"}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("who", ["holder", "administrator"])
def test_a_signed_contracts_file_stays(signed, rest, door, who):
	frappe.set_user(signed.user)
	signed.other = make_contract(signed.claim).insert().name
	signed.other_address = upload("anderer.png", make_picture())
	frappe.set_user("Administrator")
	frappe.db.commit()
	client = rest(signed.user if who == "holder" else factories.make_user(None, "Meeting Administrator"))
	answer = DOORS[door](client, signed)
	assert answer.status_code in ((200,) if door in ANSWERED_WELL else (403, 417)), answer.text[:300]
	assert is_whole(signed)


def test_the_refusal_says_what_to_do(signed, rest):
	answer = rest(signed.user).resource("DELETE", "File", signed.file)
	assert answer.status_code == 417
	assert signed.doc.name in error_of(answer) and "Cancel the record" in error_of(answer)


def test_a_twin_of_the_same_content_neither_moves_nor_changes_it(signed, rest):
	"""Who uploads the same paper gets the same address: a change of theirs would change the contract's."""
	client = rest(signed.user)
	content = Path(frappe.get_site_path(signed.address.lstrip("/"))).read_bytes()
	twin = client.post(
		f"{client.url}/api/method/upload_file",
		files={"file": ("合同.png", content)},
		data={"is_private": 1},
		timeout=60,
	).json()["message"]
	if twin["file_url"] == signed.address:
		assert optimize(client, twin["name"]).status_code != 200
		client.resource("PUT", "File", twin["name"], json={"is_private": 0})
	assert client.resource("DELETE", "File", twin["name"]).status_code == 202
	assert is_whole(signed)
	assert Path(frappe.get_site_path(signed.address.lstrip("/"))).read_bytes() == content


def test_a_twin_of_the_same_content_is_attached_elsewhere(signed, rest):
	"""The same scan belongs to a call, too."""
	client = rest(signed.user)
	content = Path(frappe.get_site_path(signed.address.lstrip("/"))).read_bytes()
	twin = client.post(
		f"{client.url}/api/method/upload_file",
		files={"file": ("合同.png", content)},
		data={"is_private": 1},
		timeout=60,
	).json()["message"]
	place = {"attached_to_doctype": "Meeting Customer", "attached_to_name": signed.claim.customer}
	assert client.resource("PUT", "File", twin["name"], json=place).status_code == 200
	assert is_whole(signed)
	assert client.resource("DELETE", "File", twin["name"]).status_code == 202
	assert is_whole(signed)
	assert Path(frappe.get_site_path(signed.address.lstrip("/"))).read_bytes() == content


def test_a_draft_and_any_other_file_can_lose_theirs(site):
	user, _project, claim = make_held()
	frappe.set_user(user)
	draft = make_contract(claim).insert()
	frappe.delete_doc("File", file_of(draft))
	loose = frappe.get_doc("File", {"file_url": upload("lose.pdf", PDF)})
	loose.delete()
	assert not frappe.db.exists("File", loose.name)


def test_a_cancelled_contract_keeps_its_paper_until_it_is_deleted_itself(signed):
	doc = frappe.get_doc(CONTRACT, signed.doc.name)
	doc.cancel()
	with pytest.raises(RequiredFileError):
		frappe.delete_doc("File", signed.file)
	frappe.db.set_value("Meeting Claim", signed.claim.name, "contract", None)
	frappe.delete_doc(CONTRACT, doc.name, force=True)
	assert not frappe.db.exists("File", signed.file)


def test_a_file_gone_meanwhile_stops_the_submission(site):
	user, _project, claim = make_held()
	frappe.set_user(user)
	contract = make_contract(claim).insert()
	frappe.db.delete("File", {"name": file_of(contract)})
	with pytest.raises(RequiredFileError, match="removed meanwhile"):
		fix_files(contract)


def test_a_file_that_hangs_elsewhere_is_hung_on_the_record_too(site):
	user, _project, claim = make_held()
	frappe.set_user(user)
	contract = make_contract(claim).insert()
	contract.submit()
	assert get_required_files(contract) == {contract.attachment}
	assert frappe.db.count("File", {"file_url": contract.attachment, "attached_to_name": contract.name}) >= 1


def test_every_submittable_record_of_ours_keeps_its_files(site):
	for doctype in frappe.get_all("DocType", {"is_submittable": 1, "name": ["like", "Meeting %"]}, pluck="name"):
		hooks = frappe.get_doc_hooks().get(doctype, {}).get("on_submit", [])
		assert "meeting_crm.gate.kept_files.fix_files" in hooks, doctype
