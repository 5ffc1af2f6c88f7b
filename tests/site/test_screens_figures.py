"""What the desk's screens are fed with: figures that agree with the claims, and nobody else's."""

from datetime import timedelta

import frappe
import pytest
from frappe.utils import add_days, add_to_date, now_datetime, nowdate

from meeting_crm.claims import service
from meeting_crm.claims.queries import figures, lists
from meeting_crm.claims.queries import today as screens
from meeting_crm.contracts import signed
from meeting_crm.customers import sharing
from meeting_crm.enterprises import affiliates
from meeting_crm.meeting_projects import screens as project_screens
from meeting_crm.tests import factories
from support.sales import make_contract


class People(dict):
	"""Who is asked for is made: accounts are slow to make."""

	def __missing__(self, who: str) -> str:
		role = {"wang": "Meeting Manager", "admin": "Meeting Administrator"}.get(who, "Meeting Salesperson")
		self[who] = factories.make_user(None, role)
		return self[who]


@pytest.fixture
def people():
	return People()


@pytest.fixture
def project(people):
	return factories.make_project(
		people["zhang"], people["li"], manager=people["wang"], daily_minimum=1, daily_maximum=50
	)


def held(project: str, user: str, days_left: float | None = None):
	claim = factories.make_claim(project, user)
	if days_left is not None:
		frappe.db.set_value("Meeting Claim", claim.name, "protected_until", now_datetime() + timedelta(days=days_left))
	return claim


def test_today_counts_what_the_claims_say(people, project):
	held(project, people["zhang"])
	ending = held(project, people["zhang"], days_left=2)
	held(project, people["zhang"], days_left=-0.01)
	dead = held(project, people["zhang"])
	service.mark_dead(dead.name, "公司停业")
	signed = held(project, people["zhang"])
	service.sign(signed.name, payment="first payment")
	held(project, people["li"], days_left=1)

	today, totals = screens.get_today(project, people["zhang"]), figures.get_totals(project, people["zhang"])

	del totals["now"]
	assert totals == {"protected": 2, "ending": 1, "signed": 1, "signed_this_month": 1, "new_today": 5}
	assert [row["name"] for row in today["ending"]] == [ending.name]
	assert (today["is_member"], today["is_team"], today["team"]) == (True, False, None)


def test_within_no_day_nothing_ends(people, project):
	"""A project that reminds of nothing has nothing that ends soon, on no screen."""
	held(project, people["zhang"], days_left=1)
	for user in (people["zhang"], people["admin"]):
		assert get_claims(user, "protected", project, ending_within=0)["total"] == 0
		assert lists.count_claims(user, lists.Filters("protected", project, ending_within=0)) == 0
		assert get_claims(user, "protected", project, ending_within=2)["total"] == 1
		assert get_claims(user, "protected", project)["total"] == 1


def test_a_manager_sees_the_team_and_a_stranger_nothing(people, project):
	held(project, people["zhang"], days_left=1)
	held(project, people["li"])

	team = screens.get_today(project, people["wang"])["team"]
	assert figures.get_totals(project, people["wang"])["protected"] == 2
	assert {row["user"]: row["protected"] for row in team["rows"]} == {people["zhang"]: 1, people["li"]: 1}

	nothing = screens.get_today(project, people["stranger"])
	assert figures.get_totals(project, people["stranger"])["protected"] == 0 and not nothing["ending"]


def test_who_left_the_project_and_holds_something_stays_in_the_managers_table(people, project):
	held(project, people["zhang"])
	held(project, people["li"])
	factories.make_project(people["li"], manager=people["wang"])
	frappe.db.delete("Meeting Project Member", {"parent": project, "user": people["li"]})
	rows = figures.get_team(project, people["wang"])["rows"]
	assert {row["user"]: row["protected"] for row in rows} == {people["zhang"]: 1, people["li"]: 1}
	assert sum(row["protected"] for row in rows) == figures.get_totals(project, people["wang"])["protected"]
	assert [row["user"] for row in figures.get_team(project, people["zhang"])["rows"]] == [people["zhang"]]


def test_of_a_large_team_those_stand_first_whose_protections_end_first(people, project, monkeypatch):
	monkeypatch.setattr(figures, "TEAM_ROWS", 1)
	held(project, people["zhang"], days_left=3)
	held(project, people["li"], days_left=2)
	for who in ("wang", "admin"):
		team = figures.get_team(project, people[who])
		assert ([row["user"] for row in team["rows"]], team["number"]) == ([people["li"]], 2)


def test_administrators_count_who_left_the_project_and_still_holds_something(people, project):
	held(project, people["li"])
	doc = frappe.get_doc("Meeting Project", project)
	doc.members = [row for row in doc.members if row.user != people["li"]]
	doc.save()
	for who, expected in (("wang", [people["zhang"]]), ("admin", [people["zhang"], people["li"]])):
		board = figures.get_board(project, people[who], nowdate(), nowdate())
		assert [row["user"] for row in board["people"]] == expected
	assert board["people"][1]["protected"] == figures.get_totals(project, people["admin"])["protected"] == 1


def test_today_shows_what_colleagues_hand_over_and_share(people, project):
	received = factories.make_claim(project, people["zhang"], source="Assigned")
	frappe.set_user(people["li"])
	shared = held(project, people["li"])
	sharing.share("Meeting Customer", shared.customer, [people["zhang"]], until=now_datetime() + timedelta(days=1))
	frappe.set_user("Administrator")
	today = screens.get_today(project, people["zhang"])
	assert [row["name"] for row in today["received"]] == [received.name]
	assert [row["customer"] for row in today["shared"]] == [shared.customer]
	sharing.revoke("Meeting Customer", shared.customer, people["zhang"])
	assert not screens.get_today(project, people["zhang"])["shared"]


def test_lists_are_newest_first_and_only_of_those_one_may_see(people, project):
	first, second = held(project, people["zhang"]), held(project, people["zhang"])
	frappe.db.set_value("Meeting Claim", first.name, "claimed_on", now_datetime() - timedelta(days=3))
	foreign = held(project, people["li"])

	own = get_claims(people["zhang"], "protected", project)
	assert [row["name"] for row in own["rows"]] == [second.name, first.name]
	assert own["total"] == 2
	assert not get_claims(people["zhang"], "protected", project, holder=people["li"])["rows"]
	assert get_claims(people["wang"], "protected", project, holder=people["li"])["total"] == 1
	assert get_claims(people["admin"], "protected", project)["total"] == 3
	assert foreign.name in {row["name"] for row in get_claims(people["wang"], "protected", project)["rows"]}


def test_pages_of_several_people_and_phases_follow_each_other_in_order(people, project, monkeypatch):
	for number in range(7):
		claim = held(project, people[("zhang", "li")[number % 2]], days_left=-0.01 if number == 3 else None)
		if number in (1, 4, 5):
			service.mark_dead(claim.name, "公司停业")
		frappe.db.set_value("Meeting Claim", claim.name, "claimed_on", now_datetime() - timedelta(hours=number % 5))
	monkeypatch.setattr(lists, "COUNTED", 2)
	both, li = (people["zhang"], people["li"]), (people["li"],)
	for user, kind, holders, asked in (
		("wang", "past", both, {}),
		("wang", "past", li, {"holder": li[0]}),
		("wang", "protected", both, {"project": project, "order": "protected_until"}),
		("admin", "past", li, {"holder": li[0]}),
		("admin", "protected", both, {"project": project}),
	):
		known, found = sort_as_list(kind, holders, asked.get("order", "claimed_on")), []
		while page := get_claims(people[user], kind, start=len(found), page_length=1, **asked)["rows"]:
			found += [row["name"] for row in page]
		assert found == known, (user, kind, asked)
	assert get_claims(people["wang"], "past", holder=people["stranger"])["total"] == 0
	first = get_claims(people["wang"], "past", page_length=1)
	assert (first["total"], first["is_more"]) == (2, True)
	assert lists.count_claims(people["wang"], lists.Filters("past")) == 4
	last = get_claims(people["wang"], "past", start=3, page_length=1)
	assert (last["total"], last["is_more"]) == (4, False)


def test_signed_claims_of_many_people_are_read_along_the_index_in_the_same_order(people, project, monkeypatch):
	for number in range(6):
		claim = held(project, people[("zhang", "li")[number % 2]])
		service.sign(claim.name, payment="paid")
		frappe.db.set_value("Meeting Claim", claim.name, "signed_on", now_datetime() - timedelta(hours=number % 4))

	def get_pages() -> list[list[str]]:
		return [
			[row["name"] for row in get_claims(people["wang"], "signed", project, order="signed_on", **page)["rows"]]
			for page in ({}, {"page_length": 1}, {"start": 1, "page_length": 2}, {"start": 4})
		]

	sorted_pages = get_pages()
	monkeypatch.setattr(lists, "COUNTED", 1)
	assert get_pages() == sorted_pages
	assert [len(page) for page in sorted_pages] == [6, 1, 2, 2]


def get_claims(user: str, kind: str, project: str | None = None, holder: str | None = None, **asked) -> dict:
	filters = lists.Filters(kind, project, holder, asked.pop("text", None), asked.pop("ending_within", None))
	return lists.get_claims(user, filters, **asked)


def sort_as_list(kind: str, holders: tuple, order: str) -> list[str]:
	claims = frappe.get_all(
		"Meeting Claim", filters={"holder": ("in", holders)}, fields=["name", "phase", "claimed_on", "protected_until"]
	)
	shown = [
		row
		for row in claims
		if (row.phase == "Negotiating" and row.protected_until > now_datetime()) == (kind == "protected")
	]
	return [row.name for row in sorted(shown, key=lambda row: row[order], reverse=order == "claimed_on")]


def test_administrators_see_everybodys_past_newest_first(people, project):
	for days_left in (-0.01, None, None):
		claim = held(project, people["zhang"], days_left)
	service.mark_dead(claim.name, "公司停业")
	now = now_datetime()
	expected = frappe.db.sql_list(
		"""select name from `tabMeeting Claim` where phase = 'Ended' or (phase = 'Negotiating' and protected_until <= %s)
		order by claimed_on desc, name desc limit 20""",
		(now,),
	)
	page = get_claims(people["admin"], "past", page_length=20)
	assert [row["name"] for row in page["rows"]] == expected
	assert page["total"] == min(lists.count_claims(people["admin"], lists.Filters("past")), lists.COUNTED)


def test_affiliates_are_offered_where_one_may_act(people, project):
	own, other, foreign, free = (factories.make_enterprise() for _ in range(4))
	affiliates.link(own, [other, foreign, free])
	claim = factories.make_claim(project, people["zhang"], own)
	also = factories.make_claim(project, people["zhang"], other)
	factories.make_claim(project, people["li"], foreign)
	offered = screens.get_affiliated(project, claim.enterprise, people["zhang"])
	assert [row["name"] for row in offered["claims"]] == [also.name]
	assert [row["enterprise"] for row in offered["free"]] == [free]


def test_what_ran_out_is_past_before_the_sweep(people, project):
	over = held(project, people["zhang"], days_left=-0.001)
	assert get_claims(people["zhang"], "protected", project)["total"] == 0
	past = get_claims(people["zhang"], "past", project)
	assert [row["name"] for row in past["rows"]] == [over.name]


def test_search_takes_percent_and_underscore_as_they_are(people, project):
	held(project, people["zhang"])
	assert get_claims(people["zhang"], "protected", project, text="%")["total"] == 0
	assert get_claims(people["zhang"], "protected", project, text="_")["total"] == 0


def test_the_board_counts_per_person_and_day(people, project):
	held(project, people["zhang"])
	held(project, people["zhang"])
	service.mark_dead(held(project, people["li"]).name, "公司停业")

	board = figures.get_board(project, people["admin"], add_days(nowdate(), -1), nowdate())
	days = {row["user"]: row["days"] for row in board["people"]}
	assert days[people["zhang"]] == {nowdate(): {"claimed": 2}}
	assert days[people["li"]] == {nowdate(): {"claimed": 1, "released": 1}}
	with pytest.raises(frappe.ValidationError):
		figures.get_board(project, people["admin"], nowdate(), add_days(nowdate(), -1))


def test_the_board_shows_people_page_by_page_and_finds_them(people, project, monkeypatch):
	frappe.db.set_value("User", people["zhang"], "full_name", "张三")
	frappe.db.set_value("User", people["li"], "full_name", "李四 Lee")

	def get_users(**asked) -> list[str]:
		board = figures.get_board(project, people["admin"], nowdate(), nowdate(), **asked)
		return [board["number"], *(row["user"] for row in board["people"])]

	assert get_users() == [2, people["li"], people["zhang"]], "by pinyin"
	assert get_users(text=" lee") == [1, people["li"]]
	assert get_users(text="王") == [0]
	monkeypatch.setattr(figures, "BOARD_ROWS", 1)
	assert get_users() == [2, people["li"]]
	assert get_users(start=1) == [2, people["zhang"]]


def test_the_confirmation_tells_the_end_the_entry_will_have(people, project):
	terms = screens.get_entry_terms(project, people["zhang"])
	claim = held(project, people["zhang"])
	assert abs(claim.protected_until - terms["protected_until"]) < timedelta(seconds=10)
	assert terms["new_today"] == 0 and terms["daily_maximum"] == 50
	assert screens.get_entry_terms(project, people["zhang"])["new_today"] == 1


def test_projects_to_choose_from(people, project):
	closed = factories.make_project(people["zhang"], closed=1)
	mine = {row["name"]: row["is_member"] for row in project_screens.get_projects(people["zhang"])}
	assert mine == {project: True} and closed not in mine
	assert {row["name"]: row["is_member"] for row in project_screens.get_projects(people["wang"])} == {project: False}
	assert not project_screens.get_projects(people["stranger"])
	assert project in {row["name"] for row in project_screens.get_projects(people["admin"])}


def test_history_keeps_projects_that_ended(people, project):
	held(project, people["zhang"])
	frappe.db.set_value("Meeting Project", project, "closed", 1)
	(row,) = screens.get_past_projects(people["zhang"])
	assert (row["project"], int(row["claimed"])) == (project, 1)
	assert not screens.get_past_projects(people["stranger"])


def test_people_to_choose_from(people, project):
	assert [row["user"] for row in screens.get_visible_people(people["zhang"])] == [people["zhang"]]
	assert {row["user"] for row in screens.get_visible_people(people["wang"])} == {
		people["wang"],
		people["zhang"],
		people["li"],
	}


def test_screens_over_rest_refuse_strangers(rest, people, project):
	stranger = rest(people["stranger"])
	for method, args in (
		("get_today", {"project": project}),
		("get_totals", {"project": project}),
		("get_board", {"project": project, "from_date": nowdate(), "to_date": nowdate()}),
		("get_entry_terms", {"project": project}),
	):
		assert stranger.call(f"meeting_crm.claims.api.{method}", **args).status_code == 403
	assert stranger.result("meeting_crm.claims.api.get_claims", kind="protected", project=project)["rows"] == []


def note_activity(claim, user: str, status: str, days: int):
	return frappe.get_doc(
		{
			"doctype": "Meeting Activity",
			"customer": claim.customer,
			"subject": "电话",
			"activity_type": "Call",
			"status": status,
			"starts_on": add_to_date(now_datetime(), days=days),
			"assigned_to": user,
		}
	).insert()


def test_a_list_to_work_from_has_telephone_contact_and_when(people, project):
	user = people["zhang"]
	claim = held(project, user)
	frappe.set_user(user)
	[row] = get_claims(user, "protected", project)["rows"]
	assert (row["person_name"], row["phone"], row["last_activity_on"]) == ("王经理", "13800138000", None)
	last, following = note_activity(claim, user, "Done", -3), note_activity(claim, user, "Planned", 2)
	note_activity(claim, user, "Done", -9)
	[row] = get_claims(user, "protected", project)["rows"]
	assert (row["last_activity_on"], row["next_activity_on"]) == (last.starts_on, following.starts_on)
	last.delete()
	[row] = get_claims(user, "protected", project)["rows"]
	assert (now_datetime() - row["last_activity_on"]).days == 9


def test_signed_lists_say_what_was_signed_and_add_it_up(people, project):
	for user, amounts in ((people["zhang"], (1000.5, 2000)), (people["li"], (300,))):
		claim = held(project, user)
		frappe.set_user(user)
		for amount in amounts:
			make_contract(claim, amount=amount).insert().submit()
	frappe.set_user("Administrator")
	held_only = held(project, people["zhang"])
	service.sign(held_only.name, payment="first payment")

	def get_signed(who: str, holder: str | None = None) -> dict:
		return signed.get_signed(people[who], lists.Filters("signed", project, holder), None, 0, 100)

	assert sorted(row["amount"] or 0 for row in get_signed("zhang")["rows"]) == [0, 3000.5]
	sums = {who: get_signed(who)["sum"] for who in ("zhang", "li", "wang", "admin")}
	assert sums == {"zhang": 3000.5, "li": 300, "wang": 3300.5, "admin": 3300.5}
	assert get_signed("wang", holder=people["li"])["sum"] == 300
	assert get_signed("stranger")["sum"] == 0
