"""The duplicate check (A1 to A3): what it finds, what it answers, and what it keeps to itself."""

import time

import frappe
import pytest

from meeting_crm.claims import service as claims
from meeting_crm.enterprises import errors
from meeting_crm.entry import api as entry_api
from meeting_crm.entry import checks
from meeting_crm.entry import service as entry
from meeting_crm.tests import factories

NAMES = {
	"petrol": "中国石油化工股份有限公司",
	"cold": "烟台恒瑞达冷链物流有限公司",
	"branch": "烟台恒瑞达冷链物流有限公司青岛分公司",
	"brackets": "珍熙（太原）食品科技有限责任公司",
	"latin": "3M中国有限公司",
	"chongqing": "重庆长安汽车销售有限公司",
}
ANSWERED = {
	"enterprise",
	"enterprise_name",
	"project",
	"project_name",
	"status",
	"claimable",
	"reason",
	"match",
	"similarity",
	"marks",
}


@pytest.fixture
def names():
	return {key: factories.make_enterprise(name) for key, name in NAMES.items()}


@pytest.fixture
def seller():
	user = factories.make_user()
	factories.make_project(user)
	frappe.set_user(user)
	yield user
	frappe.set_user("Administrator")


def found(**question) -> list[str]:
	return list(dict.fromkeys(row["enterprise"] for row in entry_api.check_duplicates(**question)))


@pytest.mark.parametrize(
	("typed", "meant", "match"),
	[
		("中国石油化工股份有限公司", "petrol", "exact"),
		("石油化工", "petrol", "contains"),
		("中石化", "petrol", "short"),
		("zhongguoshiyouhuagong", "petrol", "pinyin"),
		("zgsyhg", "petrol", "initials"),
		("syhg", "petrol", "initials"),
		("zsh", "petrol", "initials"),
		("恒瑞达", "cold", "contains"),
		("烟台恒睿达冷链", "cold", "sound"),
		("烟台恒端达冷链物流", "cold", "similar"),
		("冷链物流烟台恒瑞达", "cold", "similar"),
		("山东恒瑞达冷链物流股份公司", "cold", "similar"),
		("煙臺恒瑞達冷鏈物流", "cold", "contains"),
		("烟台恒瑞达冷链物流青岛分公司", "branch", "similar"),
		("珍熙(太原)食品科技有限责任公司", "brackets", "exact"),
		("太原珍熙食品科技", "brackets", "similar"),
		("zxspkj", "brackets", "initials"),
		("珍熙食品科技", "brackets", "contains"),
		("珍溪食品科技", "brackets", "similar"),
		("３Ｍ中国", "latin", "contains"),
		("chongqingchangan", "chongqing", "pinyin"),
		("cqca", "chongqing", "initials"),
		("恒ruida冷链", "cold", None),
	],
)
def test_one_box_finds_a_company_however_it_is_written(names, typed, meant, match):
	rows = entry_api.check_duplicates(text=typed)
	hit = next((row for row in rows if row["enterprise"] == names[meant]), None)
	assert hit, [row["enterprise_name"] for row in rows]
	assert match in (None, hit["match"])
	assert found(text=typed).index(names[meant]) < 3


def test_rows_say_name_project_status_and_nothing_else(names, seller):
	for row in entry_api.check_duplicates(text="恒瑞达"):
		assert set(row) == ANSWERED


def test_uncontacted_stands_in_each_open_project_of_the_asker(names, seller):
	second = factories.make_project(seller)
	factories.make_project(seller, closed=1)
	rows = [row for row in entry_api.check_duplicates(text=NAMES["cold"]) if row["enterprise"] == names["cold"]]
	assert {row["status"] for row in rows} == {"Uncontacted"}
	assert all(row["claimable"] for row in rows)
	assert second in {row["project"] for row in rows}
	assert len(rows) == 2


def test_who_belongs_to_no_project_sees_the_company_but_cannot_claim_it(names):
	frappe.set_user(factories.make_user())
	try:
		rows = [row for row in entry_api.check_duplicates(text=NAMES["cold"]) if row["enterprise"] == names["cold"]]
	finally:
		frappe.set_user("Administrator")
	assert [(row["project"], row["status"], row["claimable"]) for row in rows] == [(None, "Uncontacted", False)]


def test_claims_of_others_show_everywhere_and_end_with_the_second(names, seller):
	frappe.set_user("Administrator")
	other = factories.make_user()
	elsewhere, shared = factories.make_project(other), factories.make_project(other, seller)
	claims.make_claim(elsewhere, names["cold"], other, "Pool")
	expired = claims.make_claim(shared, names["cold"], other, "Pool")
	frappe.set_user(seller)
	by_project = {
		row["project"]: row
		for row in entry_api.check_duplicates(text=NAMES["cold"])
		if row["enterprise"] == names["cold"]
	}
	assert by_project[elsewhere]["status"] == by_project[shared]["status"] == "In Negotiation"
	assert not by_project[elsewhere]["claimable"] and not by_project[shared]["claimable"]
	frappe.db.set_value("Meeting Claim", expired.name, "protected_until", "2020-01-01 00:00:00", update_modified=False)
	by_project = {
		row["project"]: row
		for row in entry_api.check_duplicates(text=NAMES["cold"])
		if row["enterprise"] == names["cold"]
	}
	assert by_project[shared]["status"] == "Uncontacted" and by_project[shared]["claimable"]


def test_what_one_holds_leads_to_the_own_file(names, seller):
	frappe.set_user("Administrator")
	other = factories.make_user()
	own, foreign = factories.make_project(seller), factories.make_project(other)
	claim = claims.make_claim(own, names["cold"], seller, "Pool")
	claims.make_claim(foreign, names["cold"], other, "Pool")
	frappe.set_user(seller)
	rows = [row for row in entry_api.check_duplicates(text=NAMES["cold"]) if row["enterprise"] == names["cold"]]
	assert {row["project"]: row["customer"] for row in rows if "customer" in row} == {own: claim.customer}
	assert foreign in {row["project"] for row in rows}


def test_advanced_narrows_by_name_person_and_mobile(seller):
	frappe.set_user("Administrator")
	project = factories.make_project(seller)
	frappe.set_user(seller)

	person = {"person_name": "欧阳静", "position": "总监", "mobile": "13711112222", "phone": "", "email": ""}
	first = entry.enter(project, factories.entry_form("淄博云岭生鲜供应链有限公司", contacts=[person]))
	second = entry.enter(project, factories.entry_form("淄博云岭仓储有限公司", mobile="13733334444"))
	assert found(mobile="137 1111 2222") == [first["enterprise"]]
	assert found(contact="欧阳") == [first["enterprise"]]
	assert found(name="云岭", mobile="137-3333-4444") == [second["enterprise"]]
	assert found(name="云岭", contact="欧阳静", mobile="13711112222") == [first["enterprise"]]
	assert found(name="云岭", contact="欧阳静", mobile="13733334444") == []
	assert set(found(name="云岭")) >= {first["enterprise"], second["enterprise"]}
	assert found(text="13711112222")[0] == first["enterprise"]


@pytest.mark.parametrize("typed", ["", " ", "中", "（）", "😀😀", "%%%__%", None])
def test_too_little_to_look_for_is_said(typed):
	with pytest.raises(errors.EmptyCheckError):
		entry_api.check_duplicates(text=typed)


@pytest.mark.parametrize(
	"typed",
	["' or 1=1 --", "<script>alert(1)</script>", "100%_有限", "中" * 10_000, "a" * 10_000, "有限公司", "𠮷𠮷𠮷野家"],
)
def test_strange_questions_get_an_answer(typed):
	assert isinstance(entry_api.check_duplicates(text=typed), list)


def test_marks_stand_on_the_letters_that_answer(names):
	def marked(typed, name):
		row = next(row for row in entry_api.check_duplicates(text=typed) if row["enterprise_name"] == name)
		return "".join(name[start:end] for start, end in row["marks"])

	assert marked("恒瑞达", NAMES["cold"]) == "恒瑞达"
	assert marked("中石化", NAMES["petrol"]) == "中石化"
	assert marked("珍熙太原", NAMES["brackets"]) == "珍熙太原"
	assert marked("hrdll", NAMES["cold"]) == "恒瑞达冷链"
	assert marked("hengruida", NAMES["cold"]) == "恒瑞达"


def test_rename_and_deletion_are_followed_at_once(names):
	doc = frappe.get_doc("Meeting Enterprise", names["cold"])
	doc.enterprise_name = "威海蓝岸冷藏有限公司"
	doc.save()
	assert names["cold"] in found(text="蓝岸冷藏")
	assert names["cold"] not in found(text="恒瑞达")
	frappe.delete_doc("Meeting Enterprise", names["branch"])
	assert names["branch"] not in found(text="恒瑞达")


def test_the_same_name_is_refused_with_its_status(names, seller):
	project = factories.make_project(seller)
	claims.make_claim(project, names["brackets"], seller, "Pool")
	with pytest.raises(errors.DuplicateEnterpriseError, match="In Negotiation"):
		entry.add_enterprise("珍熙(太原) 食品科技有限责任公司", {}, seller)
	with pytest.raises(errors.DuplicateEnterpriseError, match="Uncontacted"):
		entry.add_enterprise("3M中国有限公司", {}, seller)


def test_every_check_is_logged_with_person_and_query(names, seller):
	entry_api.check_duplicates(text="恒瑞达")
	entry_api.check_duplicates(name="恒瑞达", contact="王")
	entry_api.confirm_different("烟台恒瑞达冷库有限公司", [names["cold"]])
	rows = frappe.get_all(
		"Meeting Duplicate Check", filters={"user": seller}, fields=["kind", "query_text", "results", "details"]
	)
	by_kind = {row.kind: row for row in rows}
	assert by_kind["Quick Check"].query_text == "恒瑞达" and by_kind["Quick Check"].results >= 2
	assert by_kind["Advanced Check"].query_text == "恒瑞达 / 王"
	assert names["cold"] in by_kind["Confirmed Different"].details


def test_similar_names_ask_for_a_confirmation(names):
	answer = entry_api.find_similar("烟台恒瑞达冷链物流股份有限公司")
	assert names["cold"] in {row["enterprise"] for row in answer["similar"]}
	assert not answer["exact"]
	assert {row["enterprise"] for row in entry_api.find_similar(NAMES["cold"])["exact"]} == {names["cold"]}
	assert not entry_api.find_similar("拉萨格桑花民族手工艺品专业合作社")["similar"]


def test_faster_than_a_person_types_is_slowed_and_reported_once(names, seller):
	frappe.set_user("Administrator")
	settings = frappe.get_doc("Meeting Enterprise Settings")
	settings.update({"checks_per_minute": 5, "slow_down_seconds": 0.05}).save()
	frappe.set_user(seller)
	waits = []
	for _number in range(9):
		begun = time.monotonic()
		entry_api.check_duplicates(text="恒瑞达")
		waits.append(time.monotonic() - begun)
	assert min(waits[5:]) >= 0.05
	reports = frappe.get_all("Meeting Duplicate Check", filters={"user": seller, "kind": "Too Many Checks"})
	assert len(reports) == 1
	assert frappe.db.exists(
		"Notification Log", {"document_type": "Meeting Duplicate Check", "document_name": reports[0].name}
	)


def test_a_second_check_beside_a_waiting_one_is_refused(seller):
	checks.wait_alone(seller, 0.2)
	frappe.cache().set(frappe.cache().make_key(f"meeting_check_waits:{seller}"), 1, px=5000)
	with pytest.raises(errors.TooManyChecksError):
		checks.wait_alone(seller, 5)


def test_foreign_names_cannot_be_read_around_the_check(seller, rest):
	frappe.set_user("Administrator")
	name = factories.unique("鄂州暗香浮动")
	factories.make_enterprise(name)
	frappe.set_user(seller)
	client = rest(seller)
	for doctype in CLOSED:
		assert client.resource("GET", doctype).status_code == 403, doctype
	rows = client.result("meeting_crm.entry.api.check_duplicates", verb="GET", text=name)
	assert rows[0]["enterprise_name"] == name
	frappe.db.rollback()
	assert frappe.db.exists("Meeting Duplicate Check", {"user": seller, "query_text": name})
	answer = rest(None).call("meeting_crm.entry.api.check_duplicates", verb="GET", text=name)
	assert answer.status_code == 403


CLOSED = (
	"Meeting Enterprise",
	"Meeting Duplicate Check",
	"Meeting Enterprise Alias",
	"Meeting Enterprise Merge",
	"Meeting Enterprise Import Row",
)


def test_link_fields_find_enterprises_as_the_check_does(names):
	from frappe.desk.search import search_link

	def offered(text, **options):
		rows = search_link("Meeting Enterprise", text, **options)
		rows = frappe.response.pop("results") if rows is None else rows  # where Frappe answered until 2024
		return [row["value"] for row in rows]

	assert offered("恒瑞达")[0] == names["cold"]
	assert names["petrol"] in offered("zsh")
	assert names["cold"] not in offered("恒瑞达", filters={"name": ("!=", names["cold"])})
	assert offered("")
	frappe.set_user(factories.make_user())
	try:
		assert offered("恒瑞达") == []
		assert offered("") == []
	finally:
		frappe.set_user("Administrator")


def test_companies_of_the_pool_are_found_by_the_numbers_of_their_base_file(seller):
	frappe.set_user("Administrator")
	person = {"person_name": "慕容雪", "position": "厂长", "mobile": "13655556666", "phone": "0535-6655443"}
	enterprise = factories.make_enterprise("淄博云岭冷库有限公司", mobile="13677778888", contacts=[person])
	frappe.set_user(seller)
	for number in ("136 5555 6666", "+86 13677778888", "05356655443"):
		assert found(mobile=number) == [enterprise], number
	assert found(contact="慕容") == [enterprise]
	assert found(name="云岭", contact="慕容雪") == [enterprise]
