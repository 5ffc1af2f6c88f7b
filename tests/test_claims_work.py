"""Around single claims: pool, several at once, assignment, dry run, explanation, digests, daily volume, carry-over,
handover, checker."""

from datetime import date, datetime, timedelta

import frappe
import pytest
from frappe.desk import query_report
from frappe.utils import add_days, getdate, now_datetime, nowdate

from meeting_crm.claims import (
	assignment,
	bulk,
	carry_over,
	checker,
	errors,
	expiry,
	explanation,
	handing_over,
	pool,
	reminders,
	rule_changes,
	rules,
	service,
	several,
	volume,
)
from meeting_crm.enterprises import containing
from meeting_crm.meeting_projects import api as project_api
from meeting_crm.tests.factories import make_claim, make_department, make_enterprise, make_project, make_user, unique
from support.claims import bell_of, project_with, read
from support.sales import make_contract, make_held

pytestmark = pytest.mark.usefixtures("one_transaction")

MIDDAY = datetime(2026, 11, 23, 12, 0, 0)
NAMES = ("work-zhang", "work-li", "work-wang")


@pytest.fixture(scope="module")
def people(site):
	users = [make_user(name) for name in NAMES] + [make_user("work-manager", "Meeting Manager")]
	frappe.db.commit()
	return users


@pytest.fixture
def wang(people):
	return people[2]


@pytest.fixture
def manager(people):
	return people[3]


def test_the_pool_is_every_enterprise_nobody_holds_at_this_second(zhang, li):
	project, other, word = project_with(zhang, li), project_with(zhang), unique("池")
	names = [make_enterprise(f"{word}{number}号冷链有限公司") for number in range(5)]
	claim = make_claim(project, zhang, names[0], now=now_datetime())
	make_claim(other, zhang, names[1], now=now_datetime())
	service.sign(make_claim(project, zhang, names[2], now=now_datetime()).name, payment="paid")
	expired = make_claim(project, zhang, names[3], now=now_datetime() - timedelta(days=16))
	assert {row.enterprise for row in pool.get_pool(project, word)} == {names[1], names[3], names[4]}
	assert {row.enterprise for row in pool.get_pool(project, word, now=claim.protected_until)} == {
		names[0],
		names[1],
		names[3],
		names[4],
	}
	assert set(pool.get_pool(project, word)[0]) == {"enterprise", "enterprise_name", "region"}
	assert expired.holder == zhang


def test_the_pool_comes_in_pages_and_by_filter(zhang):
	project, word = project_with(zhang), unique("页")
	for number in range(7):
		make_enterprise(f"上海{word}{number}冷链有限公司")
	make_enterprise(f"重庆{word}化工有限公司")
	pages = [pool.get_pool(project, word, start, 3) for start in (0, 3, 6, 9)]
	assert [len(page) for page in pages] == [3, 3, 2, 0]
	rows = [row.enterprise for page in pages for row in page]
	assert len(set(rows)) == 8
	frappe.db.set_value("Meeting Segment", "Hazardous Chemicals", "keywords", "化工,危险品")
	assert [row.enterprise_name for row in pool.get_pool(project, word, segment="Hazardous Chemicals")] == [
		f"重庆{word}化工有限公司"
	]
	assert len(pool.get_pool(project, word, region="上海")) == 7


@pytest.mark.parametrize(("few", "common"), [(pool.FEW_NAMES, pool.COMMON), (0, pool.COMMON), (0, 0)])
def test_the_pool_finds_a_name_by_any_of_its_parts_however_many_have_it(zhang, monkeypatch, few, common):
	"""Few names are read at once, many in steps from the latest entry on, and words the index does not list by going through
	the names: all three find the same."""
	monkeypatch.setattr(pool, "FEW_NAMES", few)
	monkeypatch.setattr(pool, "COMMON", common)
	monkeypatch.setattr(containing, "FIRST_STEP", 2)
	project, other, brand = project_with(zhang), project_with(zhang), "鑫" + unique("龘")[1:]
	names = [f"厦门{brand}冷藏{number}集团有限公司" for number in range(5)] + [f"泉州{brand}食品服务部"]
	made = [make_enterprise(name) for name in names]
	make_claim(project, zhang, made[0], now=now_datetime())
	free = set(made[1:])
	for text in (brand, brand[1:], f"门{brand}", f"{brand}冷", f" {brand[:6]} "):
		rows = [row.enterprise for start in range(0, 6, 2) for row in pool.get_pool(project, text, start, 2)]
		assert set(rows) >= (free if "冷" not in text and "门" not in text else set(made[1:5])), text
		assert len(rows) == len(set(rows)) and made[0] not in rows
	assert {row.enterprise for row in pool.get_pool(project, f"{brand}食品服务部")} == {made[5]}
	assert {row.enterprise for row in pool.get_pool(project, brand, region="泉州")} == {made[5]}
	assert {row.enterprise for row in pool.get_pool(project, brand, segment="Cold Storage")} == set(made[1:5])
	assert len(pool.get_pool(other, brand)) == 6
	assert not pool.get_pool(project, f"{brand}无此公司")
	frappe.get_doc("Meeting Enterprise", made[5]).update({"enterprise_name": f"泉州{unique('改名')}"}).save()
	assert made[5] not in {row.enterprise for row in pool.get_pool(project, brand)}


@pytest.mark.parametrize("text", ["' or 1=1 --", "%", "_", "\\", "<script>", "😀" * 50, "x" * 10000, "   "])
def test_the_pool_takes_any_text(zhang, text):
	assert isinstance(pool.get_pool(project_with(zhang), text, -5, 10**9), list | tuple)


def test_several_at_once_say_what_happened_to_each(zhang, li):
	project = project_with(zhang, li, daily_minimum=0, daily_maximum=3)
	names = [make_enterprise() for _number in range(5)]
	make_claim(project, li, names[1])
	rows = several.claim_several(project, [*names, "no such enterprise"], zhang)
	assert [row["enterprise"] for row in rows] == [*names, "no such enterprise"]
	assert sum(row["ok"] for row in rows) == 3
	assert rows[1]["error"] == "AlreadyHeldError" and "negotiating" in rows[1]["message"]
	assert rows[5]["error"] in ("DoesNotExistError", "DailyMaximumError")
	assert frappe.local.message_log == []
	claims = [row["claim"] for row in rows if row["ok"]]
	assert all(row["ok"] for row in several.extend_several(claims, "trade fair"))
	assert all(row["ok"] for row in several.mark_several_dead(claims[:2], "no interest"))
	assert [row["ok"] for row in several.release_several(claims, "no time")] == [False, False, True]


@pytest.mark.parametrize("names", [[], None, "E1", [1], ["a"] * 0, [f"e{n}" for n in range(201)]])
def test_several_needs_a_list_of_names(zhang, names):
	with pytest.raises(frappe.ValidationError):
		several.claim_several(project_with(zhang), names, zhang)


def test_managers_assign_within_their_tree_and_evenly(zhang, li, wang, manager):
	project = project_with(zhang, li, wang, manager=manager, daily_minimum=0, daily_maximum=1)
	make_claim(project, zhang)
	names = [make_enterprise() for _number in range(5)]
	rows = assignment.assign(project, names, [zhang, li], manager)
	assert all(row["ok"] for row in rows)
	assert assignment.get_load(project, [zhang, li, wang]) == {zhang: 3, li: 3, wang: 0}
	assert make_claim(project, li)
	assert "(3)" in bell_of(li)[0] and bell_of(manager)
	assert {row["user"] for row in assignment.get_assignable(project, manager)} == {zhang, li, wang}
	outsider = make_user("work-outsider")
	with pytest.raises(frappe.PermissionError):
		assignment.assign(project, [make_enterprise()], [outsider], manager)
	with pytest.raises(frappe.PermissionError):
		assignment.assign(project, [make_enterprise()], [li], zhang)


def test_department_managers_assign_to_everybody_below_them(li, manager):
	top = make_department(manager=manager)
	below = (
		make_department(parent=top) if frappe.db.set_value("Meeting Department", top, "is_group", 1) is None else None
	)
	frappe.db.set_value("User", li, "meeting_department", below)
	getattr(frappe.local, "request_cache", {}).clear()
	project = project_with(li)
	assert assignment.assign(project, [make_enterprise()], [li], manager)[0]["ok"]


def test_a_disabled_account_gets_nothing_assigned(zhang, li):
	project = project_with(zhang, li)
	frappe.db.set_value("User", li, "enabled", 0)
	frappe.clear_document_cache("User", li)
	with pytest.raises(frappe.ValidationError):
		assignment.assign(project, [make_enterprise()], [li], "Administrator")
	assert [row["user"] for row in assignment.get_assignable(project, "Administrator")] == [zhang]


def test_the_dry_run_changes_nothing_and_tells_the_truth(zhang):
	project, now = project_with(zhang), now_datetime()
	young, old = make_claim(project, zhang, now=now), make_claim(project, zhang, now=now - timedelta(days=8))
	answer = project_api.dry_run(project, {"protection_days": 7})
	assert (answer["running"], answer["lost"], answer["shortened"], answer["lengthened"]) == (2, 1, 1, 0)
	assert answer["rows"][0]["claim"] == old.name and answer["rows"][0]["lost"]
	assert read("Meeting Claim", young.name, "protected_until").protected_until == young.protected_until
	export = rule_changes.get_export(project, {"protection_days": 7})
	assert len(export) == 3
	assert project_api.dry_run(project, {"protection_days": 7, "keep_claim_rules": 1})["lost"] == 0
	assert project_api.dry_run(project, {"protection_days": 0})["mistakes"]
	doc = frappe.get_doc("Meeting Project", project)
	doc.protection_days = 7
	doc.save()
	ends = {row["claim"]: row["new_end"] for row in answer["rows"]}
	assert str(read("Meeting Claim", young.name, "protected_until").protected_until) == ends[young.name]
	assert read("Meeting Claim", old.name, "protected_until").protected_until <= now_datetime()


def test_rules_saved_while_claims_change_say_so_instead_of_failing(zhang, monkeypatch):
	def lose(*_arguments):
		raise frappe.QueryDeadlockError

	monkeypatch.setattr(rule_changes, "apply_rules", lose)
	with pytest.raises(errors.ClaimsBusyError):
		frappe.get_doc("Meeting Project", project_with(zhang)).update({"protection_days": 7}).save()


def test_newly_announced_holidays_move_what_their_rules_give(zhang, monkeypatch):
	project = project_with(zhang, count_holidays=0)
	now = now_datetime()
	claim, other = make_claim(project, zhang, now=now), make_claim(project_with(zhang), zhang, now=now)
	announced = rules.get_protection_end(now, 16, rules.ProjectRules(count_holidays=False))
	monkeypatch.setattr(rules, "_add_counted_days", rules._add_counted_days.__wrapped__)
	free_day = (now + timedelta(days=3)).date()
	is_counted = rules.is_counted
	monkeypatch.setattr(
		rules, "is_counted", lambda day, by: is_counted(day, by) and (day != free_day or by.count_holidays)
	)
	assert rule_changes.apply_calendar() >= 1
	assert read("Meeting Claim", claim.name, "protected_until").protected_until == announced
	assert read("Meeting Claim", other.name, "protected_until").protected_until == other.protected_until
	assert [row["event"] for row in explanation.get_timeline(claim.name)] == ["Claimed", "Rules Changed"]


def test_the_explanation_says_which_holidays_nobody_knows_yet(zhang, monkeypatch):
	claim = make_claim(project_with(zhang, count_holidays=0), zhang, now=now_datetime())
	monkeypatch.setattr(rules, "get_last_announced_year", lambda: now_datetime().year - 1)
	assert "not announced yet" in explanation.explain(claim.name)["rule"]
	monkeypatch.setattr(rules, "get_last_announced_year", lambda: now_datetime().year + 1)
	assert "not announced yet" not in explanation.explain(claim.name)["rule"]


def test_the_explanation_says_the_rule_the_events_and_the_instant(zhang):
	project = project_with(zhang, count_weekends=0)
	claim = make_claim(project, zhang, now=now_datetime() - timedelta(days=1))
	service.extend(claim.name, "customer travels")
	answer = explanation.explain(claim.name)
	assert answer["is_active"] and answer["reason"] == "protected"
	assert answer["ends_on"] == str(read("Meeting Claim", claim.name, "protected_until").protected_until)
	assert answer["uncounted_days"] and "Saturdays" in answer["rule"] and "extensions: 1" in answer["rule"]
	assert [row["event"] for row in answer["timeline"]] == ["Claimed", "Extended"]
	assert answer["timeline"][1]["reason"] == "customer travels"
	assert answer["extensions"] == {"used": 1, "allowed": 5, "left": 4}
	evening = read("Meeting Claim", claim.name, "protected_until").protected_until - timedelta(hours=5, minutes=30)
	assert "5 h 30 min left" in explanation.explain(claim.name, evening)["sentence"]
	service.mark_dead(claim.name, "bankrupt")
	assert explanation.explain(claim.name)["reason"] == "dead"


def test_one_digest_a_day_for_each_holder_and_the_manager_hears_of_tomorrow(zhang, li, manager):
	project = project_with(zhang, li, manager=manager)
	morning = datetime(2026, 11, 23, 8, 5, 0)
	for days in (10.5, 11, 14.1, 14.9):
		make_claim(project, zhang, now=morning - timedelta(days=days))
	far = make_claim(project, li, now=morning - timedelta(days=2))
	before = {user: len(bell_of(user)) for user in (zhang, li, manager)}
	reminders.send_reminders(datetime(2026, 11, 23, 7, 59, 0))
	assert len(bell_of(zhang)) == before[zhang]
	for now in (morning, morning + timedelta(hours=1), morning + timedelta(hours=9)):
		reminders.send_reminders(now)
	assert {user: len(bell_of(user)) - before[user] for user in (zhang, li, manager)} == {zhang: 1, li: 0, manager: 1}
	assert "soon: 4," in bell_of(zhang)[0]
	assert not read("Meeting Claim", far.name, "reminded_on").reminded_on
	reminders.send_reminders(morning + timedelta(days=1))
	assert len(bell_of(zhang)) - before[zhang] == 2


def test_the_former_holder_is_told_once_of_all_that_ran_out(zhang, li):
	project = project_with(zhang, li)
	names = [make_claim(project, zhang, now=MIDDAY - timedelta(days=20)).name for _number in range(3)]
	taken = make_claim(project, zhang, make_enterprise(), now=MIDDAY - timedelta(days=20))
	make_claim(project, li, taken.enterprise, now=MIDDAY)
	before = len(bell_of(zhang))
	expiry.sweep(MIDDAY)
	for _twice in range(2):
		expiry.tell_former_holders()
	assert len(bell_of(zhang)) == before + 1
	assert {read("Meeting Claim", name, "phase").phase for name in names} == {"Ended"}


FRIDAY = datetime(2026, 11, 20, 18, 1, 0)


def shortfalls_of(project: str) -> dict:
	rows = frappe.get_all("Meeting Daily Shortfall", filters={"project": project}, fields=["user", "day", "claimed"])
	return {(row.user, row.day): row.claimed for row in rows}


def test_who_stays_below_the_minimum_is_told_at_the_end_of_the_day(zhang, li, manager):
	project = project_with(zhang, li, manager=manager, daily_minimum=1)
	frappe.db.sql("update `tabMeeting Project Member` set joined_on = '2026-01-01' where parent = %s", (project,))
	make_claim(project, zhang, now=FRIDAY - timedelta(hours=3))
	make_claim(project, li, source="Assigned", now=FRIDAY - timedelta(hours=3))
	volume.check_days(FRIDAY - timedelta(hours=1, minutes=2))
	before = {user: len(bell_of(user)) for user in (zhang, li, manager)}
	assert shortfalls_of(project).get((li, FRIDAY.date())) is None
	volume.check_days(FRIDAY)
	volume.check_days(FRIDAY + timedelta(hours=2))
	assert shortfalls_of(project)[li, FRIDAY.date()] == 0 and (zhang, FRIDAY.date()) not in shortfalls_of(project)
	assert len(bell_of(li)) - before[li] == 1 and len(bell_of(manager)) - before[manager] == 1
	name = frappe.db.get_value("Meeting Project", project, "project_name")
	assert bell_of(li)[0].startswith(f"{name}: 0 of") and name in bell_of(manager)[0], (
		"who is in two projects knows which"
	)


def test_leave_weekends_and_holidays_are_excused_and_missed_days_are_made_up(zhang, li):
	project = project_with(zhang, li, daily_minimum=1)
	frappe.db.sql("update `tabMeeting Project Member` set joined_on = '2026-01-01' where parent = %s", (project,))
	frappe.get_doc(
		{"doctype": "Meeting Leave", "user": li, "from_date": "2026-11-23", "to_date": "2026-11-24"}
	).insert()
	volume.check_days(FRIDAY)
	volume.check_days(datetime(2026, 11, 25, 19, 0, 0))
	days = {user: sorted(str(day) for person, day in shortfalls_of(project) if person == user) for user in (zhang, li)}
	assert days[zhang][-3:] == ["2026-11-23", "2026-11-24", "2026-11-25"] and "2026-11-21" not in days[zhang]
	assert days[li][-1:] == ["2026-11-25"] and "2026-11-23" not in days[li]
	assert volume.get_excuse(zhang, date(2026, 10, 1), {}) is volume.Excuse.DAY_OFF
	assert volume.get_excuse(zhang, date(2026, 10, 10), {}) is None, "worked in exchange for a holiday"
	filters = {"project": project, "user": li, "from_date": "2026-11-20", "to_date": "2026-11-24"}
	rows = query_report.run("Meeting Daily Volume", filters=filters)["result"]
	assert volume.get_last_day_over(FRIDAY) == FRIDAY.date() > volume.get_last_day_over(FRIDAY.replace(hour=17))
	assert [(str(row["day"]), row["excused"]) for row in rows if isinstance(row, dict)] == [
		("2026-11-24", "On leave"),
		("2026-11-23", "On leave"),
		("2026-11-20", ""),
	]


def test_leave_is_recorded_for_oneself_and_people_below(zhang, li, manager):
	project_with(li, manager=manager)
	frappe.set_user(zhang)
	with pytest.raises(frappe.PermissionError):
		frappe.get_doc({"doctype": "Meeting Leave", "user": li, "from_date": nowdate(), "to_date": nowdate()}).insert()
	frappe.set_user(manager)
	getattr(frappe.local, "request_cache", {}).clear()
	assert frappe.get_doc(
		{"doctype": "Meeting Leave", "user": li, "from_date": nowdate(), "to_date": nowdate()}
	).insert()
	with pytest.raises(frappe.ValidationError):
		frappe.get_doc(
			{"doctype": "Meeting Leave", "user": li, "from_date": nowdate(), "to_date": add_days(nowdate(), -1)}
		).insert()


def sign_in(project, holder, enterprise, on=None):
	claim = make_claim(project, holder, enterprise, now=on or datetime(2025, 6, 1, 12, 0))
	service.sign(claim.name, payment="paid", now=on or datetime(2025, 6, 2, 12, 0))
	return claim


def make_carry_over(project, **values):
	doc = frappe.get_doc({"doctype": "Meeting Carry Over", "project": project, **values}).insert()
	frappe.db.set_value("Meeting Carry Over", doc.name, "status", "Queued")
	return doc


def test_signed_enterprises_are_carried_over_to_who_signed_last(zhang, li, wang):
	oldest = make_project(zhang, li, wang, start_date="2024-01-01", end_date="2027-12-31")
	last = make_project(zhang, li, wang, start_date="2025-01-01", end_date="2027-12-31")
	new = make_project(zhang, li, previous_project=last)
	twice, left, held, dead = (make_enterprise() for _number in range(4))
	sign_in(oldest, li, twice, datetime(2024, 6, 1, 12, 0))
	sign_in(last, zhang, twice)
	sign_in(last, wang, left)
	sign_in(last, zhang, held)
	service.mark_dead(
		make_claim(last, zhang, dead, now=datetime(2025, 6, 1, 12, 0)).name, "no", now=datetime(2025, 6, 2, 12, 0)
	)
	make_claim(new, li, held)
	doc = make_carry_over(new)
	plan = {row.enterprise: row for row in carry_over.get_plan(doc)}
	assert (plan[twice].outcome, plan[twice].holder) == ("Carry Over", zhang)
	assert (plan[left].outcome, plan[left].conflict) == ("Leave in the Pool", "Person Left")
	assert plan[held].outcome == "Held Already" and dead not in plan
	answer = carry_over.preview(doc.name, page_length=500)
	receivers = {row["enterprise"]: row["holder_name"] for row in answer["rows"]}
	assert (receivers[twice], receivers[left]) == (frappe.utils.get_fullname(zhang), "")
	assert answer["total"] == len(plan) and answer["conflicts"]["Person Left"] >= 1
	made = carry_over.run(doc.name)
	assert made == sum(row.outcome == "Carry Over" for row in plan.values())
	claim = service.get_active_claim(new, twice)
	assert claim.holder == zhang and claim.protected_until > now_datetime() + timedelta(days=14)
	assert read("Meeting Claim", claim.name, "source").source == "Carried Over"
	assert service.get_active_claim(new, left) is None
	assert carry_over.run(doc.name) == made
	assert frappe.db.count("Meeting Claim", {"project": new, "source": "Carried Over"}) == made
	assert read("Meeting Carry Over", doc.name, "status", "carried_over") == {"status": "Done", "carried_over": made}
	assert make_claim(new, zhang)


def test_administrators_are_told_once_when_a_project_begins(zhang):
	"""Nobody has to remember what was signed before (B9)."""
	administrator = make_user("work-admin", "Meeting Administrator")
	earlier = make_project(zhang, start_date="2024-01-01", end_date="2027-12-31")
	sign_in(earlier, zhang, make_enterprise())
	begun = make_project(zhang, start_date="2026-11-20", end_date="2027-12-31")
	later = make_project(zhang, start_date="2026-12-20", end_date="2027-12-31")
	carry_over.prepare(MIDDAY)
	carry_over.prepare(MIDDAY + timedelta(hours=1))
	[draft] = frappe.get_all("Meeting Carry Over", filters={"project": begun}, fields=["name", "status"])
	assert draft.status == "Draft"
	assert not frappe.db.exists("Meeting Carry Over", {"project": ("in", (earlier, later))})
	told = {"for_user": administrator, "document_type": "Meeting Carry Over", "document_name": draft.name}
	assert frappe.db.count("Notification Log", told) == 1
	assert carry_over.start(draft.name)["status"] == "Queued"


def test_an_affiliate_held_by_another_is_a_conflict(zhang, li, manager):
	last = make_project(zhang, li, start_date="2025-01-01", end_date="2027-12-31")
	new = make_project(zhang, li, manager, previous_project=last)
	group = frappe.get_doc({"doctype": "Meeting Affiliate Group", "group_name": unique("集团")}).insert().name
	mine, theirs = make_enterprise(), make_enterprise()
	for enterprise in (mine, theirs):
		frappe.db.set_value("Meeting Enterprise", enterprise, "affiliate_group", group)
	sign_in(last, zhang, mine)
	make_claim(new, li, theirs)
	leave = {row.enterprise: row for row in carry_over.get_plan(make_carry_over(new, only_previous=1))}[mine]
	assert (leave.conflict, leave.outcome) == ("Affiliate Held", "Leave in the Pool")
	take = {row.enterprise: row for row in carry_over.get_plan(make_carry_over(new, on_affiliate_held="Carry Over"))}[
		mine
	]
	assert (take.conflict, take.outcome) == ("Affiliate Held", "Carry Over")


def test_a_manager_takes_what_those_who_left_had_signed(zhang, wang, manager):
	last = make_project(zhang, wang, manager=manager, start_date="2025-01-01", end_date="2027-12-31")
	new = make_project(zhang, manager, previous_project=last)
	enterprise = make_enterprise()
	sign_in(last, wang, enterprise)
	plan = {
		row.enterprise: row for row in carry_over.get_plan(make_carry_over(new, on_person_left="Give to the Manager"))
	}
	assert (plan[enterprise].holder, plan[enterprise].outcome) == (manager, "Carry Over")


def test_a_started_carry_over_keeps_its_settings(zhang):
	doc = make_carry_over(make_project(zhang))
	carry_over.run(doc.name)
	doc.reload()
	doc.on_person_left = "Give to the Manager"
	with pytest.raises(frappe.ValidationError):
		doc.save()
	with pytest.raises(frappe.ValidationError):
		carry_over.start(doc.name)


def test_claims_that_change_hands_keep_their_clock_and_both_histories(zhang, li, wang):
	project, foreign = project_with(zhang, li), project_with(zhang)
	running, signed = make_claim(project, zhang, now=MIDDAY), make_claim(project, zhang, now=MIDDAY)
	service.extend(running.name, "before the handover", now=MIDDAY)
	service.sign(signed.name, payment="paid", now=MIDDAY)
	elsewhere = make_claim(foreign, zhang, now=MIDDAY)
	over = make_claim(project, zhang, now=MIDDAY - timedelta(days=20))
	given = handing_over.hand_over([running.name, signed.name, elsewhere.name, over.name], li, now=MIDDAY)
	assert set(given) == {running.name, signed.name}
	old = read("Meeting Claim", running.name, "holder", "phase", "active_key", "ended_on")
	assert (old.holder, old.phase, old.active_key, old.ended_on) == (zhang, "Ended", None, MIDDAY)
	new = read("Meeting Claim", given[running.name], "holder", "phase", "source", "protected_until", "customer")
	assert (new.holder, new.phase, new.source) == (li, "Negotiating", "Handed Over")
	assert new.protected_until == MIDDAY + timedelta(days=16)
	assert read("Meeting Customer", new.customer, "holder").holder == li
	assert read("Meeting Claim", given[signed.name], "phase").phase == "Signed"
	assert service.extend(given[running.name], "after the handover", now=MIDDAY).protected_until == MIDDAY + timedelta(
		days=17
	)


def test_the_checker_finds_what_was_broken_by_hand(zhang):
	project = project_with(zhang, max_extensions=3)
	claim, other = make_claim(project, zhang, now=now_datetime()), make_claim(project, zhang, now=now_datetime())
	service.extend(claim.name, "more time")

	def found() -> set[str]:
		return {row["check"] for row in checker.check()["findings"] if row["name"] in names}

	account = frappe.db.get_value("Meeting Claim Account", {"project": project, "user": zhang})
	begun = frappe.db.get_value("Meeting Claim Event", {"claim": claim.name, "event": "Claimed"})
	extension = frappe.db.get_value("Meeting Protection Extension", {"claim": claim.name})
	logged = frappe.db.get_value("Meeting Operation Log", {"reference_name": claim.name, "operation": "Created"})
	names = {claim.name, other.name, account, claim.customer, begun, extension, project, f"{project} {zhang}"}
	assert found() == set()
	for doctype, name, field, value, check in (
		("Meeting Claim", claim.name, "protected_until", now_datetime() + timedelta(days=99), "clock"),
		("Meeting Claim", other.name, "active_key", None, "key"),
		("Meeting Claim", other.name, "phase", "Signed", "phase"),
		("Meeting Claim", claim.name, "extended_days", 7, "extended_days"),
		("Meeting Claim Account", account, "extensions_used", 9, "extensions_used"),
		("Meeting Claim Account", account, "claimed_today", 9, "claimed_today"),
		("Meeting Customer", claim.customer, "holder", None, "holder"),
		("Meeting Customer", claim.customer, "protected_until", None, "file_copy"),
		("Meeting Customer", claim.customer, "project", None, "file_copy"),
		("Meeting Claim", claim.name, "docstatus", 1, "docstatus"),
		("Meeting Claim", claim.name, "enterprise_name", "somebody", "names"),
		("Meeting Claim", claim.name, "project_name", "something", "names"),
		("Meeting Claim", claim.name, "rules", "gone", "rules"),
		("Meeting Claim", claim.name, "rules", None, "clock"),
		("Meeting Claim", claim.name, "enterprise", "gone", "enterprise"),
		("Meeting Claim", claim.name, "project", "gone", "enterprise"),
		("Meeting Claim", claim.name, "customer", other.customer, "file"),
		("Meeting Claim", claim.name, "holder", "nobody", "member"),
		("Meeting Claim", claim.name, "ended_on", now_datetime(), "dates"),
		("Meeting Claim", claim.name, "workflow_state", "Dead", "phase"),
		("Meeting Claim Account", account, "project", "gone", "account"),
		("Meeting Claim Event", begun, "event", "Reminded", "journal_start"),
		("Meeting Claim Event", begun, "claim", "gone", "journal_claim"),
		("Meeting Protection Extension", extension, "claim", "gone", "extension_claim"),
		("Meeting Protection Extension", extension, "days", 4, "extended_days"),
		("Meeting Protection Extension", extension, "number", 4, "extension_number"),
		("Meeting Project", project, "protection_days", 4, "project_rules"),
		("Meeting Project", project, "rules_version", None, "project_rules"),
		("Meeting Operation Log", logged, "operation", "Changed", "log"),
	):
		frappe.db.sql("savepoint broken")
		frappe.db.set_value(doctype, name, field, value, update_modified=False)
		assert check in found(), check
		frappe.db.sql("rollback to savepoint broken")
	assert found() == set()


def test_what_the_checker_finds_leads_to_the_record(zhang):
	project = project_with(zhang)
	claim = make_claim(project, zhang, now=now_datetime())
	for doctype, name, field, value in (
		("Meeting Claim", claim.name, "extended_days", 7),
		("Meeting Customer", claim.customer, "project", None),
		("Meeting Project", project, "protection_days", 4),
	):
		frappe.db.set_value(doctype, name, field, value, update_modified=False)
	titles = {
		"extended_days": ("Meeting Claim", claim.enterprise_name),
		"file_copy": ("Meeting Customer", claim.enterprise_name),
		"project_rules": ("Meeting Project", read("Meeting Project", project, "project_name").project_name),
	}
	names = {claim.name, claim.customer, project}
	found = {
		row["check"]: (row["doctype"], row["title"]) for row in checker.check()["findings"] if row["name"] in names
	}
	assert {check: found[check] for check in titles} == titles


def test_the_checker_finds_contracts_that_do_not_fit_their_claims(site):
	user, project, claim = make_held()
	frappe.set_user(user)
	contract = make_contract(claim).insert()
	contract.submit()
	frappe.set_user("Administrator")

	def found() -> set[str]:
		return {row["check"] for row in checker.check()["findings"] if row["name"] in (claim.name, contract.name)}

	assert found() == set()
	for doctype, name, field, value, checks in (
		("Meeting Contract", contract.name, "docstatus", 2, {"contract"}),
		("Meeting Contract", contract.name, "claim", "gone", {"contract", "contract_claim"}),
		("Meeting Claim", claim.name, "phase", "Negotiating", {"contract_claim", "phase"}),
	):
		frappe.db.sql("savepoint broken")
		frappe.db.set_value(doctype, name, field, value, update_modified=False)
		assert checks <= found(), checks
		frappe.db.sql("rollback to savepoint broken")


def test_names_on_claims_follow_their_project_and_enterprise(zhang):
	project, enterprise = project_with(zhang), make_enterprise()
	claim = make_claim(project, zhang, enterprise)
	for doctype, name, field, value in (
		("Meeting Project", project, "project_name", unique("Renamed ")),
		("Meeting Enterprise", enterprise, "enterprise_name", unique("改名企业")),
	):
		doc = frappe.get_doc(doctype, name)
		doc.set(field, value)
		doc.save()
		assert frappe.db.get_value("Meeting Claim", claim.name, field) == value
	assert not [row for row in checker.check()["findings"] if row["name"] == claim.name]


def test_set_based_claims_leave_out_what_others_took(zhang, li):
	project, enterprise = project_with(zhang, li), make_enterprise()
	taken = make_claim(project, li, enterprise)
	row = frappe._dict({field: taken.get(field) for field in bulk.FIELDS}, holder=zhang)
	assert bulk.insert_claims([row], "Claimed", MIDDAY) == []
	with pytest.raises(errors.AlreadyHeldError):
		make_claim(project, zhang, enterprise)


def test_the_daily_volume_report_shows_each_their_own(zhang, li, manager):
	project = make_project(zhang, li, manager=manager, daily_minimum=1)
	make_claim(project, zhang)
	filters = {"project": project, "from_date": nowdate(), "to_date": nowdate()}

	def people_in_report(user) -> dict:
		frappe.set_user(user)
		getattr(frappe.local, "request_cache", {}).clear()
		answer = query_report.run("Meeting Daily Volume", filters=filters)
		assert answer["chart"]["data"]["datasets"][0]["values"] == [1 if user != li else 0]
		return {row["user"]: row["claimed"] for row in answer["result"]}

	assert people_in_report(zhang) == {zhang: 1}
	idle = {li: 0} if rules.is_working_day(getdate(nowdate())) else {}
	assert people_in_report(li) == idle
	assert people_in_report(manager) == {zhang: 1, **idle}
	frappe.set_user("Administrator")
	with pytest.raises(frappe.ValidationError):
		query_report.run(
			"Meeting Daily Volume",
			filters={"project": project, "from_date": nowdate(), "to_date": add_days(nowdate(), -1)},
		)
