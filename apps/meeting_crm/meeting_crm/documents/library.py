"""What the library's page shows."""

import frappe
from frappe.utils import get_fullname, now_datetime

from meeting_crm.documents import drafts, folders, locks, service
from meeting_crm.documents.permissions import (
	DOCUMENT,
	VERSION,
	can_decide,
	can_share,
	can_write,
	visible_documents_condition,
)

PAGE_LENGTH = 50
FIELDS = (
	"name",
	"title",
	"kind",
	"status",
	"folder",
	"customer",
	"contract",
	"project",
	"owner",
	"current_version",
	"file_size",
	"saved_by",
	"saved_on",
	"locked_by",
	"locked_until",
	"deleted_on",
	"_user_tags",
)
ORDERS = {"saved_on": "saved_on desc", "title": "title asc", "size": "file_size desc"}
RECENT, SHARED, BIN = "recent", "shared", "bin"


def get_page(
	folder: str | None = None,
	view: str | None = None,
	customer: str | None = None,
	contract: str | None = None,
	start: int = 0,
	order: str = "saved_on",
) -> dict:
	"""One page of documents: of a folder, of a customer or contract, of one's own recent ones, of what others share, or of
	the bin."""
	table = f"`tab{DOCUMENT}`"
	conditions = [f"{table}.deleted_on is {'not null' if view == BIN else 'null'}"]
	values = {"start": max(0, start), "length": PAGE_LENGTH + 1, "me": frappe.session.user}
	for field, value in (("folder", folder), ("customer", customer), ("contract", contract)):
		if value:
			conditions.append(f"{table}.{field} = %({field})s")
			values[field] = value
	if view == SHARED:
		conditions.append(
			f"{table}.name in (select share_name from tabDocShare where share_doctype = '{DOCUMENT}' and user = %(me)s)"
		)
	fields = ", ".join(f"{table}.`{field}`" for field in FIELDS)
	rows = frappe.db.sql(
		# raw SQL: the permission condition is SQL; a % in it must not be taken for a placeholder
		f"""select {fields} from {table} where {" and ".join(conditions)} and {visible_documents_condition().replace("%", "%%")}
		order by {table}.{ORDERS.get(order, ORDERS["saved_on"])} limit %(length)s offset %(start)s""",
		values,
		as_dict=True,
	)
	return {"documents": describe_rows(rows[:PAGE_LENGTH]), "has_more": len(rows) > PAGE_LENGTH}


def describe_rows(rows: list) -> list:
	"""Names of people and customers in place of their keys."""
	customers = {row.customer for row in rows if row.get("customer")}
	names = dict(
		frappe.get_all(  # why: whoever sees a document sees the name of the customer it hangs on
			"Meeting Customer",
			filters={"name": ("in", list(customers) or [""])},
			fields=["name", "customer_name"],
			as_list=True,
			order_by="name",
		)
	)
	now = now_datetime()
	for row in rows:
		row.saved_by_name = get_fullname(row.saved_by) if row.get("saved_by") else ""
		row.customer_name = names.get(row.get("customer"))
		if row.get("locked_by"):
			is_held = row.locked_until and row.locked_until > now
			row.locked_by_name = get_fullname(row.locked_by) if is_held else None
	return rows


def get_folder_tree() -> list[dict]:
	return folders.get_tree()


def get_document(document: str) -> dict:
	"""Everything the pane beside the list shows of one document. The caller has checked the right to read."""
	doc = frappe.get_doc(DOCUMENT, document)
	lock = locks.get_lock(doc)
	row = frappe._dict({field: doc.get(field) for field in FIELDS})
	describe_rows([row])
	is_living = not doc.deleted_on
	return {
		**row,
		"description": doc.description,
		"versions": get_versions(document),
		"draft": drafts.get(document),
		"is_locked": lock.is_held(now_datetime()),
		"may": {
			"write": is_living and can_write(document),
			"share": is_living and can_share(document),
			"decide": is_living and can_decide(document),
		},
		"max_megabytes": service.get_max_size() // service.MEGABYTE,
	}


def get_versions(document: str) -> list[dict]:
	rows = frappe.get_all(  # why: the caller has checked the right to read the document
		VERSION,
		filters={"document": document},
		fields=[
			"number",
			"author",
			"saved_on",
			"reason",
			"base_version",
			"restored_from",
			"conflict",
			"sealed",
			"size",
			"mime",
			"sha256",
		],
		order_by="number desc",
	)
	for row in rows:
		row.author_name = get_fullname(row.author)
	return rows
