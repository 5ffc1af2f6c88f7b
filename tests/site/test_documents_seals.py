"""F3, F4: who asks for a seal, who decides, and that what is sealed is what was asked for, whole or not at all."""

import io
import json
import subprocess

import frappe
import pikepdf
import pytest
from frappe.utils import add_days, now_datetime

from meeting_crm.documents import blobs, locks, service
from meeting_crm.documents.errors import LockedError, NotByHandError, SealError
from meeting_crm.documents.permissions import DOCUMENT, VERSION, can_read
from meeting_crm.documents.seals import opinion, requests, verification
from meeting_crm.documents.seals import service as seals
from meeting_crm.documents.seals.permissions import SEAL, USE, require_deciding
from meeting_crm.tests import factories
from support.documents import CONTRACT, as_user, make_document, make_docx, make_seal
from support.pdf import make_pdf
from support.sales import PNG


@pytest.fixture(scope="module")
def people(site):
	"""Who asks, who keeps the seal, and somebody else."""
	made = factories.make_user(), factories.make_user(None, "Meeting Manager"), factories.make_user()
	frappe.db.commit()
	return made


@pytest.fixture
def seal(people) -> str:
	author, keeper, _other = people
	return make_seal(keeper, author)


def ask(author: str, seal: str, content: bytes | None = None, **kwargs) -> tuple[str, str]:
	document = make_document(author, content or make_pdf(2), factories.unique("合同"))
	with as_user(author):
		return document, seals.ask(document, seal, "签订合同", **kwargs)["request"]


def approve(keeper: str, request: str) -> dict:
	with as_user(keeper):
		return seals.approve(request)


def content_of(document: str) -> bytes:
	return blobs.read(frappe.db.get_value(DOCUMENT, document, "sha256"))


def test_from_the_request_to_the_sealed_version(people, seal, tmp_path):
	author, keeper, _ = people
	document, request = ask(author, seal, riding=True)
	assert frappe.db.get_value(DOCUMENT, document, "status") == "Waiting for Seal"
	assert can_read(document, keeper), "the keeper sees what is to be sealed"
	assert frappe.db.exists("Notification Log", {"for_user": keeper, "document_name": document})
	done = approve(keeper, request)
	assert done["version"] == 2
	sealed = content_of(document)
	report = verification.verify(sealed, seals.get_roots())
	assert [found.verdict for found in report.signatures] == ["valid"]
	(tmp_path / "x.pdf").write_bytes(sealed)
	shown = subprocess.run(["pdfsig", "-nocert", tmp_path / "x.pdf"], capture_output=True, text=True).stdout
	assert "Signature is Valid" in shown and "Total document signed" in shown
	use = frappe.get_doc(USE, request)
	assert (use.status, use.decided_by, use.result_version) == ("Used", keeper, 2)
	assert use.sha256_after == frappe.db.get_value(DOCUMENT, document, "sha256") != use.sha256_before
	assert frappe.db.get_value(DOCUMENT, document, "status") == "Sealed"
	assert frappe.db.get_value(VERSION, {"document": document, "number": 2}, ["sealed", "author"]) == (1, keeper)
	assert frappe.db.exists("Notification Log", {"for_user": author, "document_name": document})
	logged = frappe.get_all("Meeting Operation Log", {"reference_name": request}, pluck="operation", order_by="name")
	assert set(logged) == {"Seal Asked", "Seal Used"}
	row = frappe.get_all(
		"Meeting Operation Log", {"reference_name": request, "operation": "Seal Used"}, ["before", "after"]
	)[0]
	assert json.loads(row.before)["status"] == "Asked" and json.loads(row.after)["status"] == "Used"


def test_a_word_file_is_sealed_as_it_reads_when_accepted(people, seal):
	author, keeper, _ = people
	document, request = ask(author, seal, CONTRACT.read_bytes(), riding=True)
	approve(keeper, request)
	row = frappe.db.get_value(DOCUMENT, document, ["kind", "title"], as_dict=True)
	assert row.kind == "PDF" and row.title.endswith(".pdf")
	report = verification.verify(content_of(document), seals.get_roots())
	assert [found.verdict for found in report.signatures] == ["valid"]
	with pikepdf.open(io.BytesIO(content_of(document))) as pdf:
		field = pdf.Root.AcroForm.Fields[0]
		assert len(pdf.pages) >= 2 and float(field.Rect[2]) - float(field.Rect[0]) == pytest.approx(119, abs=2)


def test_nobody_approves_their_own_and_nobody_else_decides(people):
	author, keeper, other = people
	admin = factories.make_user(None, "Meeting Administrator")
	own = make_seal(author, author)
	_document, request = ask(author, own)
	for user in (author, other, keeper):
		with as_user(user), pytest.raises(frappe.PermissionError):
			seals.approve(request)
	assert approve(admin, request)["status"] == "Used"
	_document, request = ask(admin, own)
	with as_user(admin), pytest.raises(frappe.PermissionError):
		require_deciding(frappe.get_doc(USE, request))


def test_who_may_ask(people, seal):
	author, keeper, other = people
	manager = factories.make_user(None, "Meeting Manager")
	department = factories.make_department(manager=manager)
	member = factories.make_user(department=factories.make_department(parent=department))
	by_department = make_seal(keeper, departments=[department])
	for user, name, expected in (
		(author, seal, True),
		(other, seal, False),
		(member, by_department, True),
		(author, by_department, False),
		(keeper, by_department, True),
	):
		with as_user(user):
			assert (name in {row.name for row in requests.get_seals()}) is expected
			assert bool(frappe.get_list(SEAL, {"name": name})) is expected


def test_what_has_changed_since_is_not_sealed(people, seal):
	author, keeper, _ = people
	document, request = ask(author, seal, make_docx("一"))
	with as_user(author):
		service.write(document, 1, make_docx("二"))
	with as_user(keeper), pytest.raises(SealError):
		seals.approve(request)
	assert frappe.db.get_value(USE, request, "status") == "Asked"
	with as_user(keeper):
		seals.decline(request, "内容变了")
	assert frappe.db.get_value(DOCUMENT, document, "status") == "Draft"


def test_what_somebody_edits_is_not_sealed(people, seal):
	author, keeper, _ = people
	document, request = ask(author, seal, make_docx("一"))
	with as_user(author):
		locks.acquire(document)
	with as_user(keeper), pytest.raises(LockedError):
		seals.approve(request)


def test_a_request_is_decided_once(people, seal):
	author, keeper, _ = people
	document, request = ask(author, seal)
	approve(keeper, request)
	for step in (lambda: seals.approve(request), lambda: seals.decline(request, "x")):
		with as_user(keeper), pytest.raises(SealError):
			step()
	assert frappe.db.count(VERSION, {"document": document}) == 2


def test_one_request_at_a_time_and_only_whoever_asked_withdraws(people, seal):
	author, keeper, _ = people
	document, request = ask(author, seal)
	with as_user(author), pytest.raises(SealError):
		seals.ask(document, seal, "再来")
	with as_user(keeper), pytest.raises(frappe.PermissionError):
		seals.withdraw(request)
	with as_user(author):
		seals.withdraw(request)
	assert frappe.db.get_value(DOCUMENT, document, "status") == "Draft"


def test_a_refusal_needs_words(people, seal):
	author, keeper, _ = people
	_document, request = ask(author, seal)
	with as_user(keeper), pytest.raises(SealError):
		seals.decline(request, " ")
	with as_user(author), pytest.raises(SealError):
		seals.ask(make_document(author, make_pdf()), seal, "")


def test_pictures_are_not_sealed(people, seal):
	with pytest.raises(SealError):
		ask(people[0], seal, PNG)


@pytest.mark.parametrize("field", ["disabled", "valid_to", "valid_from"])
def test_a_seal_that_is_not_valid_is_not_used_and_what_it_signed_stays_explained(people, field):
	days = {"valid_to": -1, "valid_from": 1}.get(field)
	change = {field: add_days(now_datetime(), days).date() if days else 1}
	author, keeper, _ = people
	name = make_seal(keeper, author)
	document, request = ask(author, name)
	approve(keeper, request)
	_other, waiting = ask(author, name)
	frappe.get_doc(SEAL, name).update(change).save()
	with as_user(keeper), pytest.raises(SealError):
		seals.approve(waiting)
	with pytest.raises(SealError):
		ask(author, name)
	assert opinion.give(content_of(document))["verdict"] == "valid"


def test_two_seals_on_one_document_in_either_order(people):
	author, keeper, _ = people
	names = [
		make_seal(keeper, author, company=company)
		for company in ("上海会通会展服务有限公司", "北京华夏医疗器械股份有限公司")
	]
	for order in (names, names[::-1]):
		document = make_document(author, make_pdf(3), factories.unique("双章"))
		for name in order:
			with as_user(author):
				request = seals.ask(document, name, "双方盖章")["request"]
			approve(keeper, request)
		told = opinion.give(content_of(document))
		assert told["verdict"] == "valid" and len(told["signatures"]) == 2 and told["is_filed"]
		first = blobs.read(frappe.db.get_value(VERSION, {"document": document, "number": 2}, "sha256"))
		cut = opinion.give(content_of(document)[: len(first)])
		assert cut["verdict"] == "valid" and any("2" in hint and "1" in hint for hint in cut["hints"])


def test_a_signed_file_gets_no_seal_across_its_edges(people, seal):
	author, keeper, _ = people
	document, request = ask(author, seal)
	approve(keeper, request)
	with as_user(author):
		again = seals.ask(document, seal, "补骑缝章", riding=True)["request"]
	with as_user(keeper), pytest.raises(SealError):
		seals.approve(again)


def test_a_time_stamp_service_that_is_down_leaves_a_line_in_the_log(people, seal):
	author, keeper, _ = people
	settings = frappe.get_doc("Meeting Document Settings")
	settings.timestamp_url = "http://127.0.0.1:9/tsa"
	settings.save()
	_document, request = ask(author, seal)
	assert approve(keeper, request)["timestamped"] is False
	assert frappe.db.exists("Meeting Operation Log", {"reference_name": request, "operation": "Time Stamp Missing"})


def test_nothing_is_kept_when_the_signature_does_not_verify(people, seal, monkeypatch):
	author, keeper, _ = people
	document, request = ask(author, seal)
	monkeypatch.setattr(verification, "is_our_own_valid", lambda *args: False)
	with as_user(keeper), pytest.raises(SealError):
		seals.approve(request)
	assert frappe.db.get_value(DOCUMENT, document, "current_version") == 1
	assert frappe.db.get_value(USE, request, "status") == "Asked"


def test_a_damaged_pdf_is_refused_in_words(people, seal):
	author, keeper, _ = people
	_document, request = ask(author, seal, b"%PDF-1.4 kaputt")
	with as_user(keeper), pytest.raises((SealError, pikepdf.PdfError)):
		seals.approve(request)


def test_keys_are_in_no_record_file_or_export(people, seal):
	certificate = frappe.db.get_value(SEAL, seal, "certificate")
	row = frappe.db.sql("select * from `tabMeeting Signing Certificate` where name = %s", certificate, as_dict=True)[0]
	assert "PRIVATE" not in json.dumps(row, default=str)
	assert "PRIVATE" not in json.dumps(
		frappe.get_doc("Meeting Signing Certificate", certificate).as_dict(), default=str
	)
	assert seals._read_certificate(certificate).key.startswith(b"-----BEGIN PRIVATE KEY")
	assert not frappe.db.exists("File", {"file_name": ("like", "%.p12")})
	stored = frappe.db.sql(
		"select password from `__Auth` where doctype = 'Meeting Signing Certificate' and name = %s", certificate
	)
	assert stored and "PRIVATE" not in stored[0][0]


def test_certificates_requests_and_seals_are_not_written_by_hand(people, seal):
	author, _keeper, _ = people
	_document, request = ask(author, seal)
	for doctype, name in (
		("Meeting Signing Certificate", frappe.db.get_value(SEAL, seal, "certificate")),
		(USE, request),
		(SEAL, seal),
	):
		with pytest.raises(frappe.ValidationError):
			frappe.get_doc(doctype, name).delete()
		if doctype != SEAL:
			with pytest.raises(frappe.ValidationError):
				frappe.get_doc(doctype, name).save()
	with pytest.raises(NotByHandError):
		frappe.get_doc(SEAL, seal).delete()


def test_a_sealed_document_that_changes_is_a_draft_again(people, seal):
	author, keeper, _ = people
	document, request = ask(author, seal)
	approve(keeper, request)
	with as_user(author):
		service.restore(document, 1)
	assert frappe.db.get_value(DOCUMENT, document, "status") == "Draft"


@pytest.mark.parametrize(
	("content", "verdict"), [(b"x" * 10, "not a pdf"), (b"%PDF-1.4 x", "unreadable")], ids=["text", "damaged"]
)
def test_what_is_no_pdf_gets_an_answer_in_words(content, verdict):
	told = opinion.give(content)
	assert told["verdict"] == verdict and told["summary"]


def test_a_request_shows_who_may_do_what(people, seal):
	author, keeper, other = people
	document, request = ask(author, seal)
	for user, decide, withdraw in ((author, False, True), (keeper, True, False)):
		with as_user(user):
			row = next(row for row in requests.get_requests(document) if row.name == request)
			assert (row.may_decide, row.may_withdraw) == (decide, withdraw)
	with as_user(other):
		assert requests.get_requests(document) == []
