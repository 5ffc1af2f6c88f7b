"""Ways around the records themselves: realtime rooms, files, child rows, filters, counts. Nothing leaks there either."""

import json

import pytest

from support.matrix import KINDS, RELATIONS
from support.matrix_asking import call, get, send
from support.rest import error_of


@pytest.mark.parametrize("relation", RELATIONS)
def test_realtime_rooms_are_open_to_readers_alone(world, clients, relation):
	for kind, spec in KINDS.items():
		answer = clients[relation].call(
			"frappe.realtime.can_subscribe_doc", verb="GET", doctype=spec.doctype, docname=world.names[kind]
		)
		assert (answer.status_code == 200) == (kind in RELATIONS[relation].reads), (kind, answer.text[:300])


@pytest.mark.parametrize("relation", RELATIONS)
def test_attachments_follow_the_file(world, clients, relation):
	client = clients[relation]
	answer = client.get(client.url + world.attachment_url, timeout=60)
	reads = "file" in RELATIONS[relation].reads
	assert (world.file_secret in answer.text) == reads, f"{answer.status_code} {answer.text[:300]}"
	answer = client.resource("GET", "File", world.attachment)
	assert (world.file_secret in answer.text) == reads, f"{answer.status_code} {answer.text[:300]}"
	assert world.attachment_url.startswith("/private/")


@pytest.mark.parametrize("relation", RELATIONS)
def test_child_rows_follow_the_file(world, clients, relation):
	client, reads = clients[relation], "file" in RELATIONS[relation].reads
	for answer in (
		client.resource("GET", "Meeting Customer Remark", world.remark),
		client.call("frappe.client.get", doctype="Meeting Customer Remark", name=world.remark, parent="Meeting Customer"),
		client.call("frappe.www.printview.get_html_and_style", doc="Meeting Customer Remark", name=world.remark),
		client.call(
			"frappe.client.get_list", doctype="Meeting Customer Remark", parent="Meeting Customer", fields=["note"],
			limit_page_length=0,
		),
		client.call(
			"frappe.desk.reportview.get_list", doctype="Meeting Customer",
			fields=["name", "`tabMeeting Customer Remark`.`note`"], filters=[], page_length=500,
		),
	):  # fmt: skip
		assert (world.remark_secret in answer.text) == reads, f"{answer.status_code} {answer.text[:500]}"


RAW_FILTERS = (
	["1=1 or 1=1"],
	[["name", "between", "'' and 'zzz' or 1=1"]],
	{"name": ["between", "'' and 'zzz' or 1=1"]},
)
RAW_WAYS = {
	"group by": lambda c, f: call(
		c, "frappe.desk.listview.get_group_by_count", doctype="Meeting Activity", current_filters=f, field="owner"
	),
	"client": lambda c, f: call(c, "frappe.client.get_list", doctype="Meeting Claim", filters=f, limit_page_length=0),
	"either": lambda c, f: call(c, "frappe.client.get_list", doctype="Meeting Claim", or_filters=f),
	"list": lambda c, f: call(c, "frappe.desk.reportview.get", doctype="Meeting Customer", fields=["name"], filters=f),
	"resource": lambda c, f: get(c, "/api/resource/Meeting Customer", filters=f),
	"link search": lambda c, f: call(
		c, "frappe.desk.search.search_link", doctype="Meeting Customer", txt="", filters=f
	),
	"calendar": lambda c, f: call(c, "meeting_crm.sales.api.get_events", start="2000-01-01", end="2099-01-01", filters=f),
	"number card": lambda c, f: call(
		c, "frappe.desk.doctype.number_card.number_card.get_result",
		doc={"name": "x", "document_type": "Meeting Claim", "function": "Count", "type": "Document Type"}, filters=f,
	),
	"saved card": lambda c, f: call(
		c, "frappe.client.insert", doc={"doctype": "Number Card", "label": "x", "filters_json": json.dumps(f)}
	),
}  # fmt: skip


@pytest.mark.parametrize("way", RAW_WAYS)
@pytest.mark.parametrize("filters", RAW_FILTERS, ids=("text", "range", "range of a field"))
def test_no_text_of_a_filter_becomes_part_of_a_query(world, clients, way, filters):
	answer = RAW_WAYS[way](clients["salesperson of the project"], filters)
	assert answer.status_code == 403, answer.text[:500]
	assert any(words in error_of(answer) for words in ("cannot be used", "不能使用此筛选条件")), answer.text[:500]


ORACLES = {
	"get by filters": lambda c, dt, f: call(c, "frappe.client.get", doctype=dt, filters=f),
	"get": lambda c, dt, f: send(c, "frappe.client.get", doctype=dt, name=f),
	"change": lambda c, dt, f: send(c, "frappe.client.set_value", doctype=dt, name=f, fieldname="modified_by", value="x"),
	"title": lambda c, dt, f: send(c, "frappe.desk.search.get_link_title", doctype=dt, docname=f),
	"form": lambda c, dt, f: send(c, "frappe.desk.form.load.getdoc", doctype=dt, name=f),
	"like": lambda c, dt, f: send(c, "frappe.desk.like.toggle_like", doctype=dt, name=f, add="Yes"),
	"several": lambda c, dt, f: call(
		c, "frappe.desk.doctype.bulk_update.bulk_update.submit_cancel_or_update_docs", doctype=dt, docnames=[f],
		action="update", data={"modified_by": "x"},
	),
	"transitions": lambda c, dt, f: send(c, "frappe.model.workflow.get_transitions", doc={"doctype": dt, "name": f}),
	"method": lambda c, dt, f: send(c, "run_doc_method", dt=dt, dn=f, method="get_title"),
	"print": lambda c, dt, f: send(c, "frappe.www.printview.get_html_and_style", doc=dt, name=f),
	"link": lambda c, dt, f: send(c, "frappe.client.insert", doc={"doctype": "ToDo", "reference_type": dt, "reference_name": f}),
	"plain body": lambda c, dt, f: c.post(
		f"{c.url}/api/resource/ToDo", data=json.dumps({"reference_type": dt, "reference_name": f}), timeout=60
	),
}  # fmt: skip


@pytest.mark.parametrize("way", ORACLES)
@pytest.mark.parametrize("doctype", ["Meeting Customer", "Meeting Claim", "Meeting Enterprise"])
def test_a_filter_in_the_place_of_a_name_tells_nothing(world, clients, way, doctype):
	"""Whether a foreign record fits it or none does, the answer is the same."""
	client, fitting = clients["salesperson of the project"], {"name": ["in", list(world.names.values())]}
	if doctype == "Meeting Enterprise":
		fitting = {"name": ["like", "%"]}
	answers = [ORACLES[way](client, doctype, filters) for filters in (fitting, {"owner": "nobody"})]
	assert answers[0].status_code in (403, 404, 417), answers[0].text[:500]
	assert answers[0].status_code == answers[1].status_code
	assert error_of(answers[0]) == error_of(answers[1])


COUNTS = {
	"client": lambda c, k, s: call(c, "frappe.client.get_count", doctype=k.doctype, filters={k.secret_field: s}),
	"list": lambda c, k, s: call(
		c, "frappe.desk.reportview.get_count", doctype=k.doctype, fields=[], filters=[[k.doctype, k.secret_field, "=", s]]
	),
	"number card": lambda c, k, s: call(
		c, "frappe.desk.doctype.number_card.number_card.get_result",
		doc={"name": "x", "document_type": k.doctype, "function": "Count", "filters_json": "[]", "type": "Document Type"},
		filters=[[k.doctype, k.secret_field, "=", s]],
	),
}  # fmt: skip


@pytest.mark.parametrize("way", COUNTS)
@pytest.mark.parametrize("relation", RELATIONS)
def test_counts_tell_no_more_than_lists(world, clients, relation, way):
	for kind, spec in KINDS.items():
		answer = COUNTS[way](clients[relation], spec, world.secrets[kind])
		seen = answer.status_code == 200 and answer.json().get("message")
		assert bool(seen) == (kind in RELATIONS[relation].reads), (kind, answer.status_code, answer.text[:300])


def test_a_foreign_file_is_not_attached_again_by_its_address(world, clients):
	client = clients["salesperson of the project"]
	own = client.resource(
		"POST", "Meeting Customer", json={"customer_name": "另一位朋友", "category": "Social Relation"}
	).json()["data"]["name"]
	for answer in (
		client.call(
			"upload_file", file_url=world.attachment_url, doctype="Meeting Customer", docname=own, is_private=1
		),
		client.resource(
			"POST", "File",
			json={
				"file_url": world.attachment_url, "is_private": 1, "attached_to_doctype": "Meeting Customer",
				"attached_to_name": own, "file_name": "x.txt",
			},
		),
		client.resource(
			"POST", "File",
			json={
				"file_name": world.attachment_url.split("/")[-1], "is_private": 1,
				"attached_to_doctype": "Meeting Customer", "attached_to_name": own,
			},
		),
	):  # fmt: skip
		assert answer.status_code in (403, 417), answer.text[:300]
	assert world.file_secret not in client.get(client.url + world.attachment_url, timeout=60).text


def test_what_is_attached_is_never_public(world, clients):
	client = clients["holder"]
	answer = client.post(
		f"{client.url}/api/method/upload_file",
		data={"doctype": "Meeting Customer", "docname": world.names["file"], "is_private": 0},
		files={"file": ("open.txt", b"open")},
		timeout=60,
	)
	assert answer.json()["message"]["file_url"].startswith("/private/"), answer.text[:300]
