"""Framework endpoints that answer about records without asking who may see them, written anew on top of
the permission-checked list."""

import frappe
from frappe import _
from frappe.client import get as framework_get
from frappe.client import get_count as framework_count
from frappe.client import validate_link as framework_validate_link
from frappe.desk.doctype.tag import tag as framework_tag
from frappe.desk.listview import get_group_by_count as framework_group_by_count
from frappe.desk.reportview import compress, get_form_params
from frappe.desk.reportview import get as framework_page
from frappe.desk.reportview import get_count as count_list
from frappe.desk.search import get_link_title as framework_link_title
from frappe.model.db_query import DatabaseQuery
from frappe.utils import cint, get_url
from frappe.utils.global_search import search as framework_search
from frappe.utils.print_format import report_to_pdf as framework_report_to_pdf

from meeting_crm.gate import first_pages
from meeting_crm.gate.guards import has_own_condition, is_restricted, is_visible
from meeting_crm.gate.pages import keep_own_addresses

MAX_GROUPS = 50

SEARCHED = (
	"Meeting Customer",
	"Meeting Contact",
	"Meeting Claim",
	"Meeting Activity",
	"Meeting Opportunity",
	"Meeting Customer Project",
	"Meeting Maintenance",
	"Meeting Quotation",
	"Meeting Contract",
	"Meeting Expense",
)


@frappe.whitelist()
def search(text: str, start: int = 0, limit: int = 20, doctype: str = "") -> list[dict]:
	"""Global search. Frappe's index asks nobody's permission, so our records are searched by their lists;
	of the others only what the user may read is answered."""
	limit = min(cint(limit) or 20, 100)
	found = [
		row
		for row in framework_search(text, start, limit, doctype)
		if not is_restricted(row.doctype) and frappe.has_permission(row.doctype, "read", doc=row.name)
	]
	for restricted in SEARCHED if not doctype else (doctype,):
		if is_restricted(restricted) and frappe.has_permission(restricted, "read"):
			found.extend(_search_list(restricted, text.strip(), cint(start), limit))
	return found


def _search_list(doctype: str, text: str, start: int, limit: int) -> list[dict]:
	meta = frappe.get_meta(doctype)
	title = meta.get_title_field()
	if not text or title == "name":
		return []
	rows = frappe.get_list(
		doctype,
		filters=[[doctype, title, "like", f"%{text}%"]],
		fields=["name", title],
		limit_start=start,
		limit_page_length=limit,
		order_by=f"`tab{doctype}`.modified desc",
	)
	label = meta.get_label(title)
	return [
		frappe._dict(doctype=doctype, name=row.name, content=f"{label} : {row[title]}", rank=1, image=None)
		for row in rows
	]


@frappe.whitelist()
@frappe.read_only()
def get_page():
	"""A page of a desk list. Ours come quickly, however many records there are."""
	args = get_form_params() if first_pages.is_quick(frappe.form_dict.doctype) else None
	rows = args and first_pages.get_page(args)
	return framework_page() if rows is None else compress(rows, args=args)


@frappe.whitelist()
@frappe.read_only()
def get_number():
	"""The number beside a desk list; with `limit` it is not counted further."""
	limit = cint(frappe.form_dict.pop("limit", 0))
	if not limit or not is_restricted(frappe.form_dict.doctype):
		return count_list()
	args = get_form_params()
	number = first_pages.count(args, limit)
	if number is None:
		args.update(fields=[f"`tab{args.doctype}`.`name`"], limit_page_length=limit, order_by=None, pluck="name")
		number = len(set(DatabaseQuery(args.pop("doctype")).execute(**args)))
	return number


@frappe.whitelist()
def get_document(
	doctype: str, name: str | int | None = None, filters: str | dict | list | None = None, parent: str | None = None
) -> dict:
	"""One record. By filters Frappe finds anybody's and then refuses it, which tells that it is there; the list finds only
	what the user may read."""
	if name or filters is None or frappe.get_meta(doctype).issingle:
		return framework_get(doctype, name, filters, parent)
	names = frappe.get_list(doctype, filters=frappe.parse_json(filters), pluck="name", limit=1, parent_doctype=parent)
	if not names:
		frappe.throw(
			_("There is no such record, or you may not see it. Look for it in its list."), exc=frappe.DoesNotExistError
		)
	return framework_get(doctype, names[0], None, parent)


@frappe.whitelist()
def get_link_title(doctype: str, docname: str) -> str | None:
	"""What a link shows. The desk also asks for what somebody is typing: what is not there, or not to be seen, is shown as it
	was asked for."""
	if has_own_condition(doctype) and not is_visible(doctype, docname):
		return docname
	return framework_link_title(doctype, docname)


@frappe.whitelist()
def validate_link(doctype: str, docname: str, fields: str | list | None = None) -> dict:
	"""What a link asks when it is left. The names of companies and colleagues are no secret: links to them show these wherever they
	stand. Of records with a rule of their own, what is not to be seen is answered like what is not there: with nothing."""
	if has_own_condition(doctype) and not is_visible(doctype, docname):
		return frappe._dict()
	return framework_validate_link(doctype, docname, fields)


@frappe.whitelist()
def get_count(doctype: str, filters: str | list | dict | None = None, debug: bool = False, cache: bool = False) -> int:
	"""How many rows match. Frappe counts everybody's, and a filter on any field then tells what stands in them;
	the list's own count knows the permissions."""
	if not is_restricted(doctype):
		return framework_count(doctype, filters, debug, cache)
	frappe.local.form_dict = frappe._dict(doctype=doctype, filters=filters, fields="[]")
	return count_list()


@frappe.whitelist()
def get_group_by_count(doctype: str, current_filters: str, field: str) -> list[dict]:
	"""The list's sidebar. Frappe counts assignments over everybody's records; ours come quickly."""
	if field != "assigned_to" or not is_restricted(doctype):
		rows = first_pages.count_groups(doctype, frappe.parse_json(current_filters), field, MAX_GROUPS)
		return framework_group_by_count(doctype, current_filters, field) if rows is None else rows
	return frappe.get_list(
		"ToDo",
		filters={"reference_type": doctype, "status": ("!=", "Cancelled")},
		fields=["allocated_to as name", "count(*) as count"],
		group_by="allocated_to",
		order_by="count desc",
		limit=MAX_GROUPS,
	)


@frappe.whitelist()
def get_data_for_custom_field(doctype: str, field: str) -> dict:
	"""A column that somebody adds to a report: of the records that the person may read, not of all."""
	return dict(frappe.get_list(doctype, fields=["name", field], as_list=True, limit_page_length=0))


@frappe.whitelist(methods=["POST"])
def report_to_pdf(html: str, orientation: str = "Landscape") -> None:
	"""The page of a report as the browser has it. The server would fetch whatever it names, with the session of the person:
	what leads elsewhere is taken out."""
	framework_report_to_pdf(keep_own_addresses(html, get_url()), orientation)


@frappe.whitelist()
def get_tagged_docs(doctype: str, tag: str) -> list:
	if not is_restricted(doctype):
		return framework_tag.get_tagged_docs(doctype, tag)
	return frappe.get_list(
		doctype, filters={"_user_tags": ("like", tag)}, fields=["name"], as_list=True, order_by="modified desc"
	)


@frappe.whitelist()
def get_documents_for_tag(tag: str) -> list[dict]:
	return [row for row in framework_tag.get_documents_for_tag(tag) if _may_see(row["doctype"], row["name"])]


def _may_see(doctype: str, name: str) -> bool:
	return is_visible(doctype, name) if is_restricted(doctype) else True
