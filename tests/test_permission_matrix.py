"""Who sees and changes what, attacked over HTTP: relation to the file x kind of record x way in.

Each record holds a secret word of its own. A cell passes when the answer holds the secret exactly where
the table of relations lets it, and never a secret of anything the person may not read (invariants 5 and 6).
"""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import local

import frappe
import pytest

from support.matrix import KINDS, RELATIONS, World, make_world
from support.rest import RestClient, error_of


@pytest.fixture(scope="module")
def world(site):
	return make_world()


@pytest.fixture(scope="module")
def clients(world, web_url):
	made = {}
	for relation, user in world.people.items():
		made[relation] = RestClient(web_url)
		if user:
			made[relation].log_in(user)
	yield made
	for client in made.values():
		client.close()


def get(client, path, **params):
	return client.get(client.url + path, params={key: _text(value) for key, value in params.items()}, timeout=60)


def call(client, method, **arguments):
	return client.call(method, **arguments)


def _text(value):
	return json.dumps(value) if isinstance(value, dict | list) else value


def only(name):
	return [["name", "=", name]]


# Ways to read one record. Each takes (client, kind, name, secret) and returns the response.
# `content`: a person who may read the record finds its secret in the answer.
CONTENT = {
	"resource": lambda c, k, n, s: get(c, f"/api/resource/{k.doctype}/{n}"),
	"resource list, filters": lambda c, k, n, s: get(
		c, f"/api/resource/{k.doctype}", fields=["name", k.secret_field], filters=only(n)
	),
	"resource list, all fields": lambda c, k, n, s: get(c, f"/api/resource/{k.doctype}", fields=["*"], filters=only(n)),
	"resource list, or_filters": lambda c, k, n, s: get(
		c, f"/api/resource/{k.doctype}", fields=["name", k.secret_field], filters=only(n),
		or_filters=[["name", "=", n], ["name", "!=", ""]],
	),
	"resource list, order_by": lambda c, k, n, s: get(
		c, f"/api/resource/{k.doctype}", fields=["name", k.secret_field], filters=only(n), order_by=f"{k.secret_field} desc"
	),
	"resource list, group_by": lambda c, k, n, s: call(
		c, "frappe.desk.reportview.get_list", doctype=k.doctype, fields=[k.secret_field, "count(name) as n"],
		filters=only(n), group_by=f"`tab{k.doctype}`.`{k.secret_field}`",
	),
	"client.get": lambda c, k, n, s: call(c, "frappe.client.get", doctype=k.doctype, name=n),
	"client.get by filters": lambda c, k, n, s: call(c, "frappe.client.get", doctype=k.doctype, filters={"name": n}),
	"client.get_list": lambda c, k, n, s: call(
		c, "frappe.client.get_list", doctype=k.doctype, fields=["name", k.secret_field], filters={"name": n}
	),
	"client.get_value": lambda c, k, n, s: call(
		c, "frappe.client.get_value", doctype=k.doctype, fieldname=k.secret_field, filters={"name": n}
	),
	"report view": lambda c, k, n, s: call(
		c, "frappe.desk.reportview.get", doctype=k.doctype, view="Report",
		fields=["name", f"`tab{k.doctype}`.`{k.secret_field}`"], filters=[[k.doctype, "name", "=", n]],
	),
	"list view": lambda c, k, n, s: call(
		c, "frappe.desk.reportview.get", doctype=k.doctype, fields=["name", k.secret_field],
		filters=[[k.doctype, "name", "=", n]], with_comment_count=1, page_length=20, start=0,
	),
	"form": lambda c, k, n, s: call(c, "frappe.desk.form.load.getdoc", doctype=k.doctype, name=n),
	"validate_link with fields": lambda c, k, n, s: call(
		c, "frappe.client.validate_link", doctype=k.doctype, docname=n, fields=[k.secret_field]
	),
	"group by count": lambda c, k, n, s: call(
		c, "frappe.desk.listview.get_group_by_count", doctype=k.doctype, current_filters=[[k.doctype, "name", "=", n]],
		field=k.secret_field,
	),
	"link search on the secret": lambda c, k, n, s: call(
		c, "frappe.desk.search.search_widget", doctype=k.doctype, txt="", filters={k.secret_field: s},
		filter_fields=[k.secret_field],
	),
	"printview": lambda c, k, n, s: get(c, "/printview", doctype=k.doctype, name=n, format="Standard"),
	"print html": lambda c, k, n, s: call(c, "frappe.www.printview.get_html_and_style", doc=k.doctype, name=n),
}  # fmt: skip

# Ways whose answer shows the record itself or a number, but not necessarily the secret: nobody who may not
# read it may learn a secret from them.
PROBES = {
	"link search, permissions switched off": lambda c, k, n, s: call(
		c, "frappe.desk.search.search_link", doctype=k.doctype, txt=s[:12], ignore_user_permissions=1
	),
	"link search on a foreign field": lambda c, k, n, s: call(
		c, "frappe.desk.search.search_widget", doctype=k.doctype, txt="secret", searchfield=k.secret_field,
		ignore_user_permissions=1, page_length=100,
	),
	"link title": lambda c, k, n, s: call(c, "frappe.desk.search.get_link_title", doctype=k.doctype, docname=n),
	"global search": lambda c, k, n, s: call(c, "frappe.utils.global_search.search", text=s, limit=20),
	"global search by words": lambda c, k, n, s: call(c, "frappe.utils.global_search.search", text="secret", limit=20),
	"web search": lambda c, k, n, s: call(c, "frappe.utils.global_search.web_search", text=s),
	"link preview": lambda c, k, n, s: call(c, "frappe.desk.link_preview.get_preview_data", doctype=k.doctype, docname=n),
	"docinfo": lambda c, k, n, s: call(c, "frappe.desk.form.load.get_docinfo", doctype=k.doctype, name=n),
	"communications": lambda c, k, n, s: call(c, "frappe.desk.form.load.get_communications", doctype=k.doctype, name=n),
	"linked with": lambda c, k, n, s: call(c, "frappe.desk.form.linked_with.get", doctype=k.doctype, docname=n),
	"open count": lambda c, k, n, s: call(c, "frappe.desk.notifications.get_open_count", doctype=k.doctype, name=n),
	"sidebar": lambda c, k, n, s: call(
		c, "frappe.desk.reportview.get_sidebar_stats", doctype=k.doctype, stats=["_user_tags"], filters=[]
	),
	"filter dashboard": lambda c, k, n, s: call(
		c, "frappe.desk.reportview.get_filter_dashboard_data", doctype=k.doctype, filters=[],
		stats=[{"name": k.secret_field, "type": "Data"}],
	),
	"assigned to": lambda c, k, n, s: call(
		c, "frappe.desk.listview.get_group_by_count", doctype=k.doctype, current_filters=[], field="assigned_to"
	),
	"export": lambda c, k, n, s: call(
		c, "frappe.desk.reportview.export_query", doctype=k.doctype, title="x", file_format_type="CSV",
		fields=[f"`tab{k.doctype}`.`{k.secret_field}`"], filters=[],
	),
	"data export": lambda c, k, n, s: call(
		c, "frappe.core.doctype.data_export.exporter.export_data", doctype=k.doctype, with_data=1, file_type="CSV",
		select_columns={k.doctype: [k.secret_field]},
	),
	"import template": lambda c, k, n, s: call(
		c, "frappe.core.doctype.data_import.data_import.download_template", doctype=k.doctype,
		export_fields={k.doctype: [k.secret_field]}, export_records="all", file_type="CSV",
	),
	"number card": lambda c, k, n, s: call(
		c, "frappe.desk.doctype.number_card.number_card.get_result",
		doc={"document_type": k.doctype, "function": "Count", "filters_json": "[]"},
		filters=[[k.doctype, k.secret_field, "=", s]],
	),
	"tree": lambda c, k, n, s: call(c, "frappe.desk.treeview.get_children", doctype=k.doctype, parent=""),
	"calendar": lambda c, k, n, s: call(
		c, "frappe.desk.calendar.get_events", doctype=k.doctype, start="2000-01-01", end="2100-01-01",
		field_map={"start": "creation", "end": "modified", "id": "name", "title": k.secret_field},
		fields=["creation", "modified", "name", k.secret_field],
	),
	"string filter": lambda c, k, n, s: get(
		c, f"/api/resource/{k.doctype}", fields=["name", k.secret_field], filters=["1=1 or 1=1"]
	),
	"string or_filter": lambda c, k, n, s: get(
		c, f"/api/resource/{k.doctype}", fields=["name", k.secret_field], or_filters=["1=1) or (1=1"]
	),
	"sub-query field": lambda c, k, n, s: get(
		c, f"/api/resource/{k.doctype}",
		fields=["name", f"(select group_concat({k.secret_field}) from `tab{k.doctype}`) as x"],
	),
	"function field": lambda c, k, n, s: get(
		c, f"/api/resource/{k.doctype}", fields=[f"max({k.secret_field}) as x"]
	),
	"order by sub-query": lambda c, k, n, s: get(
		c, f"/api/resource/{k.doctype}", fields=["name"],
		order_by=f"(select {k.secret_field} from `tab{k.doctype}` where name='{n}')",
	),
	"filter on another DocType": lambda c, k, n, s: get(
		c, f"/api/resource/{k.doctype}", fields=["name", k.secret_field],
		filters=[["Meeting Customer Remark", "note", "like", "secret%"]],
	),
	"joined customer file": lambda c, k, n, s: get(
		c, f"/api/resource/{k.doctype}", fields=["name", "customer.profile"]
	),
	"joined customer file, aliased": lambda c, k, n, s: call(
		c, "frappe.desk.reportview.get_list", doctype=k.doctype, fields=["name", "customer.profile as x"], filters=[]
	),
	"joined holder": lambda c, k, n, s: get(c, f"/api/resource/{k.doctype}", fields=["name", "holder.api_key"]),
	"whole list": lambda c, k, n, s: get(
		c, f"/api/resource/{k.doctype}", fields=["name", k.secret_field], limit_page_length=0
	),
	"whole list, other user": lambda c, k, n, s: call(
		c, "frappe.desk.reportview.get_list", doctype=k.doctype, fields=["name", k.secret_field], filters=[],
		user="Administrator", ignore_permissions=1, page_length=500, start=0,
	),
	"mapped document": lambda c, k, n, s: get(
		c, "/api/method/frappe.model.mapper.make_mapped_doc", method="meeting_crm.contracts.api.make_contract",
		source_name=n, args={"source_doctype": k.doctype},
	),
	"version list": lambda c, k, n, s: get(
		c, "/api/resource/Version", fields=["data"], filters=[["docname", "=", n]]
	),
	"comment list": lambda c, k, n, s: get(
		c, "/api/resource/Comment", fields=["content"], filters=[["reference_name", "=", n]]
	),
	"operation log": lambda c, k, n, s: get(
		c, "/api/resource/Meeting Operation Log", fields=["before", "after"], filters=[["reference_name", "=", n]]
	),
	"deleted documents": lambda c, k, n, s: get(c, "/api/resource/Deleted Document", fields=["data"]),
	"file list": lambda c, k, n, s: get(
		c, "/api/resource/File", fields=["file_name", "file_url"], filters=[["attached_to_name", "=", n]]
	),
	"file search": lambda c, k, n, s: call(c, "frappe.core.api.file.get_files_by_search_text", text="secret"),
	"file folder": lambda c, k, n, s: call(
		c, "frappe.core.api.file.get_files_in_folder", folder="Home/Attachments", page_length=500
	),
	"attached images": lambda c, k, n, s: call(
		c, "frappe.core.api.file.get_attached_images", doctype=k.doctype, names=[n]
	),
	"tag links": lambda c, k, n, s: get(
		c, "/api/resource/Tag Link", fields=["title", "document_name"], filters=[["document_name", "=", n]]
	),
	"following": lambda c, k, n, s: get(c, "/api/resource/Document Follow", fields=["*"]),
	"shares of the record": lambda c, k, n, s: call(c, "frappe.share.get_users", doctype=k.doctype, name=n),
	"e-mail with the record": lambda c, k, n, s: call(
		c, "frappe.email.email_body.get_email_html", template="new_message", args={"doc": n}, subject="x"
	),
	"workflow transitions": lambda c, k, n, s: call(
		c, "frappe.model.workflow.get_transitions", doc={"doctype": k.doctype, "name": n}
	),
	"web list": lambda c, k, n, s: call(c, "frappe.www.list.get", doctype=k.doctype, txt="secret"),
	"web page": lambda c, k, n, s: get(c, f"/{frappe.scrub(k.doctype).replace('_', '-')}/{n}"),
}  # fmt: skip

CELLS = [(relation, kind, way) for relation in RELATIONS for kind in KINDS for way in (*CONTENT, *PROBES)]


def readable_secrets(world: World, relation: str) -> set[str]:
	reads = RELATIONS[relation].reads
	secrets = {world.secrets[kind] for kind in reads}
	if "file" in reads:
		# Frappe's list of linked records names the file's series to whoever reads the file
		secrets |= {world.remark_secret, world.file_secret, world.comment_secret, world.secrets["series"]}
	if relation == "administrator":
		secrets |= all_secrets(world)
	return secrets


def all_secrets(world: World) -> set[str]:
	return {*world.secrets.values(), world.remark_secret, world.file_secret, world.comment_secret}


def assert_nothing_leaks(world: World, relation: str, answer, asked: str = "") -> None:
	"""What the person asked with comes back in error messages; that is no news."""
	leaked = {secret for secret in all_secrets(world) - readable_secrets(world, relation) if secret in answer.text}
	assert not leaked - {asked}, f"{leaked} in {answer.status_code} {answer.text[:800]}"


class Answers:
	"""The answers to all cells of one relation. Reading changes nothing, so each relation asks with several clients at
	once: the server has several processes, and a test that waits for each answer lets all but one of them idle."""

	CLIENTS = 6

	def __init__(self, world: World, clients: dict, cells: list[tuple]) -> None:
		self.world, self.clients, self.cells = world, clients, cells
		self.relation, self.answers = None, {}

	def get(self, relation: str, kind: str, way: str):
		if self.relation != relation:
			self.ask_all(relation)
		return self.answers[kind, way]

	def ask_all(self, relation: str) -> None:
		cells = [(kind, way) for wanted, kind, way in self.cells if wanted == relation]
		own = local()

		def ask(cell: tuple[str, str]):
			if not hasattr(own, "client"):
				own.client = RestClient(self.clients[relation].url)
				own.client.cookies.update(self.clients[relation].cookies)
			kind, way = cell
			arguments = KINDS[kind], self.world.names[kind], self.world.secrets[kind]
			return (CONTENT | PROBES)[way](own.client, *arguments)

		ask(cells[0])  # what the first request of a person changes has happened before the others
		with ThreadPoolExecutor(self.CLIENTS) as pool:
			self.relation, self.answers = relation, dict(zip(cells, pool.map(ask, cells), strict=True))


@pytest.fixture(scope="module")
def answers(world, clients, request):
	cells = [item.callspec.params for item in request.session.items if item.name.startswith("test_reading[")]
	return Answers(world, clients, [(cell["relation"], cell["kind"], cell["way"]) for cell in cells])


@pytest.mark.parametrize(("relation", "kind", "way"), CELLS, ids=lambda value: str(value))
def test_reading(world, answers, relation, kind, way):
	secret = world.secrets[kind]
	answer = answers.get(relation, kind, way)
	reads = kind in RELATIONS[relation].reads
	assert_nothing_leaks(world, relation, answer, asked="" if reads or way in CONTENT else secret)
	if way in CONTENT:
		assert answer.status_code != 500 or not reads, answer.text[-800:]
		assert (secret in answer.text) == reads, f"{answer.status_code} {answer.text[:800]}"


def put(client, path, values):
	return client.put(client.url + path, json=values, timeout=60)


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


def send(client, path, **arguments):
	return client.post(f"{client.url}/api/method/{path}", json=arguments, timeout=60)


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
		files={"file": ("offen.txt", b"open")},
		timeout=60,
	)
	assert answer.json()["message"]["file_url"].startswith("/private/"), answer.text[:300]


def test_probes_reach_what_they_probe(world, clients):
	"""A way that answers nobody proves nothing: an administrator gets an answer from each that exists."""
	silent = {
		way: answer.status_code
		for way, probe in PROBES.items()
		if (
			answer := probe(clients["administrator"], KINDS["file"], world.names["file"], world.secrets["file"])
		).status_code
		not in (200, 201)
	}
	assert set(silent) <= SILENT | (set() if "-dev" in frappe.__version__ else SILENT_LATER), silent


# Later versions of Frappe 15 do not answer these, whatever the DocType.
SILENT_LATER = {"filter dashboard", "linked with"}

# Refused to everybody, which is the protection itself, or not made for these DocTypes.
SILENT = {
	"string filter",
	"string or_filter",
	"sub-query field",
	"order by sub-query",
	"filter on another DocType",
	"joined holder",
	"tree",
	"web list",
	"web page",
	"workflow transitions",
	"mapped document",
	"data export",
	"import template",
	"e-mail with the record",
	"joined customer file",
	"joined customer file, aliased",
	"function field",
	"comment list",
	"version list",
	"deleted documents",
}
