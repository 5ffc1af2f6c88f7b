"""Who changes what, attacked over HTTP: relation to the file x kind of record x way to write, delete, share or add."""

import json

import frappe
import pytest

from support.matrix import KINDS, RELATIONS
from support.matrix_asking import assert_nothing_leaks, call, put


def saved(client, kind, name, value, method, **extra):
	doc = frappe.get_doc(kind.doctype, name).as_dict(convert_dates_to_str=True)
	return call(client, method, doc=json.dumps({**doc, kind.secret_field: value}, default=str), **extra)


# Ways to change one record: (client, kind, name, new value) -> response.
WRITES = {
	"resource": lambda c, k, n, v: put(c, f"/api/resource/{k.doctype}/{n}", {k.secret_field: v}),
	"client.set_value": lambda c, k, n, v: call(
		c, "frappe.client.set_value", doctype=k.doctype, name=n, fieldname=k.secret_field, value=v
	),
	"client.save": lambda c, k, n, v: saved(c, k, n, v, "frappe.client.save"),
	"form save": lambda c, k, n, v: saved(c, k, n, v, "frappe.desk.form.save.savedocs", action="Save"),
	"client.bulk_update": lambda c, k, n, v: call(
		c, "frappe.client.bulk_update", docs=[{"doctype": k.doctype, "docname": n, k.secret_field: v}]
	),
	"list bulk edit": lambda c, k, n, v: call(
		c, "frappe.desk.doctype.bulk_update.bulk_update.submit_cancel_or_update_docs", doctype=k.doctype,
		docnames=[n], action="update", data={k.secret_field: v},
	),
	"calendar drag": lambda c, k, n, v: call(
		c, "frappe.desk.calendar.update_event", args={"doctype": k.doctype, "name": n, k.secret_field: v},
		field_map={"start": k.secret_field, "end": k.secret_field},
	),
}  # fmt: skip
WRITE_CELLS = [
	(relation, kind, way) for relation in RELATIONS for kind in KINDS if KINDS[kind].editable for way in WRITES
]


@pytest.mark.parametrize(("relation", "kind", "way"), WRITE_CELLS, ids=lambda value: str(value))
def test_changing(world, clients, relation, kind, way):
	spec, name, secret = KINDS[kind], world.names[kind], world.secrets[kind]
	value = f"{secret}-changed"
	frappe.db.rollback()
	answer = WRITES[way](clients[relation], spec, name, value)
	frappe.db.rollback()
	stored = frappe.db.get_value(spec.doctype, name, spec.secret_field)
	frappe.db.set_value(spec.doctype, name, spec.secret_field, secret, update_modified=False)
	frappe.db.commit()
	may_write = kind in RELATIONS[relation].writes
	assert stored == (value if may_write else secret), f"{answer.status_code} {answer.text[:800]}"
	if not may_write:
		assert answer.status_code != 500, answer.text[-800:]
		assert_nothing_leaks(world, relation, answer, asked=secret)


# Ways to leave a trace on a record, which whoever may read it may do: (client, kind, name, text) -> response.
TRACES = {
	"like": lambda c, k, n, t: call(c, "frappe.desk.like.toggle_like", doctype=k.doctype, name=n, add="Yes"),
	"tag": lambda c, k, n, t: call(c, "frappe.desk.doctype.tag.tag.add_tag", tag=t, dt=k.doctype, dn=n),
	"tags": lambda c, k, n, t: call(c, "frappe.desk.doctype.tag.tag.add_tags", tags=[t], dt=k.doctype, docs=[n]),
	"comment": lambda c, k, n, t: call(
		c, "frappe.desk.form.utils.add_comment", reference_doctype=k.doctype, reference_name=n, content=t,
		comment_email="x@test.meeting", comment_by="x",
	),
	"assign": lambda c, k, n, t: call(
		c, "frappe.desk.form.assign_to.add", doctype=k.doctype, name=n, assign_to=["Administrator"], description=t
	),
	"follow": lambda c, k, n, t: call(
		c, "frappe.desk.form.document_follow.update_follow", doctype=k.doctype, doc_name=n, following=1
	),
	"attach": lambda c, k, n, t: c.post(
		f"{c.url}/api/method/upload_file", data={"doctype": k.doctype, "docname": n, "is_private": 1},
		files={"file": (f"{t}.txt", t)}, timeout=60,
	),
	"attach by client": lambda c, k, n, t: call(
		c, "frappe.client.attach_file", filename=f"{t}.txt", filedata=t, doctype=k.doctype, docname=n, is_private=1
	),
}  # fmt: skip
TRACE_CELLS = [(relation, kind, way) for relation in RELATIONS for kind in KINDS for way in TRACES]


def read_traces(doctype: str, name: str) -> tuple:
	frappe.db.rollback()
	return (
		frappe.db.get_value(doctype, name, ["_liked_by", "_user_tags", "_assign"]),
		frappe.db.count("Comment", {"reference_name": name}),
		frappe.db.count("ToDo", {"reference_name": name}),
		frappe.db.count("File", {"attached_to_name": name}),
		frappe.db.count("Tag Link", {"document_name": name}),
		frappe.db.count("Document Follow", {"ref_docname": name}),
	)


@pytest.mark.parametrize(("relation", "kind", "way"), TRACE_CELLS, ids=lambda value: str(value))
def test_leaving_traces(world, clients, relation, kind, way):
	if kind in RELATIONS[relation].reads:
		pytest.skip("Frappe decides what a reader may add")
	spec, name = KINDS[kind], world.names[kind]
	before = read_traces(spec.doctype, name)
	answer = TRACES[way](clients[relation], spec, name, frappe.generate_hash(length=8))
	assert read_traces(spec.doctype, name) == before, f"{answer.status_code} {answer.text[:800]}"
	assert answer.status_code in (400, 401, 403, 404, 417), f"{answer.status_code} {answer.text[:800]}"
	assert_nothing_leaks(world, relation, answer)


DELETES = {
	"resource": lambda c, k, n: c.delete(f"{c.url}/api/resource/{k.doctype}/{n}", timeout=60),
	"client.delete": lambda c, k, n: call(c, "frappe.client.delete", doctype=k.doctype, name=n),
	"list": lambda c, k, n: call(c, "frappe.desk.reportview.delete_items", doctype=k.doctype, items=[n]),
	"rename": lambda c, k, n: call(
		c, "frappe.client.rename_doc", doctype=k.doctype, old_name=n, new_name=f"{n}-renamed"
	),
	"merge": lambda c, k, n: call(
		c, "frappe.client.rename_doc", doctype=k.doctype, old_name=n, new_name=f"{n}-renamed", merge=True
	),
	"title": lambda c, k, n: call(
		c, "frappe.model.rename_doc.update_document_title", doctype=k.doctype, docname=n, title="other", name=f"{n}-x"
	),
}  # fmt: skip
DELETE_CELLS = [
	(relation, kind, way)
	for relation in RELATIONS
	for kind in KINDS
	if kind not in RELATIONS[relation].deletes and relation != "administrator"
	for way in DELETES
]


@pytest.mark.parametrize(("relation", "kind", "way"), DELETE_CELLS, ids=lambda value: str(value))
def test_deleting_what_one_may_not(world, clients, relation, kind, way):
	spec, name = KINDS[kind], world.names[kind]
	frappe.db.rollback()
	before = frappe.db.get_value(spec.doctype, name, [spec.secret_field, spec.title_field])
	answer = DELETES[way](clients[relation], spec, name)
	frappe.db.rollback()
	after = frappe.db.get_value(spec.doctype, name, [spec.secret_field, spec.title_field])
	frappe.db.set_value(
		spec.doctype, name, {spec.secret_field: before[0], spec.title_field: before[1]}, update_modified=False
	)
	frappe.db.commit()
	if way == "title" and kind in RELATIONS[relation].writes:
		return  # giving another title is a change, and they may change it
	assert after == before, f"{answer.status_code} {answer.text[:800]}"


SHARES = {
	"share dialog": lambda c, n, user: call(
		c, "frappe.share.add", doctype="Meeting Customer", name=n, user=user, read=1
	),
	"share rights": lambda c, n, user: call(
		c, "frappe.share.set_permission", doctype="Meeting Customer", name=n, user=user, permission_to="write", value=1
	),
	"our endpoint": lambda c, n, user: call(c, "meeting_crm.customers.api.share", customer=n, users=[user]),
	"everyone": lambda c, n, user: call(
		c, "frappe.share.add", doctype="Meeting Customer", name=n, everyone=1, read=1
	),
	"plain insert": lambda c, n, user: c.post(
		f"{c.url}/api/resource/DocShare", timeout=60,
		json={"share_doctype": "Meeting Customer", "share_name": n, "user": user, "read": 1},
	),
}  # fmt: skip


@pytest.mark.parametrize("way", SHARES)
@pytest.mark.parametrize("relation", RELATIONS)
def test_sharing(world, clients, relation, way):
	name, user = world.names["file"], world.people["finance"]
	answer = SHARES[way](clients[relation], name, user)
	frappe.db.rollback()
	filters = {"share_name": name, "user": user}
	shared = frappe.db.exists("DocShare", filters)
	frappe.db.delete("DocShare", filters)
	frappe.db.commit()
	assert not frappe.db.exists("DocShare", {"share_name": name, "everyone": 1})
	may_share = RELATIONS[relation].shares and way not in ("everyone", "plain insert")
	if way == "share rights":  # nobody gives a right that they lack
		may_share = may_share and "file" in RELATIONS[relation].writes
	assert bool(shared) == may_share or (way == "plain insert" and relation == "administrator"), answer.text[:800]


ADDITIONS = {
	"contact": lambda c, n: c.post(
		f"{c.url}/api/resource/Meeting Contact", json={"customer": n, "person_name": "新人"}, timeout=60
	),
	"contact by client": lambda c, n: call(
		c, "frappe.client.insert", doc={"doctype": "Meeting Contact", "customer": n, "person_name": "新人"}
	),
	"remark": lambda c, n: call(c, "meeting_crm.customers.api.add_remark", customer=n, note="备注"),
	"remark as child row": lambda c, n: call(
		c, "frappe.client.insert",
		doc={
			"doctype": "Meeting Customer Remark", "parent": n, "parenttype": "Meeting Customer",
			"parentfield": "remarks", "note": "备注",
		},
	),
	"activity": lambda c, n: call(
		c, "meeting_crm.sales.api.record_activity", customer=n, subject="电话", activity_type="Call"
	),
}  # fmt: skip


@pytest.mark.parametrize("way", ADDITIONS)
@pytest.mark.parametrize("relation", RELATIONS)
def test_adding_to_a_file(world, clients, relation, way):
	def count():
		frappe.db.rollback()
		name = world.names["file"]
		return sum(
			frappe.db.count(doctype, {field: name})
			for doctype, field in (
				("Meeting Contact", "customer"),
				("Meeting Activity", "customer"),
				("Meeting Customer Remark", "parent"),
			)
		)

	before = count()
	answer = ADDITIONS[way](clients[relation], world.names["file"])
	assert (count() > before) == ("file" in RELATIONS[relation].writes), f"{answer.status_code} {answer.text[:800]}"
	assert_nothing_leaks(world, relation, answer)


@pytest.mark.parametrize("relation", RELATIONS)
def test_nobody_takes_a_file_over_by_typing(world, clients, relation):
	name = world.names["file"]
	frappe.db.rollback()
	fields = ["owner", "holder", "enterprise", "source", "review_status"]
	before = frappe.db.get_value("Meeting Customer", name, fields)
	for field in fields:
		value = {"enterprise": "x", "source": "Pool", "review_status": "Rejected"}.get(field, world.people["logistics"])
		answer = put(clients[relation], f"/api/resource/Meeting Customer/{name}", {field: value})
		assert answer.status_code in (403, 404, 417), f"{field}: {answer.status_code} {answer.text[:500]}"
	frappe.db.rollback()
	assert frappe.db.get_value("Meeting Customer", name, fields) == before


def test_a_record_does_not_move_into_a_foreign_file(world, clients):
	client = clients["salesperson of the project"]
	own = client.resource(
		"POST", "Meeting Customer", json={"customer_name": "自己的朋友", "category": "Social Relation"}
	).json()["data"]["name"]
	contact = client.resource("POST", "Meeting Contact", json={"customer": own, "person_name": "朋友"}).json()["data"]
	answer = put(client, f"/api/resource/Meeting Contact/{contact['name']}", {"customer": world.names["file"]})
	assert answer.status_code in (403, 417)
	assert_nothing_leaks(world, "salesperson of the project", answer)
	frappe.db.rollback()
	assert frappe.db.get_value("Meeting Contact", contact["name"], "customer") == own
