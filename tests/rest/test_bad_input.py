"""What the main job answers to wrong input: a clear sentence in the user's language, never a 500, nothing changed.
The entry form has its own table in test_customers_entry.py."""

from dataclasses import dataclass
from datetime import timedelta

import frappe
import pytest
from frappe.utils import add_days, now_datetime, nowdate

from meeting_crm.claims import service as claims
from meeting_crm.tests import factories
from support.rest import error_of, set_language

CLAIM, EXTEND, DEAD, POOL, CHECK = (
	"meeting_crm.claims.api.claim",
	"meeting_crm.claims.api.extend",
	"meeting_crm.claims.api.mark_dead",
	"meeting_crm.claims.api.pool",
	"meeting_crm.entry.api.check_duplicates",
)
ENDLESS = "长" * 10_000
HOSTILE = "'; DROP TABLE `tabMeeting Claim`; -- <img src=x onerror=alert(1)> 😀 %s {0} \\"


@dataclass
class Scene:
	"""What the table's words stand for."""

	salesperson: str
	project: str
	foreign_project: str
	closed_project: str
	future_project: str
	free: str
	held_by_colleague: str
	signed_by_colleague: str
	own_claim: str
	foreign_claim: str
	expired_claim: str
	dead_claim: str
	extended_claim: str


@pytest.fixture(scope="module")
def scene(site) -> Scene:
	salesperson, colleague = factories.make_user(), factories.make_user()
	project = factories.make_project(salesperson, colleague, max_extensions=1)
	spent = factories.make_project(salesperson, max_extensions=1)
	extended = factories.make_claim(spent, salesperson)
	claims.extend(extended.name, "等客户答复")
	foreign = factories.make_claim(project, colleague)
	signed = factories.make_claim(project, colleague)
	claims.sign(signed.name, payment="PAY-1")
	expired = factories.make_claim(project, salesperson, now=now_datetime() - timedelta(days=15, seconds=1))
	dead = factories.make_claim(project, salesperson)
	claims.mark_dead(dead.name, "公司停业")
	made = Scene(
		salesperson=salesperson,
		project=project,
		foreign_project=factories.make_project(colleague),
		closed_project=factories.make_project(salesperson, closed=1),
		future_project=factories.make_project(salesperson, start_date=add_days(nowdate(), 3)),
		free=factories.make_enterprise(),
		held_by_colleague=foreign.enterprise,
		signed_by_colleague=signed.enterprise,
		own_claim=factories.make_claim(project, salesperson).name,
		foreign_claim=foreign.name,
		expired_claim=expired.name,
		dead_claim=dead.name,
		extended_claim=extended.name,
	)
	frappe.db.commit()
	return made


# what is wrong: (function, arguments where {words} are the scene's, HTTP, English, Chinese)
TABLE = {
	"claim in a foreign project": (
		CLAIM,
		{"project": "{foreign_project}", "enterprise": "{free}"},
		403,
		"not a member",
		"成员",
	),
	"claim in a closed project": (
		CLAIM,
		{"project": "{closed_project}", "enterprise": "{free}"},
		417,
		"is closed",
		"关闭",
	),
	"claim before the start": (
		CLAIM,
		{"project": "{future_project}", "enterprise": "{free}"},
		417,
		"starts on",
		"开始",
	),
	"claim in no project": (CLAIM, {"project": HOSTILE, "enterprise": "{free}"}, 404, "no project", "项目"),
	"claim in an endless project": (CLAIM, {"project": ENDLESS, "enterprise": "{free}"}, 404, "no project", "项目"),
	"claim no enterprise": (
		CLAIM,
		{"project": "{project}", "enterprise": HOSTILE},
		404,
		"no longer in the database",
		"企业",
	),
	"claim an endless enterprise": (
		CLAIM,
		{"project": "{project}", "enterprise": ENDLESS},
		404,
		"no longer in the database",
		"企业",
	),
	"claim what is held": (
		CLAIM,
		{"project": "{project}", "enterprise": "{held_by_colleague}"},
		409,
		"Somebody is negotiating",
		"洽谈",
	),
	"claim what is signed": (
		CLAIM,
		{"project": "{project}", "enterprise": "{signed_by_colleague}"},
		409,
		"Somebody signed",
		"签约",
	),
	"extend without reason": (EXTEND, {"claim": "{own_claim}", "reason": "  "}, 417, "reason", "原因"),
	"extend with an endless reason": (EXTEND, {"claim": "{own_claim}", "reason": ENDLESS}, 417, "characters", "字"),
	"extend a foreign claim": (
		EXTEND,
		{"claim": "{foreign_claim}", "reason": "等"},
		403,
		"does not exist or belongs to somebody else",
		"认领",
	),
	"extend no claim": (
		EXTEND,
		{"claim": HOSTILE, "reason": "等"},
		403,
		"does not exist or belongs to somebody else",
		"认领",
	),
	"extend an expired claim": (
		EXTEND,
		{"claim": "{expired_claim}", "reason": "等"},
		417,
		"returned to the pool",
		"公共池",
	),
	"extend a dead claim": (EXTEND, {"claim": "{dead_claim}", "reason": "等"}, 417, "marked dead", "死单"),
	"extend once too often": (EXTEND, {"claim": "{extended_claim}", "reason": "等"}, 417, "are used", "用完"),
	"kill a foreign claim": (
		DEAD,
		{"claim": "{foreign_claim}", "reason": "停业"},
		403,
		"does not exist or belongs to somebody else",
		"认领",
	),
	"kill without reason": (DEAD, {"claim": "{own_claim}", "reason": ""}, 417, "reason", "原因"),
	"kill a dead claim": (DEAD, {"claim": "{dead_claim}", "reason": "停业"}, 417, "marked dead", "死单"),
	"look into a foreign pool": (POOL, {"project": "{foreign_project}"}, 403, "", ""),
	"look into no pool": (POOL, {"project": HOSTILE}, (403, 404), "", ""),
	"page of no number": (POOL, {"project": "{project}", "start": "abc"}, 417, "", ""),
}


@pytest.mark.parametrize("case", TABLE)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_wrong_input_gets_a_clear_error(rest, scene, case, language):
	method, arguments, status, english, chinese = TABLE[case]
	filled = {key: getattr(scene, value[1:-1]) if value.startswith("{") else value for key, value in arguments.items()}
	before = standing()
	set_language(scene.salesperson, language)
	answer = rest(scene.salesperson).call(method, **filled)
	assert answer.status_code in (status if isinstance(status, tuple) else (status,)), (
		f"{answer.status_code} {error_of(answer)}"
	)
	said = error_of(answer)
	assert said.strip(), "no word of explanation"
	assert (english if language == "en" else chinese) in said, said
	assert "<img" not in said and "Traceback" not in said
	assert standing() == before


@pytest.mark.parametrize("text", [HOSTILE, ENDLESS, "%", "_", "\\", "\x00", "😀", "<b>", "公司" * 300])
def test_strange_searches_find_nothing_and_break_nothing(rest, scene, text):
	client = rest(scene.salesperson)
	for arguments in ({"text": text}, {"name": text}, {"contact": text}, {"mobile": text}):
		assert client.call(CHECK, **arguments).status_code in (200, 417), arguments
	answer = client.call(POOL, project=scene.project, text=text)
	assert answer.status_code in (200, 417), answer.text[:500]


@pytest.mark.parametrize("arguments", [{"start": -1}, {"page_length": -1}, {"page_length": 10**9}, {"start": 10**12}])
def test_pages_outside_the_pool_are_refused_or_empty(rest, scene, arguments):
	answer = rest(scene.salesperson).call(POOL, project=scene.project, **arguments)
	assert answer.status_code in (200, 417), answer.text[:500]
	if answer.status_code == 200:
		assert len(answer.json()["message"]) <= 500


def standing() -> list:
	"""Everything the calls of the table could change."""
	frappe.db.rollback()
	return frappe.get_all(
		"Meeting Claim", fields=["name", "workflow_state", "protected_until"], order_by="name asc"
	) + [frappe.db.count("Meeting Customer"), frappe.db.count("Meeting Enterprise")]


@pytest.mark.parametrize(
	("method", "arguments", "said"),
	[
		(CLAIM, {"project": "PRJ-1"}, "enterprise"),
		(EXTEND, {"claim": "x"}, "reason"),
		("meeting_crm.claims.api.claim_several", {"project": "PRJ-1", "enterprises": "["}, "enterprises"),
		("meeting_crm.claims.api.assign", {"project": "PRJ-1", "enterprises": "[]", "users": ""}, "users"),
		("meeting_crm.claims.api.release_several", {"claims": "2026-01-01", "reason": "x"}, "claims"),
	],
)
def test_a_request_that_lacks_something_says_what(rest, scene, method, arguments, said):
	answer = rest(scene.salesperson).call(method, **arguments)
	assert answer.status_code == 417, answer.text[:500]
	assert said in error_of(answer)


@pytest.mark.parametrize("value", [{"a": 1}, ["x"], [[]]])
def test_a_field_takes_one_value(rest, scene, value):
	"""Frappe reads an object as a filter, and the database reads it as a part of the query."""
	values = {"user": scene.salesperson, "from_date": nowdate(), "to_date": nowdate()}
	client = rest(scene.salesperson)
	for field in values:
		answer = client.resource("POST", "Meeting Leave", json={**values, field: value})
		assert answer.status_code == 417, answer.text[:500]
		assert field in error_of(answer)


LISTS = "meeting_crm.claims.api."


@pytest.mark.parametrize(
	("method", "arguments", "status"),
	[
		("get_claims", {"kind": "protected", "ending_within": 10**20}, 417),
		("get_claims", {"kind": "past", "start": 10**20}, 417),
		("count_claims", {"kind": "protected", "ending_within": 10**9}, 200),
		("pool", {"start": 10**20}, 417),
		("get_board", {"from_date": "2026-11-01", "to_date": "9999-12-31"}, 417),
		("get_board", {"from_date": "0001-01-01", "to_date": "2026-11-01"}, 417),
		("get_board", {"from_date": "1" * 20, "to_date": "2026-11-01"}, 417),
		("get_board", {"from_date": "2026-11-02", "to_date": "2026-11-01"}, 417),
	],
)
def test_numbers_and_days_out_of_all_bounds(rest, scene, method, arguments, status):
	answer = rest(scene.salesperson).call(LISTS + method, project=scene.project, **arguments)
	assert answer.status_code == status, answer.text[:500]
	said = error_of(answer)
	assert status == 200 or "366" in said or "cannot be read" in said or "无法识别" in said


@pytest.fixture(scope="module")
def administrator(site):
	made = factories.make_user("bad-input-admin", "Meeting Administrator")
	frappe.db.commit()
	return made


@pytest.mark.parametrize(
	("field", "value"),
	[
		("protection_days", "abc"),
		("protection_days", "1.9"),
		("reminder_days", "NaN"),
		("daily_maximum", 10**12),
		("max_claims_per_person", "9" * 400),
		("start_date", "0001-01-01"),
		("end_date", "9999-12-31"),
		("start_date", 5),
		("members", "abc"),
		("members", ["x"]),
		("project_name", {"a": 1}),
		("previous_project", {"project_name": ["like", "%"]}),
	],
)
def test_settings_of_a_project_that_mean_nothing(rest, scene, administrator, field, value):
	client = rest(administrator)
	answer = client.resource("PUT", "Meeting Project", scene.project, json={field: value})
	assert answer.status_code == 417, answer.text[:500]
	assert error_of(answer).strip()


def test_a_dry_run_of_rules_that_cannot_work_says_so(rest, scene, administrator):
	answer = rest(administrator).call(
		"meeting_crm.claims.api.dry_run", project=scene.project, rules={"protection_days": 10**12}
	)
	assert answer.status_code == 200, answer.text[:500]
	[mistake] = answer.json()["message"]["mistakes"]
	assert "1 to 3650 days" in mistake
	assert answer.json()["message"]["rows"] == []


@pytest.mark.parametrize("report", ["Meeting Daily Volume", "Meeting Contract Overview"])
@pytest.mark.parametrize(
	"filters", [{"project": {"name": ["like", "%"]}}, {"project": ["like", "%"]}, "abc", [1], [["project", "=", "x"]]]
)
def test_a_report_is_filtered_by_single_values(rest, scene, report, filters):
	answer = rest(scene.salesperson).call("frappe.desk.query_report.run", report_name=report, filters=filters)
	assert answer.status_code in (403, 417), answer.text[:500]
	assert error_of(answer).strip()
