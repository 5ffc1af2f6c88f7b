"""The quick first page of a list shows exactly what the list's own query shows, and its number counts the same."""

import frappe
import pytest
from frappe.model.db_query import DatabaseQuery
from frappe.utils import add_to_date, now_datetime

from meeting_crm.customers import sharing
from meeting_crm.customers.service import set_holder
from meeting_crm.gate import first_pages
from meeting_crm.tests.factories import make_customer, make_department, make_user, unique

FILES, CONTACTS = "Meeting Customer", "Meeting Contact"


@pytest.fixture(scope="module")
def people(site):
	"""Files for every reason to see one, with contacts by their holders and by outsiders."""
	manager = make_user(None, "Meeting Manager")
	department = make_department(manager=manager)
	names = {
		"manager": manager,
		"seller": make_user(department=department),
		"colleague": make_user(department=department),
		"outsider": make_user(),
		"idle": make_user(),
	}
	label = unique("页")
	files = [make_customer(names[who]) for who in ("seller", "colleague", "outsider") for _number in range(5)]
	for number, name in enumerate(files):
		moment = add_to_date(now_datetime(), minutes=-(number * 7 % 15))
		frappe.db.set_value(FILES, name, {"profile": label, "claimed_on": moment, "category": "Partner"})
		for author in ("seller", "outsider"):
			contact = frappe.get_doc({"doctype": CONTACTS, "customer": name, "person_name": label}).insert()
			contact.db_set({"owner": names[author], "modified": moment}, update_modified=False)
	set_holder(files[0], names["outsider"])
	set_holder(files[1], None)
	set_holder(files[10], names["seller"])
	sharing.share(FILES, files[11], [names["seller"]])
	frappe.db.commit()
	return frappe._dict(names, label=label)


def args_of(doctype: str, **values) -> frappe._dict:
	values = {
		"start": 0,
		"page_length": 4,
		"order_by": f"`tab{doctype}`.`modified` desc, `tab{doctype}`.`name`",
		**values,
	}
	return frappe._dict(doctype=doctype, fields=[f"`tab{doctype}`.`name`"], **values)


def plain(args: frappe._dict) -> list:
	return DatabaseQuery(args.doctype).execute(**{key: value for key, value in args.items() if key != "doctype"})


@pytest.mark.parametrize("who", ["manager", "seller", "colleague", "outsider", "idle"])
@pytest.mark.parametrize("start", [0, 4])
def test_pages_are_those_of_the_plain_list(people, who, start):
	frappe.set_user(people[who])
	lists = {
		FILES: ["claimed_on desc", "customer_name"],
		CONTACTS: ["modified desc", "person_name, `tabMeeting Contact`.name"],
	}
	for doctype, orders in lists.items():
		for order in orders:
			args = args_of(doctype, start=start, order_by=f"`tab{doctype}`.{order}")
			assert first_pages.get_page(args) == plain(args), (doctype, order)


@pytest.mark.parametrize("who", ["manager", "seller", "colleague", "outsider", "idle"])
def test_numbers_are_those_of_the_plain_list(people, who):
	frappe.set_user(people[who])
	for doctype, field in ((FILES, "profile"), (CONTACTS, "person_name")):
		args = args_of(doctype, filters=[[doctype, field, "=", people.label]], order_by=None, page_length=None)
		everything = len(plain(args))
		assert first_pages.count(args, 1001) == everything
		assert first_pages.count(args, 3) == min(everything, 3)


@pytest.mark.parametrize("who", ["manager", "seller", "colleague", "outsider", "idle"])
def test_groups_are_those_of_the_plain_list(people, who):
	frappe.set_user(people[who])
	for doctype, label in ((FILES, "profile"), (CONTACTS, "person_name")):
		filters = [[doctype, label, "=", people.label]]
		for field in ("owner", "modified_by", label):
			groups = first_pages.count_groups(doctype, filters, field, 50)
			plain_groups = frappe.get_list(
				doctype, filters=filters, fields=["count(*) as count", f"{field} as name"], group_by=field, limit=50
			)
			assert sorted((row.name, row.count) for row in groups) == sorted(
				(row.name, row.count) for row in plain_groups
			)
	assert first_pages.count_groups(FILES, [], "no such column", 50) is None


@pytest.mark.parametrize(
	"values",
	[
		{"group_by": "`tabMeeting Customer`.`category`"},
		{"order_by": None},
		{"start": 10_000},
		{"fields": ["count(`tabMeeting Customer`.`name`) as n"]},
		{"fields": ["`tabMeeting Customer Remark`.`note`"]},
		{"filters": [["Meeting Customer Remark", "note", "like", "%"]]},
	],
)
def test_what_is_no_plain_page_is_left_to_the_list(people, values):
	frappe.set_user(people.seller)
	args = args_of(FILES)
	args.update(values)
	assert first_pages.get_page(args) is None


def test_too_much_by_others_is_left_to_the_list(people, monkeypatch):
	frappe.set_user(people.seller)
	args, number = args_of(CONTACTS), args_of(CONTACTS, order_by=None, page_length=None)
	assert first_pages.get_page(args) is not None
	assert first_pages.count(number, 1001) is not None
	monkeypatch.setattr(first_pages, "MAX_OTHERS", 1)
	assert first_pages.get_page(args) is None
	assert first_pages.count(number, 1001) is None


def test_the_desk_gets_both(rest, people):
	client = rest(people.seller)
	filters = [[FILES, "profile", "=", people.label]]
	page = client.result(
		"frappe.desk.reportview.get",
		doctype=FILES, fields=["name"], filters=filters, order_by="`tabMeeting Customer`.`claimed_on` desc",
		start=0, page_length=20,
	)  # fmt: skip
	number = client.result("frappe.desk.reportview.get_count", doctype=FILES, filters=filters, fields=[], limit=1001)
	assert len(page["values"]) == number == 7
	assert client.result("frappe.desk.reportview.get_count", doctype=FILES, filters=filters, fields=[], limit=2) == 2
	assert client.result("frappe.desk.reportview.get_count", doctype=FILES, filters=filters, fields=[]) == 7
