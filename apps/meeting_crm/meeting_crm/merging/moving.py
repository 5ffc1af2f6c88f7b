"""Moving what points to one enterprise over to another, set-based: as Frappe's own merge of documents does, every
link field is found in the meta data, so that a DocType added later is not forgotten."""

import frappe
from frappe.utils import now_datetime

from meeting_crm.claims.clock.expiry import end_expired
from meeting_crm.core.log import log_many

ENTERPRISE = "Meeting Enterprise"
CLAIM = "Meeting Claim"
ALIAS = "Meeting Enterprise Alias"


def find_links() -> list[tuple[str, str]]:
	"""(DocType, field) of every stored link to an enterprise."""
	rows = frappe.get_all(
		"DocField",
		filters={"fieldtype": "Link", "options": ENTERPRISE},
		fields=["parent", "fieldname"],
		order_by="parent",
	)
	rows += frappe.get_all(
		"Custom Field",
		filters={"fieldtype": "Link", "options": ENTERPRISE},
		fields=["dt as parent", "fieldname"],
		order_by="dt",
	)
	links = [(row.parent, row.fieldname) for row in rows]
	return [(doctype, field) for doctype, field in links if is_stored(doctype)]


def is_stored(doctype: str) -> bool:
	meta = frappe.get_meta(doctype)
	return not (meta.issingle or getattr(meta, "is_virtual", 0))


def count_links(enterprise: str) -> dict[str, int]:
	counts: dict[str, int] = {}
	for doctype, field in find_links():
		counts[doctype] = counts.get(doctype, 0) + frappe.db.count(doctype, {field: enterprise})
	return counts


def move_links(source: str, target: str, target_name: str, keep_names: tuple[str, ...] = ()) -> dict[str, list[str]]:
	"""Answers the names moved, by `DocType.field`. Documents that are papers keep the name they say."""
	drop_shared_aliases(source, target)
	moved = {}
	for doctype, field in find_links():
		names = frappe.get_all(doctype, filters={field: source}, pluck="name", order_by="name")
		if names:
			new_name = None if doctype in keep_names else target_name
			point(doctype, field, names, source, target, new_name)
			moved[f"{doctype}.{field}"] = names
	return moved


def drop_shared_aliases(source: str, target: str) -> None:
	known = set(frappe.get_all(ALIAS, filters={"enterprise": target}, pluck="alias_key"))
	for row in frappe.get_all(ALIAS, filters={"enterprise": source}, fields=["name", "alias_key"]):
		if row.alias_key in known:
			frappe.delete_doc(ALIAS, row.name, ignore_permissions=True)  # why: the kept enterprise has the same alias


def point(doctype: str, field: str, names: list[str], source: str, target: str, new_name: str | None) -> None:
	if doctype == ALIAS:
		for name in names:
			frappe.get_doc(ALIAS, name).update({field: target}).save(
				ignore_permissions=True
			)  # why: follows its enterprise
		return
	table = frappe.qb.DocType(doctype)
	update = frappe.qb.update(table).set(table[field], target).where(table.name.isin(names))
	if new_name and field == "enterprise" and frappe.get_meta(doctype).has_field("enterprise_name"):
		update = update.set(table.enterprise_name, new_name)
	update.run()
	if doctype == CLAIM:
		point_active_keys(names, target)
	log_many(("Changed", doctype, name, {field: source}, {field: target}) for name in names)
	if len(names) < 100:
		for name in names:
			frappe.clear_document_cache(doctype, name)


def point_active_keys(claims: list[str], enterprise: str) -> None:
	frappe.db.sql(
		"""update `tabMeeting Claim` set active_key = concat(project, ':', %(enterprise)s)
		where name in %(claims)s and active_key is not null""",
		{"enterprise": enterprise, "claims": claims},
	)


def move_back(moved: dict[str, list[str]], source: str, target: str, target_name: str) -> None:
	"""Only what still points to `source`: people may have moved things on since."""
	for link, names in moved.items():
		doctype, field = link.rsplit(".", 1)
		still = frappe.get_all(doctype, filters={"name": ("in", names), field: source}, pluck="name", order_by="name")
		if still:
			point(doctype, field, still, source, target, target_name if doctype == CLAIM else None)


def count_moved(moved: dict[str, list[str]]) -> dict[str, list[str]]:
	merged: dict[str, list[str]] = {}
	for link, names in moved.items():
		merged.setdefault(link.rsplit(".", 1)[0], []).extend(names)
	return merged


def read_active_claims(enterprises: list[str]) -> list[frappe._dict]:
	return frappe.db.sql(
		"""select name, project, project_name, enterprise, holder, phase, claimed_on, customer from `tabMeeting Claim`
		where enterprise in %(enterprises)s and active_key is not null order by name for update""",
		{"enterprises": enterprises},
		as_dict=True,
	)


def end_expired_claims(enterprises: list[str]) -> None:
	if claims := read_active_claims(enterprises):
		end_expired([claim.name for claim in claims], now_datetime())


def read_held_files(enterprises: list[str]) -> list[frappe._dict]:
	return frappe.get_all(
		"Meeting Customer",
		filters={"enterprise": ("in", enterprises), "holder": ("is", "set")},
		fields=["name", "enterprise", "holder"],
		order_by="name",
	)


def move_claims_to_file(source: str, target: str) -> list[str]:
	names = frappe.get_all(CLAIM, filters={"customer": source, "active_key": ("is", "set")}, pluck="name")
	put_claims_into_file(names, source, target)
	return names


def put_claims_into_file(claims: list[str], source: str, target: str) -> None:
	if not claims:
		return
	frappe.db.sql(
		"update `tabMeeting Claim` set customer = %(target)s where name in %(claims)s and customer = %(source)s",
		{"target": target, "claims": claims, "source": source},
	)
	log_many(("Changed", CLAIM, claim, {"customer": source}, {"customer": target}) for claim in claims)
