"""Names, addresses, sessions, headers, shares, workspaces and guessing: what the gate keeps besides records."""

import json

import frappe
import pytest

from meeting_crm.gate import answers, logins, visitors
from meeting_crm.tests import factories
from support.rest import RestClient, error_of


@pytest.fixture(scope="module")
def people(site):
	made = [factories.make_user(None, "Meeting Salesperson") for _each in range(3)]
	frappe.db.commit()
	return made


def test_a_session_comes_from_the_cookie_alone(rest, people, web_url):
	sid = rest(people[0]).cookies["sid"]
	stranger = rest(None)
	for answer in (
		stranger.get(f"{web_url}/api/method/frappe.auth.get_logged_user", params={"sid": sid}),
		stranger.post(f"{web_url}/api/method/frappe.auth.get_logged_user", data={"sid": sid}),
		stranger.post(web_url, json={"cmd": "frappe.auth.get_logged_user", "sid": sid}),
		stranger.get(f"{web_url}/app", params={"sid": sid}),
	):
		assert answer.status_code == 403
		assert sid not in answer.text
		assert sid not in str(answer.cookies)
		assert people[0] not in answer.text


@pytest.mark.parametrize(
	"target",
	[
		"https://evil.example",
		"//evil.example",
		"/\\evil.example",
		"\\\\evil.example",
		"/%5Cevil.example",
		"javascript:alert(1)",
		"/\tx",
	],
)
def test_signing_in_leads_nowhere_else(rest, people, web_url, target):
	raw = f"{web_url}/login?redirect-to={target if '%' in target else frappe.utils.quoted(target)}"
	for client in (rest(None), rest(people[0])):
		answer = client.get(raw, allow_redirects=False)
		assert answer.status_code == 403, f"{answer.status_code} {answer.headers.get('Location')}"
		assert "evil" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("target", ["/app/meeting-claim", "/app?x=1", "app", "/app/x#y"])
def test_an_own_address_may_be_asked_for(target):
	assert visitors.is_own_address(target)


def test_every_answer_carries_the_headers(rest, people, web_url):
	for answer in (
		rest(None).get(f"{web_url}/login"),
		rest(people[0]).get(f"{web_url}/api/method/ping"),
		rest(None).get(f"{web_url}/api/method/frappe.client.get_list"),
	):
		for header, value in answers.HEADERS.items():
			assert answer.headers.get(header) == value, (answer.url, header)


@pytest.mark.parametrize("name", ["x.svg", "x.html", "x.xml"])
def test_a_file_that_could_run_is_only_handed_out(rest, people, name):
	client = rest(people[0])
	content = f"<svg xmlns='http://www.w3.org/2000/svg'><script>alert('{factories.unique()}')</script></svg>"
	stored = client.post(
		f"{client.url}/api/method/upload_file", data={"is_private": 1}, files={"file": (name, content)}
	).json()["message"]
	answer = client.get(client.url + stored["file_url"])
	assert answer.status_code == 200
	assert answer.headers["Content-Disposition"].startswith("attachment")
	assert answer.headers["Content-Security-Policy"] == answers.HARMLESS
	assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_nobody_gives_a_right_that_he_has_not(rest, people):
	owner, reader, third = people
	file = factories.make_customer(owner)
	frappe.share.add_docshare(
		"Meeting Customer", file, reader, read=1, share=1, flags={"ignore_share_permission": True}
	)
	frappe.db.commit()
	client = rest(reader)
	for answer in (
		client.call("frappe.share.add", doctype="Meeting Customer", name=file, user=third, write=1),
		client.call(
			"frappe.share.set_permission", doctype="Meeting Customer", name=file, user=third, permission_to="write"
		),
		client.call("frappe.share.add", doctype="Meeting Customer", name=file, user=reader, write=1, share=1),
	):
		assert answer.status_code == 403, answer.text[:300]
	frappe.db.rollback()
	assert not frappe.db.exists("DocShare", {"share_name": file, "write": 1})


def test_a_workspace_is_one_s_own(rest, people):
	client = rest(people[0])
	title = factories.unique("page")
	for command, values in {
		"new_page": {
			"new_page": json.dumps({"title": title, "label": title, "content": "[]", "for_user": "Administrator"})
		},
		"update_page": {"name": "Sales", "title": title, "icon": "", "parent": "", "public": "1"},
		"delete_page": {"page": json.dumps({"name": frappe.db.get_value("Workspace", {"public": 1}), "public": 0})},
		"hide_page": {"page_name": frappe.db.get_value("Workspace", {"public": 1})},
	}.items():
		answer = client.call(f"frappe.desk.doctype.workspace.workspace.{command}", **values)
		assert answer.status_code == 403, f"{command}: {answer.text[:300]}"
	own = client.call(
		"frappe.desk.doctype.workspace.workspace.new_page",
		new_page=json.dumps(
			{"title": title, "label": f"{title}-{people[0]}", "content": "[]", "for_user": people[0], "public": 0}
		),
	)
	assert own.status_code == 200, own.text[:300]


def test_one_asks_for_oneself_alone(rest, people):
	client = rest(people[0])
	for command, values in {
		"frappe.desk.doctype.event.event.get_events": {"start": "2020-01-01", "end": "2030-01-01"},
		"frappe.desk.doctype.notification_settings.notification_settings.set_seen_value": {"value": 1},
	}.items():
		assert client.call(command, user=people[1], **values).status_code == 403
		assert client.call(command, user=people[0], **values).status_code == 200


def test_a_forgotten_password_tells_nothing_about_accounts(rest, people):
	frappe.cache.delete_keys("rl:")
	said = {
		(answer.status_code, error_of(answer))
		for user in (people[1], "nobody@test.meeting", "Administrator")
		for answer in [rest(None).call("frappe.core.doctype.user.user.reset_password", user=user)]
	}
	assert len(said) == 1, said


def test_guessing_looks_the_same_for_accounts_and_for_none(web_url, people, monkeypatch):
	frappe.db.set_single_value("System Settings", {"allow_consecutive_login_attempts": 3, "allow_login_after_fail": 60})
	frappe.db.commit()
	frappe.clear_cache(doctype="System Settings")
	_forget_failures()
	try:
		series = [_guess(web_url, user) for user in (people[2], factories.unique("nobody") + "@test.meeting")]
		assert series[0] == series[1]
		assert len(set(series[0])) > 1, "the account is locked after some attempts"
	finally:
		frappe.db.set_single_value("System Settings", "allow_consecutive_login_attempts", 10)
		frappe.db.commit()
		frappe.clear_cache(doctype="System Settings")
		_forget_failures()


def _guess(url: str, user: str) -> list:
	answers = [
		RestClient(url).post(f"{url}/api/method/login", data={"usr": user, "pwd": "wrong"}, timeout=60)
		for _each in range(6)
	]
	return [(answer.status_code, answer.json().get("message"), answer.json().get("exc_type")) for answer in answers]


def _forget_failures() -> None:
	for kind in ("failures", "blocked"):
		frappe.cache.delete_keys(f"meeting_gate_{kind}|127.0.0.1")


def test_an_address_that_guesses_much_waits_even_with_a_right_password(web_url, people):
	_forget_failures()
	try:
		for number in range(logins.MAX_FAILURES_PER_ADDRESS):
			RestClient(web_url).post(
				f"{web_url}/api/method/login", data={"usr": f"x{number}@test.meeting", "pwd": "x"}, timeout=60
			)
		answer = RestClient(web_url).post(
			f"{web_url}/api/method/login", data={"usr": people[1], "pwd": "demo"}, timeout=60
		)
		assert answer.status_code == 401, answer.text[:300]
	finally:
		_forget_failures()
	assert RestClient(web_url).post(
		f"{web_url}/api/method/login", data={"usr": people[1], "pwd": "demo"}, timeout=60
	).status_code == 200  # fmt: skip


def test_a_foreign_address_is_not_believed(rest, people, monkeypatch):
	"""Who is not a proxy of ours writes what he likes into X-Forwarded-For."""
	frappe.local.request = frappe._dict(remote_addr="203.0.113.9", headers={})
	frappe.local.request_ip = "10.0.0.1"
	visitors.set_real_address()
	assert frappe.local.request_ip == "203.0.113.9"
	frappe.local.request = frappe._dict(remote_addr="127.0.0.1", headers={})
	frappe.local.request_ip = "198.51.100.7"
	visitors.set_real_address()
	assert frappe.local.request_ip == "198.51.100.7"


@pytest.mark.parametrize(
	("host", "is_known"),
	[("crm.example.com", True), ("evil.example", False), ("127.0.0.1:8000", True), ("localhost", True), ("crm.example.com.evil.example", False)],
)  # fmt: skip
def test_names_of_the_site(site, host, is_known):
	frappe.local.request = frappe._dict(host=host)
	frappe.conf["host_name"] = "https://crm.example.com"
	try:
		if is_known:
			visitors.check_host()
		else:
			with pytest.raises(visitors.UnknownHostError):
				visitors.check_host()
	finally:
		del frappe.conf["host_name"]
		frappe.local.request = None
