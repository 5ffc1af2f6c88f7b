"""The database changes over under people's requests: what can be done again is, what may have happened is looked up and
never done twice, the rest is a sentence with 503 and Retry-After."""

import frappe
import pytest

from meeting_crm.tests.factories import entry_form, make_enterprise, make_project, make_user, unique
from support.rest import RestClient, error_of
from support.servers import free_port, running, web_command
from support.wire import Wire

COMMIT = "^commit$"
CLAIM = "meeting_crm.claims.api."
DEADLOCK = (1213, "Deadlock found when trying to get lock; try restarting transaction")
AWAY = {
	1047: "WSREP has not yet prepared node for application use",
	1180: "Got error 6 during COMMIT: Not connected to Primary Component",
	1290: "The MariaDB server is running with the --read-only option so it cannot execute this statement",
	2013: "Lost connection to server during query",
	2006: "Server has gone away",
}

pytestmark = pytest.mark.race


@pytest.fixture(scope="module")
def wire(site):
	wire = Wire(int(frappe.conf.db_port))
	yield wire
	wire.close()


@pytest.fixture(scope="module")
def far_url(site, redis_queue, wire):
	"""A web process whose database is at the other end of the wire."""
	port = free_port()
	environment = {"FRAPPE_SITE": site, "FRAPPE_DB_HOST": "127.0.0.1", "FRAPPE_DB_PORT": str(wire.port)}
	with running("far-web", web_command(port, 1), port, **environment):
		yield f"http://127.0.0.1:{port}"


@pytest.fixture
def seller():
	return make_user()


@pytest.fixture
def project(seller):
	return make_project(seller)


@pytest.fixture
def client(far_url, seller, project):
	frappe.db.commit()
	client = RestClient(far_url)
	client.log_in(seller)
	yield client
	client.close()
	frappe.db.rollback()


def list_claims(enterprise: str) -> list[str]:
	frappe.db.rollback()
	return frappe.get_all("Meeting Claim", {"enterprise": enterprise}, pluck="name")


def count_logged(claim: str, operation: str) -> int:
	return frappe.db.count(
		"Meeting Operation Log", {"reference_name": claim, "operation": operation, "reference_doctype": "Meeting Claim"}
	)


def make_free() -> str:
	enterprise = make_enterprise()
	frappe.db.commit()
	return enterprise


def assert_told(answer, kind: str) -> None:
	assert answer.status_code == 503, answer.text
	assert answer.headers["Retry-After"] == "3"
	assert answer.json()["exc_type"] == kind
	assert "again" in error_of(answer) or "再试" in error_of(answer)


def test_a_conflict_at_the_commit_is_tried_again(client, wire, project):
	enterprise = make_free()
	wire.answer(COMMIT, *DEADLOCK, state="40001")
	answer = client.result(CLAIM + "claim", project=project, enterprise=enterprise)
	assert wire.seen == 1
	assert list_claims(enterprise) == [answer["claim"]]
	assert count_logged(answer["claim"], "Created") == 1


def test_a_claim_whose_commit_was_not_answered_is_told_as_ones_own(client, wire, project):
	enterprise = make_free()
	wire.cut_after(COMMIT)
	answer = client.result(CLAIM + "claim", project=project, enterprise=enterprise)
	assert wire.seen == 1
	assert list_claims(enterprise) == [answer["claim"]]


def test_a_claim_lost_before_its_commit_is_made_once(client, wire, project):
	enterprise = make_free()
	wire.cut_before(COMMIT)
	answer = client.result(CLAIM + "claim", project=project, enterprise=enterprise)
	assert wire.seen == 1
	assert list_claims(enterprise) == [answer["claim"]]


def test_an_entry_whose_commit_was_not_answered_is_entered_once(client, wire, project):
	name = unique("换库企业有限公司")
	wire.cut_after(COMMIT)
	answer = client.result("meeting_crm.entry.api.enter", project=project, customer=entry_form(name))
	assert wire.seen == 1
	frappe.db.rollback()
	assert frappe.get_all("Meeting Enterprise", {"enterprise_name": name}, pluck="name") == [answer["enterprise"]]
	assert list_claims(answer["enterprise"]) == [answer["claim"]]


def test_an_extension_whose_commit_was_not_answered_is_not_made_twice(client, wire, project):
	enterprise = make_free()
	claim = client.result(CLAIM + "claim", project=project, enterprise=enterprise)["claim"]
	wire.cut_after(COMMIT)
	assert_told(client.call(CLAIM + "extend", claim=claim, reason="在谈"), "OutcomeUnknownError")
	frappe.db.rollback()
	assert frappe.db.count("Meeting Protection Extension", {"claim": claim}) == 1


@pytest.mark.parametrize("code", AWAY)
def test_a_short_absence_is_waited_for(client, wire, project, code):
	enterprise = make_free()
	wire.answer("for update", code, AWAY[code], times=2)
	answer = client.result(CLAIM + "claim", project=project, enterprise=enterprise)
	assert wire.seen == 2
	assert list_claims(enterprise) == [answer["claim"]]


def test_a_long_absence_is_told_and_nothing_is_done(client, wire, project):
	enterprise = make_free()
	wire.answer("for update", 1290, AWAY[1290], times=100_000)
	try:
		answer = client.call(CLAIM + "claim", project=project, enterprise=enterprise)
	finally:
		wire.arm("", None, 0)
	assert_told(answer, "DatabaseAwayError")
	assert list_claims(enterprise) == []


def save_profile(client, customer: str):
	return client.resource("PUT", "Meeting Customer", customer, json={"address": unique("路")})


def test_a_conflict_at_the_commit_of_a_form_is_a_sentence(client, wire, project):
	customer = client.result(CLAIM + "claim", project=project, enterprise=make_free())["customer"]
	wire.answer(COMMIT, *DEADLOCK, state="40001")
	answer = save_profile(client, customer)
	assert answer.status_code == 409, answer.text
	assert answer.json()["exc_type"] == "QueryDeadlockError"
	assert "Save again" in error_of(answer) or "再保存" in error_of(answer)
	assert save_profile(client, customer).status_code == 200


def test_a_lost_commit_of_a_form_is_a_sentence(client, wire, project):
	customer = client.result(CLAIM + "claim", project=project, enterprise=make_free())["customer"]
	wire.cut_after(COMMIT)
	assert_told(save_profile(client, customer), "OutcomeUnknownError")
	assert save_profile(client, customer).status_code == 200


@pytest.mark.parametrize(
	"ask",
	[
		lambda client: client.get(f"{client.url}/api/resource/Meeting Customer"),
		lambda client: client.call("meeting_crm.entry.api.check_duplicates", text="冷链"),
		lambda client: client.call("frappe.desk.reportview.get", doctype="Meeting Claim", fields=["name"]),
		lambda client: client.get(f"{client.url}/app"),
		lambda client: client.post(f"{client.url}/api/method/login", data={"usr": "nobody", "pwd": "x"}),
	],
	ids=["list", "check", "desk list", "desk", "login"],
)
def test_without_a_database_everything_is_answered_with_a_sentence(client, wire, ask):
	wire.cut()
	try:
		answer = ask(client)
	finally:
		wire.mend()
	assert_told(answer, "DatabaseAwayError")
	assert client.call("frappe.auth.get_logged_user", verb="GET").status_code == 200
