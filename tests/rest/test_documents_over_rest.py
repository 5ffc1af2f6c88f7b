"""F1, F2 over HTTP: what a colleague with a REST client and somebody in a hurry try."""

import io
import json
from concurrent.futures import ThreadPoolExecutor

import frappe
import pytest
from frappe.utils import add_days, now_datetime

from meeting_crm.documents import blobs, folders, service, texts
from meeting_crm.documents.permissions import DOCUMENT, VERSION
from meeting_crm.tests import factories
from support.documents import as_user, base64_of, make_document, make_docx
from support.rest import error_of

API = "meeting_crm.documents.api."


@pytest.fixture(scope="module")
def people(site):
	made = factories.make_user(), factories.make_user(None, "Meeting Salesperson")
	frappe.db.commit()
	return made


def test_a_colleague_learns_nothing_by_any_door(people, rest):
	author, colleague = people
	secret = factories.unique("绝密")
	name = make_document(author, make_docx(f"{secret} 报价"), title=f"{secret}.docx", description=secret)
	texts.refresh(name)
	version = frappe.db.get_value(VERSION, {"document": name}, ["name", "sha256"], as_dict=True)
	client = rest(colleague)
	address = f"/private/files/meeting_documents/{version.sha256[:2]}/{version.sha256}"
	answers = [
		client.resource("GET", DOCUMENT, name),
		client.resource("GET", DOCUMENT, params={"fields": '["*"]', "limit_page_length": 0}),
		client.resource("GET", VERSION, version.name),
		client.resource("GET", VERSION, params={"fields": '["*"]', "limit_page_length": 0}),
		client.resource("GET", "Meeting Document Text", params={"fields": '["*"]'}),
		client.resource("GET", "Meeting Document Draft", params={"fields": '["*"]'}),
		client.call("frappe.desk.search.search_link", doctype=DOCUMENT, txt=secret[:6]),
		client.call("frappe.client.get_value", doctype=DOCUMENT, fieldname="title", filters={"name": name}),
		client.call("frappe.desk.reportview.get", doctype=DOCUMENT, fields=["name", "title"], filters=[]),
		client.call(API + "search", text=secret),
		client.call(API + "get_page"),
		client.call(API + "get_document", document=name),
		client.call(API + "get_preview", document=name),
		client.call(API + "download", verb="GET", document=name),
		client.call(API + "download_pdf", verb="GET", document=name),
		client.call(API + "preview_page", verb="GET", document=name, page=1),
		client.call(API + "save_version", document=name, base_version=1, content=base64_of(make_docx("x"))),
		client.call(API + "restore_version", document=name, number=1),
		client.call(API + "lock", document=name),
		client.call(API + "save_draft", document=name, base_version=1, content=base64_of(make_docx("x"))),
		client.get(client.url + address),
	]
	for answer in answers:
		assert secret not in answer.text and answer.status_code < 500, f"{answer.url}: {answer.text[:300]}"
	assert [answer.status_code for answer in answers[-10:]] == [403] * 10
	frappe.db.rollback()
	assert frappe.db.count(VERSION, {"document": name}) == 1


def test_nobody_reaches_a_blob_by_its_address(people, rest):
	author, _colleague = people
	name = make_document(author)
	sha256 = frappe.db.get_value(DOCUMENT, name, "sha256")
	admin = factories.make_user(None, "Meeting Administrator")
	for user in (None, author, admin):
		client = rest(user)
		for address in (
			f"/private/files/meeting_documents/{sha256[:2]}/{sha256}",
			f"/files/meeting_documents/{sha256[:2]}/{sha256}",
			f"/private/meeting_document_previews/{sha256[:2]}/{sha256}-1.pdf",
		):
			assert client.get(client.url + address).status_code in (403, 404)
		made = client.resource(
			"POST",
			"File",
			data=json.dumps({"file_url": f"/private/files/meeting_documents/{sha256[:2]}/{sha256}", "is_private": 1}),
			headers={"Content-Type": "application/json"},
		)
		if user != admin:
			assert made.status_code >= 400


def test_history_is_not_written_over_rest(people, rest):
	author, _colleague = people
	name = make_document(author)
	version = frappe.db.get_value(VERSION, {"document": name})
	client = rest(factories.make_user(None, "System Manager"))
	body = {"headers": {"Content-Type": "application/json"}}
	refused = [
		client.resource("PUT", VERSION, version, data='{"reason": "x"}', **body),
		client.resource("DELETE", VERSION, version),
		client.resource("POST", VERSION, data=json.dumps({"document": name, "number": 9, "sha256": "0" * 64}), **body),
		client.resource("DELETE", DOCUMENT, name),
		client.resource("POST", DOCUMENT, data='{"title": "x"}', **body),
		client.call("frappe.client.set_value", doctype=VERSION, name=version, fieldname="author", value="x"),
		client.call(
			"frappe.desk.doctype.bulk_update.bulk_update.submit_cancel_or_update_docs",
			doctype=VERSION,
			docnames=[version],
			action="update",
			data={"reason": "x"},
		),
	]
	assert all(answer.status_code >= 400 for answer in refused[:6]), [answer.status_code for answer in refused]
	kept = client.resource(
		"PUT", DOCUMENT, name, data='{"sha256": "0", "current_version": 7, "description": "ok"}', **body
	)
	assert kept.status_code == 200
	frappe.db.rollback()
	row = frappe.db.get_value(DOCUMENT, name, ["current_version", "description"], as_dict=True)
	assert row.current_version == 1 and row.description == "ok"
	assert frappe.db.get_value(VERSION, version, "reason") is None


def test_files_come_as_a_form_and_leave_as_they_came(people, rest):
	author, _colleague = people
	content = make_docx(factories.unique("表单"))
	client = rest(author)
	sent = client.post(
		f"{client.url}/api/method/{API}send_file",
		data={"title": "回执.docx"},
		files={"file": ("回执.docx", io.BytesIO(content))},
		timeout=120,
	)
	assert sent.status_code == 200, sent.text
	name = sent.json()["message"]["document"]
	got = client.call(API + "download", verb="GET", document=name)
	assert got.content == content and "attachment" in got.headers["Content-Disposition"]
	assert got.headers["X-Content-Type-Options"] == "nosniff"
	again = client.post(
		f"{client.url}/api/method/{API}send_file",
		data={"title": "回执.docx"},
		files={"file": ("回执.docx", io.BytesIO(make_docx("其他")))},
		timeout=120,
	)
	assert again.status_code == 409 and again.json()["existing"]["document"] == name
	assert "新版本" in error_of(again) or "new version" in error_of(again)


def test_a_page_made_of_markup_is_never_shown_as_one(people, rest):
	author, _colleague = people
	name = make_document(author, b"<html><script>alert(1)</script></html>", title="x.html")
	client = rest(author)
	got = client.call(API + "download", verb="GET", document=name)
	assert "html" not in got.headers["Content-Type"] and "sandbox" in got.headers["Content-Security-Policy"]
	assert client.call(API + "preview_picture", verb="GET", document=name).status_code == 404


@pytest.mark.parametrize(
	"arguments",
	[
		{"title": "x", "folder": "", "content": "kein base64!"},
		{"title": "x", "folder": "", "content": ""},
		{"title": " .. ", "folder": "", "content": "eA=="},
		{"title": "x", "folder": "gibt es nicht", "content": "eA=="},
		{"title": "x", "folder": "", "content": "eA==", "customer": "gibt es nicht"},
		{"title": "x", "folder": "", "content": "eA==", "contract": "gibt es nicht"},
		{"title": "x" * 5000 + "\u202etxt.exe", "folder": "", "content": "eA=="},
	],
	ids=["base64", "empty", "title", "folder", "customer", "contract", "long"],
)
def test_bad_input_is_refused_in_words(people, rest, arguments):
	answer = rest(people[0]).call(API + "upload", **arguments)
	assert answer.status_code in (200, 403, 404, 417), answer.text
	if answer.status_code == 200:
		title = answer.json()["message"]["title"]
		assert len(title) <= 140 and "\u202e" not in title


def test_two_at_the_same_instant_lose_nothing(people, rest):
	author, _ = people
	colleague = factories.make_user()
	project = factories.make_project(author, colleague)
	name = make_document(author, make_docx("一"), folder=folders.get_project_folder(project))
	clients = [rest(user) for user in (author, colleague)]
	contents = [make_docx(factories.unique(f"稿{number}")) for number in range(6)]

	def save(place: int):
		return clients[place % 2].call(
			API + "save_version", document=name, base_version=1, content=base64_of(contents[place])
		)

	with ThreadPoolExecutor(6) as pool:
		answers = list(pool.map(save, range(6)))
	assert [answer.status_code for answer in answers] == [200] * 6, [error_of(answer) for answer in answers]
	frappe.db.rollback()
	rows = frappe.get_all(VERSION, {"document": name}, ["number", "sha256", "conflict"], order_by="number")
	assert [row.number for row in rows] == list(range(1, 8))
	assert sum(row.conflict for row in rows) == 5
	stored = {blobs.read(row.sha256) for row in rows}
	assert set(contents) <= stored


def test_one_title_is_taken_once(people, rest):
	author, _ = people
	title, content = factories.unique("同时"), base64_of(make_docx("同一份"))
	clients = [rest(author) for _ in range(4)]
	with ThreadPoolExecutor(4) as pool:
		answers = list(
			pool.map(lambda client: client.call(API + "upload", title=title, folder="", content=content), clients)
		)
	assert {answer.status_code for answer in answers} <= {200, 409}, [error_of(answer) for answer in answers]
	frappe.db.rollback()
	assert frappe.db.count(DOCUMENT, {"title": ("like", f"{title}%")}) == 1


def test_only_one_gets_the_lock(people, rest):
	author, _ = people
	colleague = factories.make_user()
	project = factories.make_project(author, colleague)
	name = make_document(author, folder=folders.get_project_folder(project))
	clients = [rest(user) for user in (author, colleague)]
	with ThreadPoolExecutor(2) as pool:
		answers = list(pool.map(lambda client: client.call(API + "lock", document=name), clients))
	assert sorted(answer.status_code for answer in answers) == [200, 409]


def test_a_link_is_opened_by_a_guest(people, rest):
	author, _ = people
	content = make_docx("给客户")
	name = make_document(author, content)
	made = rest(author).result(
		API + "make_link", document=name, until=str(add_days(now_datetime(), 1)), password="开门"
	)
	token = made["url"].partition("token=")[2]
	guest = rest(None)
	closed = guest.call(API + "open_link", token=token)
	assert closed.status_code == 417 and closed.json()["needs_password"]
	opened = guest.call(API + "open_link", token=token, password="开门")
	assert opened.status_code == 200 and opened.content == content
	rest(author).result(API + "revoke_link", link=made["link"])
	assert guest.call(API + "open_link", token=token, password="开门").status_code == 417


def test_an_editor_whose_share_ended_cannot_save(people, rest):
	author, colleague = people
	name = make_document(author, make_docx("一"))
	rest(author).result(API + "share", document=name, users=[colleague], write=1)
	client = rest(colleague)
	token = client.result(API + "lock", document=name)["token"]
	rest(author).result(API + "unshare", document=name, user=colleague)
	answer = client.call(
		API + "save_version", document=name, base_version=1, content=base64_of(make_docx("二")), token=token
	)
	assert answer.status_code == 403
	with as_user(author):
		assert service.get_version(name).number == 1
