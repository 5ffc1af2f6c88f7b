"""Doors through which a stranger, or any account, once read the whole database. Each is tried as everybody, by path and by
`cmd`, as form, query and JSON; nobody gets an answer that holds what was planted."""

import json

import frappe
import pytest

from meeting_crm.tests import factories
from support.rest import RestClient

ROLES = {
	"guest": None,
	"salesperson": "Meeting Salesperson",
	"manager": "Meeting Manager",
	"finance": "Meeting Finance",
	"logistics": "Meeting Logistics",
	"administrator": "Meeting Administrator",
}
OPEN_DOCTYPES = ("Help Article", "Country", "Language", "Meeting Segment")
SECRET_TABLE = "tabMeeting Enterprise"


@pytest.fixture(scope="module")
def planted(site):
	"""A word that stands in a company's base file, which only administrators read."""
	enterprise = factories.make_enterprise()
	word = factories.unique("planted-")
	frappe.db.set_value("Meeting Enterprise", enterprise, "profile", word, update_modified=False)
	frappe.db.commit()
	return word


@pytest.fixture(scope="module")
def clients(site, web_url):
	made = {}
	for role, name in ROLES.items():
		made[role] = RestClient(web_url)
		if name:
			user = factories.make_user(None, name)
			frappe.db.commit()
			made[role].log_in(user)
	yield made
	for client in made.values():
		client.close()


def stolen(column: str = "profile") -> str:
	return f"(select group_concat({column}) from `{SECRET_TABLE}` where {column} like 'planted%')"


INJECTIONS = {
	"call with an alias": f"lower({stolen()}) `a.name.count(`",
	"sub-query": f"{stolen()} as x",
	"sub-query in a sum": f"sum({stolen()})",
	"comment": f"name/**/,{stolen()} as x",
	"two at once": f"name, {stolen()}",
	"quoted": f"`name`,{stolen()} as `x`",
}
FILTER_FIELDS = {
	"sub-query": f"ifnull({stolen()},'a.name.b')",
	"tabs": f"ifnull((select(profile)from(`{SECRET_TABLE}`)where\tprofile\tlike'planted%'limit\t1),'a.name.b')",
	"or": "name` = '' or 1=1 or `name",
}


def send(client, command, values, way):
	data = {key: json.dumps(value) if isinstance(value, list | dict) else value for key, value in values.items()}
	if way == "path, form":
		return client.post(f"{client.url}/api/method/{command}", data=data, timeout=60)
	if way == "path, query":
		return client.get(f"{client.url}/api/method/{command}", params=data, timeout=60)
	if way == "path, JSON":
		return client.post(f"{client.url}/api/method/{command}", json=values, timeout=60)
	if way == "cmd, form":
		return client.post(client.url, data={"cmd": command, **data}, timeout=60)
	return client.post(client.url, json={"cmd": command, **values}, timeout=60)


WAYS = ("path, form", "path, query", "path, JSON", "cmd, form", "cmd, JSON")
QUERIES = {
	"frappe.client.get_list": lambda d, x: {"doctype": d, "fields": [x]},
	"frappe.client.get_list, two": lambda d, x: {"doctype": d, "fields": [x, "count(name)"]},
	"frappe.client.get_list, order": lambda d, x: {"doctype": d, "fields": ["name"], "order_by": x},
	"frappe.client.get_value": lambda d, x: {"doctype": d, "fieldname": x, "filters": {"name": ["!=", ""]}},
	"frappe.client.get_value, list": lambda d, x: {"doctype": d, "fieldname": json.dumps([x]), "filters": {"name": ["!=", ""]}},
	"frappe.desk.reportview.get": lambda d, x: {"doctype": d, "fields": [x], "filters": []},
	"frappe.desk.reportview.get_list": lambda d, x: {"doctype": d, "fields": [x], "filters": []},
	"frappe.desk.reportview.get_list, groups": lambda d, x: {"doctype": d, "fields": ["name"], "group_by": x, "filters": []},
	"frappe.desk.reportview.get_list, aggregate": lambda d, x: {
		"doctype": d, "fields": ["name"], "group_by": "name", "aggregate_function": "count", "aggregate_on_doctype": d,
		"aggregate_on_field": x, "filters": [],
	},
	"frappe.desk.reportview.export_query": lambda d, x: {
		"doctype": d, "fields": [x], "filters": [], "file_format_type": "CSV", "title": "x",
	},
	"frappe.desk.reportview.get_sidebar_stats": lambda d, x: {"doctype": d, "stats": [x], "filters": []},
	"frappe.desk.listview.get_group_by_count": lambda d, x: {"doctype": d, "current_filters": [], "field": x},
	"frappe.desk.search.search_widget": lambda d, x: {"doctype": d, "txt": "", "searchfield": x},
	"frappe.desk.search.search_widget, fields": lambda d, x: {"doctype": d, "txt": "", "filter_fields": [x]},
	"frappe.desk.search.search_link": lambda d, x: {"doctype": d, "txt": "", "searchfield": x},
	"frappe.client.validate_link": lambda d, x: {"doctype": d, "docname": "China", "fields": [x]},
	"frappe.desk.calendar.get_events": lambda d, x: {
		"doctype": d, "start": "2000-01-01", "end": "2100-01-01", "field_map": {"start": x, "end": "modified"}, "fields": ["name"],
	},
	"frappe.desk.doctype.number_card.number_card.get_result": lambda d, x: {
		"doc": {"document_type": d, "function": "Sum", "aggregate_function_based_on": x}, "filters": [],
	},
	"frappe.desk.doctype.dashboard_chart.dashboard_chart.get": lambda d, x: {
		"chart": {"document_type": d, "chart_type": "Group By", "group_by_based_on": x, "group_by_type": "Count", "filters_json": "[]"},
	},
	"frappe.www.list.get": lambda d, x: {"doctype": d, "order_by": x, "fields": [x]},
}  # fmt: skip
FILTERED = {
	"frappe.client.get_list": lambda d, f: {"doctype": d, "filters": f},
	"frappe.client.get_list, or": lambda d, f: {"doctype": d, "or_filters": f},
	"frappe.client.get_value": lambda d, f: {"doctype": d, "fieldname": "name", "filters": f},
	"frappe.client.get_count": lambda d, f: {"doctype": d, "filters": f},
	"frappe.client.get": lambda d, f: {"doctype": d, "filters": f},
	"frappe.desk.reportview.get_count": lambda d, f: {"doctype": d, "filters": f, "fields": []},
	"frappe.desk.reportview.get_list": lambda d, f: {"doctype": d, "filters": f, "fields": ["name"]},
	"frappe.desk.search.search_link": lambda d, f: {"doctype": d, "txt": "", "filters": f},
	"frappe.desk.listview.get_group_by_count": lambda d, f: {"doctype": d, "field": "owner", "current_filters": f},
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("query", QUERIES)
def test_no_column_carries_a_query(clients, planted, role, query):
	command = query.split(",")[0]
	for place, injection in enumerate(INJECTIONS.values()):
		for way in WAYS if place < 2 else WAYS[:1]:
			answer = send(clients[role], command, QUERIES[query](OPEN_DOCTYPES[place % 4], injection), way)
			assert planted not in answer.text, f"{way}, {injection}: {answer.text[:500]}"
			assert answer.status_code in (400, 401, 403, 404), (
				f"{way}, {injection}: {answer.status_code} {answer.text[:500]}"
			)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("query", FILTERED)
def test_no_field_of_a_filter_carries_a_query(clients, planted, role, query):
	command = query.split(",")[0]
	for place, field in enumerate(FILTER_FIELDS.values()):
		for filters in ({field: ["like", "%planted%"]}, [[field, "like", "%planted%"]], [["Country", field, "!=", ""]]):
			for way in WAYS if place == 0 else WAYS[:1]:
				answer = send(clients[role], command, FILTERED[query]("Country", filters), way)
				assert planted not in answer.text
				assert answer.status_code in (400, 401, 403, 404), f"{way}: {answer.status_code} {answer.text[:500]}"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("doctype", OPEN_DOCTYPES)
def test_lists_by_address(clients, planted, role, doctype):
	for injection in INJECTIONS.values():
		for values in (
			{"fields": [injection, "count(name)"]},
			{"fields": ["name"], "order_by": injection},
			{"filters": [[injection, "!=", "x"]]},
			{"or_filters": {injection: "x"}},
		):
			answer = clients[role].resource(
				"GET",
				doctype,
				params={key: json.dumps(value) if key != "order_by" else value for key, value in values.items()},
			)
			assert planted not in answer.text
			assert answer.status_code in (400, 401, 403, 404), f"{values}: {answer.status_code} {answer.text[:500]}"


@pytest.mark.parametrize("role", ROLES)
def test_a_page_of_the_website_takes_no_query_either(clients, planted, role):
	for address in ("/me", "/list/Help Article", "/help-article", "/kb", "/"):
		answer = clients[role].get(
			clients[role].url + address,
			params={"fields": json.dumps([INJECTIONS["sub-query"]]), "doctype": "Help Article"},
		)
		assert planted not in answer.text
		assert answer.status_code == 403, f"{address}: {answer.status_code}"


@pytest.mark.parametrize("role", ROLES)
def test_two_commands_in_one_request_are_refused(clients, role):
	client = clients[role]
	for address in (
		"/api/method/ping",
		"/api/resource/Country",
		"/api/method/meeting_crm.claims.api.pool",
		"/api/v2/method/ping",
	):
		for values in ({"cmd": "frappe.desk.form.linked_with.get", "doctype": "User", "docname": "Administrator"},):
			for answer in (
				client.post(client.url + address, data=values),
				client.post(client.url + address, json=values),
				client.get(client.url + address, params=values),
			):
				assert answer.status_code == 417, f"{address}: {answer.status_code} {answer.text[:300]}"
				assert "UnreadableRequestError" in answer.text
	answer = client.post(client.url, json={"cmd": ["frappe.client.get_list"], "doctype": "Country"})
	assert answer.status_code == 417
	assert client.get(f"{client.url}/api/method/ping").json() == {"message": "pong"}


ADDRESSES = (
	"/files/../../site_config.json",
	"/private/files/../../site_config.json",
	"/files/%2e%2e/%2e%2e/site_config.json",
	"/files/x/../../../site_config.json",
	"/files/..%2f..%2fsite_config.json",
	"../site_config.json",
	"file:///etc/passwd",
)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("address", ADDRESSES)
def test_no_file_record_copies_the_site_s_configuration(clients, role, address):
	client, password = clients[role], frappe.conf.db_password
	for is_private in (0, 1):
		values = {"doctype": "File", "file_url": address, "file_name": "x.txt", "is_private": is_private}
		for answer in (
			client.resource("POST", "File", json=values),
			client.call("frappe.client.insert", doc=values),
			client.post(f"{client.url}/api/method/upload_file", data=values),
		):
			assert answer.status_code in (400, 401, 403, 404, 417), f"{answer.status_code} {answer.text[:300]}"
			assert password not in answer.text
	frappe.db.rollback()
	assert not frappe.db.exists("File", {"file_url": ("like", "%site_config%")})


def test_a_private_file_named_in_a_second_record_stays_private(clients):
	client = clients["salesperson"]
	stored = client.post(
		f"{client.url}/api/method/upload_file",
		data={"is_private": 1},
		files={"file": ("own.pdf", factories.unique("%PDF-"))},
	).json()["message"]
	for values in (
		{"file_url": stored["file_url"], "is_private": 0},
		{"file_url": stored["file_url"], "is_private": 0, "file_name": "other.pdf"},
	):
		answer = client.resource("POST", "File", json=values)
		assert answer.status_code == 200, answer.text[:300]
		assert answer.json()["data"]["file_url"].startswith("/private/files/")


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.xml", "a.shtml", "a.svgz"])
def test_what_could_run_is_never_public(clients, name):
	client = clients["salesperson"]
	answer = client.post(
		f"{client.url}/api/method/upload_file", data={"is_private": 0},
		files={"file": (factories.unique("x") + name, b"<script>alert(1)</script>")},
	)  # fmt: skip
	assert answer.status_code == 200, answer.text[:300]
	assert answer.json()["message"]["file_url"].startswith("/private/files/")


def test_a_report_opened_from_its_address_runs(clients):
	"""The desk says with `are_default_filters` whether the filters are the report's own: that is no filter."""
	answer = clients["administrator"].call(
		"frappe.desk.query_report.run",
		verb="GET",
		report_name="Meeting Daily Volume",
		filters={"project": "x", "from_date": "2026-11-20", "to_date": "2026-11-26"},
		are_default_filters="false",
	)
	assert answer.json()["exc_type"] == "DoesNotExistError", "the report itself says that there is no such project"
