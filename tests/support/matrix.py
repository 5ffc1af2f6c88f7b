"""The world of the permission matrix: one customer file with something of every kind hanging on it, a secret
word in each record, and one person for every relation to it."""

from dataclasses import dataclass, field

import frappe
from frappe.share import add_docshare
from frappe.utils import add_to_date, now_datetime, nowdate

from meeting_crm.claims.service import make_claim
from meeting_crm.customers import sharing
from meeting_crm.tests import factories
from support.documents import make_document, make_seal
from support.sales import upload


@dataclass(frozen=True)
class Kind:
	"""A DocType of the matrix: where its secret stands and what its record is called in lists."""

	doctype: str
	secret_field: str
	title_field: str
	editable: bool = True


KINDS = {
	"file": Kind("Meeting Customer", "profile", "customer_name"),
	"contact": Kind("Meeting Contact", "person_name", "person_name"),
	"activity": Kind("Meeting Activity", "subject", "subject"),
	"opportunity": Kind("Meeting Opportunity", "opportunity_name", "opportunity_name"),
	"customer project": Kind("Meeting Customer Project", "project_title", "project_title"),
	"maintenance": Kind("Meeting Maintenance", "subject", "subject"),
	"expense": Kind("Meeting Expense", "purpose", "purpose"),
	"quotation": Kind("Meeting Quotation", "terms", "customer_name", editable=False),
	"contract": Kind("Meeting Contract", "terms", "enterprise_name", editable=False),
	"invoice title": Kind("Meeting Invoice Title", "title", "title"),
	"document": Kind("Meeting Document", "description", "title"),
	"seal request": Kind("Meeting Seal Use", "reason", "title", editable=False),
	"document version": Kind("Meeting Document Version", "reason", "title", editable=False),
	"payment": Kind("Meeting Payment", "remittance_note", "enterprise_name"),
	"contract change": Kind("Meeting Contract Change", "reason", "enterprise_name"),
	"execution": Kind("Meeting Execution", "notes", "unit_name"),
	"task": Kind("Meeting Department Task", "contract_number", "unit_name", editable=False),
	"execution change": Kind("Meeting Execution Change", "new", "row_label", editable=False),
	"late change": Kind("Meeting Late Change", "new", "row_label", editable=False),
	"work": Kind("Meeting Deliverable Work", "notes", "unit_name", editable=False),
	"booth": Kind("Meeting Booth", "fascia", "number", editable=False),
	"guest": Kind("Meeting Room Guest", "person_name", "person_name", editable=False),
	"claim": Kind("Meeting Claim", "end_reason", "enterprise_name", editable=False),
	"claim event": Kind("Meeting Claim Event", "reason", "event", editable=False),
	"extension": Kind("Meeting Protection Extension", "reason", "days", editable=False),
	"deletion request": Kind("Meeting Deletion Request", "reason", "customer_name", editable=False),
	"series": Kind("Meeting Activity Series", "subject", "subject", editable=False),
}
CLAIMED = ("claim", "claim event", "extension")
PROMISED = ("task", "execution change", "work", "booth", "guest")
KEPT = ("document version",)
HANGING = tuple(
	kind
	for kind in KINDS
	if kind not in ("file", *CLAIMED, *PROMISED, *KEPT, "late change", "deletion request", "seal request", "series")
)


@dataclass(frozen=True)
class Relation:
	"""What a person in this relation may do. `reads` and `writes` are kinds."""

	reads: tuple[str, ...] = ()
	writes: tuple[str, ...] = ()
	shares: bool = False
	deletes: tuple[str, ...] = ()


ALL = tuple(KINDS)
FOLLOWING = ("file", *HANGING, *KEPT, *PROMISED)
DELETED = tuple(kind for kind in HANGING if kind not in ("contract", "document"))
EDITED = tuple(kind for kind in FOLLOWING if KINDS[kind].editable)

RELATIONS = {
	"holder": Relation(
		reads=(*FOLLOWING, *CLAIMED, "deletion request", "seal request"), writes=EDITED, shares=True, deletes=DELETED
	),
	"author, no longer holder": Relation(reads=FOLLOWING),
	"shared to read": Relation(reads=FOLLOWING),
	"shared to write": Relation(reads=FOLLOWING, writes=EDITED, deletes=DELETED),
	"share ran out": Relation(),
	"share revoked": Relation(),
	"wrote the activity, share revoked": Relation(reads=("activity",)),
	"manager of the holder": Relation(reads=(*FOLLOWING, *CLAIMED), writes=("contract change",), shares=True),
	"manager of others": Relation(),
	"salesperson of the project": Relation(),
	"finance": Relation(
		reads=("contract", "payment", "task", "execution change", "work"), writes=("payment",), deletes=("payment",)
	),
	"logistics": Relation(reads=("work", "booth", "guest"), deletes=("booth", "guest")),
	"administrator": Relation(reads=ALL, writes=EDITED, shares=True, deletes=(*DELETED, "booth", "guest", "work")),
	"guest": Relation(),
}


@dataclass
class World:
	people: dict[str, str | None] = field(default_factory=dict)
	names: dict[str, str] = field(default_factory=dict)
	secrets: dict[str, str] = field(default_factory=dict)
	remark_secret: str = ""
	file_secret: str = ""
	comment_secret: str = ""
	attachment: str = ""
	attachment_url: str = ""
	remark: str = ""
	tag: str = ""
	own_contact: str = ""


def make_world() -> World:
	world = World()
	_make_people(world)
	_make_file(world)
	_make_hanging(world)
	_make_story(world)
	_make_traces(world)
	_make_shares(world)
	frappe.db.commit()
	return world


def _make_people(world: World) -> None:
	above = factories.make_user(None, "Meeting Manager")
	elsewhere = factories.make_user(None, "Meeting Manager")
	department = factories.make_department(manager=above)
	factories.make_department(manager=elsewhere)
	roles = {
		"manager of the holder": None,
		"manager of others": None,
		"finance": "Meeting Finance",
		"logistics": "Meeting Logistics",
		"administrator": "Meeting Administrator",
		"guest": None,
	}
	world.people = {
		relation: factories.make_user(
			None, roles.get(relation) or "Meeting Salesperson", department=department if relation == "holder" else None
		)
		for relation in RELATIONS
		if relation not in ("guest", "manager of the holder", "manager of others")
	}
	world.people |= {"guest": None, "manager of the holder": above, "manager of others": elsewhere}


def _make_file(world: World) -> None:
	holder, author = world.people["holder"], world.people["author, no longer holder"]
	sellers = [user for user in world.people.values() if user and user not in (world.people["administrator"],)]
	project = factories.make_project(*sellers)
	claim = make_claim(project, factories.make_enterprise(), holder, "Pool")
	world.names |= {"claim": claim.name, "file": claim.customer}
	world.secrets = {kind: factories.unique(f"secret-{kind.replace(' ', '-')}-") for kind in KINDS}
	frappe.db.set_value("Meeting Claim", claim.name, "end_reason", world.secrets["claim"], update_modified=False)
	doc = frappe.get_doc("Meeting Customer", claim.customer)
	doc.profile = world.secrets["file"]
	world.remark_secret = factories.unique("secret-remark-")
	doc.append("remarks", {"note": world.remark_secret})
	doc.save()
	doc.db_set("owner", author, update_modified=False)
	world.remark = doc.remarks[0].name
	frappe.db.delete("Meeting Contact", {"customer": claim.customer})
	world.project = project


def _make_hanging(world: World) -> None:
	holder = world.people["holder"]
	values = {
		"contact": {},
		"activity": {"activity_type": "Call", "status": "Planned", "assigned_to": holder, "starts_on": now_datetime()},
		"opportunity": {"assigned_to": holder, "project": world.project},
		"customer project": {},
		"maintenance": {"assigned_to": holder, "reported_on": nowdate()},
		"expense": {"expense_type": "Travel", "amount": 10, "spent_on": nowdate(), "spent_by": holder},
		"quotation": {
			"assigned_to": holder,
			"project": world.project,
			"quoted_on": nowdate(),
			"items": [{"item_name": "展位", "quantity": 1, "rate": 100}],
		},
		"invoice title": {},
		"payment": {"project": world.project, "amount": 10, "paid_on": nowdate()},
		"contract change": {"terms": "条款"},
		"contract": {"project": world.project, "amount": 100, "attachment": upload()},
	}
	for kind in HANGING:
		if kind == "document":
			_make_document(world)
			continue
		if kind == "execution":
			_make_execution(world)
			continue
		spec = KINDS[kind]
		if kind == "contract change":
			values[kind] |= {"contract": world.names["contract"], "amount": 100}
		doc = frappe.get_doc(
			{
				"doctype": spec.doctype,
				"customer": world.names["file"],
				spec.secret_field: world.secrets[kind],
				**values[kind],
			}
		)
		for df in doc.meta.get("fields", {"fieldtype": "Select", "reqd": 1}):
			options = [option for option in (df.options or "").split("\n") if option]
			if doc.get(df.fieldname) not in options:
				doc.set(df.fieldname, df.default or options[0])
		doc.insert()
		if kind == "contract":
			doc.submit()
		author = world.people["wrote the activity, share revoked"] if kind == "activity" else holder
		frappe.db.set_value(
			spec.doctype, doc.name, {"owner": author, spec.secret_field: world.secrets[kind]}, update_modified=False
		)
		world.names[kind] = doc.name


def _make_document(world: World) -> None:
	name = make_document(world.people["holder"], customer=world.names["file"], description=world.secrets["document"])
	version = frappe.db.get_value("Meeting Document Version", {"document": name})
	frappe.db.set_value("Meeting Document Version", version, "reason", world.secrets["document version"])
	world.names |= {"document": name, "document version": version}


def _make_execution(world: World) -> None:
	"""An execution and what the departments keep of it; the task and the change are those of finance."""
	holder, secrets = world.people["holder"], world.secrets
	execution = frappe.get_doc(
		{
			"doctype": "Meeting Execution",
			"contract": world.names["contract"],
			"unit_name": "北京冷链",
			"address": "建国路 88 号",
			"handler": "王经理",
			"handler_mobile": "13800138000",
			"notes": secrets["execution"],
		}
	).insert()
	execution.db_set("owner", holder, update_modified=False)
	world.names["execution"] = execution.name
	same = {"execution": execution.name, "project": world.project}
	for kind, values in {
		"task": {"department": "Finance", "unit_name": "北京冷链"},
		"execution change": {"revision": 2, "row_label": "张三", "for_finance": 1, "for_logistics": 0},
		"late change": {"product": "Badges", "state": "Waiting", "kind": "Changed", "row_label": "张三"},
		"work": {"type": "Banner", "unit_name": "北京冷链", "deliverable": factories.unique()},
		"booth": {"hall": "1", "number": "A01", "booth_key": factories.unique()},
		"guest": {
			"room": "r",
			"attendee": "a",
			"arrive_on": nowdate(),
			"leave_on": nowdate(),
			"guest_key": factories.unique(),
		},
	}.items():
		spec = KINDS[kind]
		doc = frappe.get_doc({"doctype": spec.doctype, **same, **values, spec.secret_field: secrets[kind]})
		doc.db_insert()
		world.names[kind] = doc.name


def _make_story(world: World) -> None:
	"""What the product itself writes about a file."""
	holder, claim = world.people["holder"], world.names["claim"]
	world.names["claim event"] = frappe.db.get_value("Meeting Claim Event", {"claim": claim})
	frappe.db.set_value("Meeting Claim Event", world.names["claim event"], "reason", world.secrets["claim event"])
	for kind, values in {
		"extension": {"claim": claim, "holder": holder},
		"deletion request": {"customer": world.names["file"], "requested_by": holder, "status": "Rejected"},
		"seal request": {
			"seal": make_seal("Administrator"),
			"document": world.names["document"],
			"title": "合同",
			"status": "Refused",
			"requested_by": holder,
		},
		"series": {"customer": world.names["file"], "repeat": "Weekly", "starts_on": now_datetime()},
	}.items():
		spec = KINDS[kind]
		doc = frappe.get_doc({"doctype": spec.doctype, spec.secret_field: world.secrets[kind], **values})
		doc.db_insert()
		doc.db_set("owner", holder, update_modified=False)
		world.names[kind] = doc.name


def _make_traces(world: World) -> None:
	"""What the framework keeps beside the file: an attachment, a comment, versions, a tag."""
	file = frappe.get_doc("Meeting Customer", world.names["file"])
	world.file_secret, world.comment_secret = factories.unique("secret-paper-"), factories.unique("secret-comment-")
	attached = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{world.file_secret}.txt",
			"content": world.file_secret,
			"attached_to_doctype": file.doctype,
			"attached_to_name": file.name,
		}
	).insert()
	world.attachment, world.attachment_url = attached.name, attached.file_url
	file.add_comment("Comment", world.comment_secret)
	world.tag = factories.unique("tag")
	file.add_tag(world.tag)
	frappe.db.set_value("Tag Link", {"tag": world.tag}, "title", world.secrets["file"])


def _make_shares(world: World) -> None:
	frappe.db.set_value("User", {"name": ("in", [user for user in world.people.values() if user])}, "language", "en")
	name = world.names["file"]
	for relation in (
		"shared to read",
		"shared to write",
		"share ran out",
		"share revoked",
		"wrote the activity, share revoked",
	):
		share = add_docshare("Meeting Customer", name, world.people[relation], write=int(relation != "shared to read"))
		if relation == "share ran out":
			share.db_set("meeting_shared_until", add_to_date(now_datetime(), seconds=-1))
		if relation.endswith("revoked"):
			sharing.revoke("Meeting Customer", name, world.people[relation])
