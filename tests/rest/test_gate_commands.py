"""What is not on the list of open commands is refused, by whatever name it is called; what an administrator adds is open."""

import csv
import json
from collections import Counter

import frappe
import pytest

from meeting_crm.gate.commands import LEVELS, LISTED
from meeting_crm.tests import factories
from support.rest import error_of, set_language

CLOSED = "frappe.utils.goal.get_monthly_goal_graph_data"


@pytest.fixture(scope="module")
def salesperson(site):
	user = factories.make_user(None, "Meeting Salesperson")
	set_language(user, "en")
	return user


@pytest.fixture
def settings(site):
	doc = frappe.get_doc("Meeting Gate Settings")
	yield doc
	frappe.db.rollback()
	doc = frappe.get_doc("Meeting Gate Settings")
	doc.commands, doc.tell_after = [], 20
	doc.save()
	frappe.db.commit()


def test_each_line_of_the_list_has_a_group_a_command_and_a_reason():
	with LISTED.open(encoding="utf-8", newline="") as lines:
		rows = list(csv.DictReader(lines, delimiter="\t"))
	assert len(rows) > 300
	assert all(row["who"] in LEVELS and row["command"] and row["reason"] for row in rows)
	assert {row["verb"] for row in rows} == {"GET", "POST"}
	assert [command for command, number in Counter(row["command"] for row in rows).items() if number > 1] == []


def refused(answer, command: str) -> bool:
	said = error_of(answer)
	return answer.status_code == 403 and f"<strong>{command}</strong>" in said and "Gate Settings" in said


def test_a_closed_command_is_refused_with_the_setting_s_name(rest, salesperson):
	client = rest(salesperson)
	assert refused(client.call(CLOSED), CLOSED)
	assert refused(client.call(CLOSED, verb="GET"), CLOSED)
	assert refused(client.post(client.url, data={"cmd": CLOSED}), CLOSED)
	assert refused(client.post(client.url, json={"cmd": CLOSED}), CLOSED)


def test_neither_an_alias_nor_a_way_around_opens_it(rest, salesperson):
	client = rest(salesperson)
	assert refused(
		client.call("frappe.rename_doc", doctype="User", old=salesperson, new="x@y.z", force=1), "frappe.rename_doc"
	)
	inner = (
		client.post(f"{client.url}/api/method/upload_file", data={"method": CLOSED}, files={"file": ("a.txt", b"a")}),
		client.call("frappe.desk.search.search_widget", doctype="Country", txt="", query=CLOSED),
		client.call("frappe.desk.search.search_link", doctype="Country", txt="", query=CLOSED),
		client.post(
			f"{client.url}/api/method/frappe.model.mapper.make_mapped_doc", data={"method": CLOSED, "source_name": "x"}
		),
	)
	for answer in inner:
		assert refused(answer, CLOSED), f"{answer.status_code} {answer.text[:300]}"
	closed_method = "frappe.model.document.rename"
	for answer in (
		client.post(
			f"{client.url}/api/method/run_doc_method", data={"dt": "User", "dn": salesperson, "method": "rename"}
		),
		client.post(
			client.url, json={"cmd": "run_doc_method", "docs": {"doctype": "ToDo", "name": "x"}, "method": "rename"}
		),
		client.post(f"{client.url}/api/resource/User/{salesperson}", data={"run_method": "rename", "name": "x@y.z"}),
	):
		assert answer.status_code == 403, f"{answer.status_code} {answer.text[:300]}"
		assert closed_method in error_of(answer) or "rename" in error_of(answer)


@pytest.mark.parametrize("way", ["path", "cmd"])
def test_a_link_changes_nothing(rest, salesperson, way):
	todo = frappe.get_doc({"doctype": "ToDo", "description": "x", "allocated_to": salesperson}).insert()
	todo.db_set("owner", salesperson)
	client = rest(salesperson)
	for command, values in {
		"frappe.desk.reportview.delete_items": {"doctype": "ToDo", "items": json.dumps([todo.name])},
		"frappe.desk.like.toggle_like": {"doctype": "ToDo", "name": todo.name, "add": "Yes"},
		"frappe.desk.form.assign_to.add": {"doctype": "ToDo", "name": todo.name, "assign_to": "[]"},
	}.items():
		if way == "path":
			answer = client.get(f"{client.url}/api/method/{command}", params=values)
		else:
			answer = client.get(client.url, params={**values, "cmd": command})
		assert answer.status_code == 403
		assert command in answer.text
	frappe.db.rollback()
	assert frappe.db.get_value("ToDo", todo.name, ["name", "_liked_by"]) == (todo.name, None)
	assert client.call("frappe.desk.reportview.delete_items", doctype="ToDo", items=[todo.name]).status_code == 200


def test_a_function_of_our_own_needs_no_line(rest, salesperson):
	answer = rest(salesperson).call("meeting_crm.claims.api.get_figures", verb="GET")
	assert "Gate Settings" not in answer.text


def test_what_is_refused_is_counted_and_administrators_hear_of_many(rest, salesperson, settings):
	settings.tell_after = 3
	settings.save()
	administrator = factories.make_user(None, "Meeting Administrator")
	frappe.db.commit()
	client, stranger = rest(salesperson), rest(None)
	frappe.db.delete("Meeting Refused Command", {"user": ("in", (salesperson, "Guest"))})
	frappe.db.delete("Notification Log", {"for_user": administrator})
	for user in (salesperson, "Guest"):
		frappe.cache.delete_keys(f"meeting_gate_refused|{user}")
	frappe.db.commit()
	for _time in range(4):
		client.call(CLOSED, verb="GET")
	stranger.call("frappe.client.get_list", doctype="User")
	frappe.db.rollback()
	row = frappe.db.get_value(
		"Meeting Refused Command",
		{"user": salesperson, "command": CLOSED},
		["requests", "address", "day"],
		as_dict=True,
	)
	assert row.requests == 4
	assert row.address == "127.0.0.1"
	assert frappe.db.get_value("Meeting Refused Command", {"user": "Guest"}, "requests") == 1
	told = frappe.get_all("Notification Log", {"for_user": administrator}, pluck="subject")
	assert len(told) == 1
	assert salesperson in told[0]
	answer = client.resource("GET", "Meeting Refused Command")
	assert answer.status_code == 403


def test_a_system_manager_opens_a_command_and_is_warned(rest, salesperson, settings):
	manager = factories.make_user(None, "System Manager")
	set_language(manager, "en")
	client = rest(manager)
	row = {"who": "People", "command": CLOSED, "reason": "our own dashboard"}
	answer = client.resource("PUT", "Meeting Gate Settings", "Meeting Gate Settings", json={"commands": [row]})
	assert answer.status_code == 200, answer.text[:500]
	assert "open" in error_of(answer)
	answer = rest(salesperson).call(CLOSED)
	assert "Gate Settings" not in answer.text
	assert rest(None).call(CLOSED).status_code == 403
	answer = client.resource(
		"PUT",
		"Meeting Gate Settings",
		"Meeting Gate Settings",
		json={"commands": [{**row, "command": "frappe.no.such.thing"}]},
	)
	assert answer.status_code == 417
	assert "no command" in error_of(answer)


def test_an_ordinary_account_cannot_open_anything(rest, salesperson):
	for user in (salesperson, factories.make_user(None, "Meeting Administrator")):
		answer = rest(user).resource("PUT", "Meeting Gate Settings", "Meeting Gate Settings", json={"commands": []})
		assert answer.status_code == 403


@pytest.mark.parametrize("name", [51, 51.5, True, [51], {"name": ["!=", ""]}])
def test_a_name_is_a_text(rest, salesperson, name):
	for command, arguments in {
		"frappe.desk.form.linked_with.get": {"doctype": "Meeting Customer", "docname": name},
		"frappe.desk.like.toggle_like": {"doctype": "Meeting Customer", "name": name, "add": "Yes"},
		"frappe.client.get": {"doctype": "User", "name": name},
	}.items():
		client = rest(salesperson)
		answer = client.post(
			f"{client.url}/api/method/{command}",
			data=json.dumps(arguments),
			headers={"Content-Type": "application/json"},
		)
		assert answer.status_code == 417, f"{command}: {answer.status_code} {answer.text[:300]}"


def test_a_name_that_looks_like_a_number_is_found(rest, salesperson):
	client = rest(salesperson)
	todo = frappe.get_doc(
		{"doctype": "ToDo", "description": "x", "owner": salesperson, "allocated_to": salesperson}
	).insert()
	frappe.db.sql("update tabToDo set name = %s, owner = %s where name = %s", ("74e9453095", salesperson, todo.name))
	frappe.db.commit()
	try:
		for filters in ("74e9453095", {"name": "74e9453095"}, [["ToDo", "name", "=", "74e9453095"]]):
			found = client.result("frappe.client.get_value", doctype="ToDo", fieldname="name", filters=filters)
			assert found == {"name": "74e9453095"}, filters
	finally:
		frappe.db.delete("ToDo", "74e9453095")
		frappe.db.commit()
