"""Two enterprises that turn out to be one: preview, merge, undo.

The rule for what both cannot keep: in a project where both are held, a signed claim stands before a negotiating
one and the earlier claim before the later; the other is released with the merge as its reason. Two signed claims
are a matter for people, so the merge is refused. Where one person holds a file on both, they go on with that of
the enterprise that is kept; the other stays readable to whoever wrote it. Of the base file nothing is overwritten.
"""

import json
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import escape_html, get_fullname, now_datetime

from meeting_crm.claims import service as claims
from meeting_crm.core.log import log
from meeting_crm.core.notifications import get_company_language
from meeting_crm.core.problems import take_back_message
from meeting_crm.customers import service as customers
from meeting_crm.enterprises import aliases, errors, service
from meeting_crm.merging import moving

KEPT_NAMES = ("Meeting Contract", "Meeting Duplicate Check", "Meeting Enterprise Import Row")
SIGNED, NEGOTIATING = "Signed", "Negotiating"


@dataclass(frozen=True)
class Conflict:
	"""A project in which both enterprises are held; `loser` is the claim that ends, None where both are signed."""

	project_name: str
	kept: frappe._dict
	merged: frappe._dict
	loser: frappe._dict | None


def preview(kept: str, merged: str) -> dict:
	"""What a merge would do: `moves` per DocType, `conflicts`, `files` that change hands, `fills`; `refused` says
	why it cannot be done."""
	documents = read_both(kept, merged)
	conflicts = find_conflicts(kept, merged)
	return {
		"kept": {"enterprise": kept, "enterprise_name": documents[kept].enterprise_name},
		"merged": {"enterprise": merged, "enterprise_name": documents[merged].enterprise_name},
		"moves": {doctype: count for doctype, count in moving.count_links(merged).items() if count},
		"conflicts": [describe_conflict(conflict) for conflict in conflicts],
		"files": [get_fullname(holder) for holder in find_double_holders(kept, merged)],
		"fills": sorted(find_fills(documents[kept], documents[merged])),
		"people": [row.person_name for row in find_new_people(documents[kept], documents[merged])],
		"refused": explain_refusal(conflicts),
	}


def merge(kept: str, merged: str) -> str:
	"""Makes one of the two; answers the Meeting Enterprise Merge that can undo it. Everything or nothing."""
	documents = read_both(kept, merged)
	for enterprise in sorted((kept, merged)):
		service.lock_enterprise(enterprise)
	conflicts = find_conflicts(kept, merged)
	if refusal := explain_refusal(conflicts):
		frappe.throw(refusal, title=_("Both are signed"), exc=errors.MergeError)
	names = {enterprise: document.enterprise_name for enterprise, document in documents.items()}
	record = {
		"document": json.loads(documents[merged].as_json()),
		"released": release_losers(conflicts, names),
		"files": resolve_files(kept, merged),
		"filled": fill_base(documents[kept], documents[merged]),
		"moved": moving.move_links(merged, kept, names[kept], keep_names=KEPT_NAMES),
	}
	frappe.delete_doc("Meeting Enterprise", merged, ignore_permissions=True)  # why: the caller may delete both
	aliases.add_alias(kept, names[merged], aliases.MERGED)
	doc = frappe.get_doc(
		{
			"doctype": "Meeting Enterprise Merge",
			"kept": kept,
			"kept_name": names[kept],
			"merged": merged,
			"merged_name": names[merged],
			"status": "Merged",
			"merged_by": frappe.session.user,
			"merged_on": now_datetime(),
			"summary": summarise(record),
			"record": frappe.as_json(record),
		}
	).insert(ignore_permissions=True)  # why: records of merges are written by merges alone
	log("Merged", "Meeting Enterprise", kept, {"enterprise_name": names[merged], "name": merged}, {"merge": doc.name})
	return doc.name


def read_both(kept: str, merged: str) -> dict:
	if kept == merged:
		frappe.throw(_("These are the same company. Choose another one to merge."), exc=errors.MergeError)
	return {enterprise: frappe.get_doc("Meeting Enterprise", enterprise) for enterprise in (kept, merged)}


def find_conflicts(kept: str, merged: str) -> list[Conflict]:
	moving.end_expired_claims([kept, merged])
	claims = moving.read_active_claims([kept, merged])
	of_kept = {claim.project: claim for claim in claims if claim.enterprise == kept}
	return [
		Conflict(claim.project_name, of_kept[claim.project], claim, choose_loser(of_kept[claim.project], claim))
		for claim in claims
		if claim.enterprise == merged and claim.project in of_kept
	]


def choose_loser(first: frappe._dict, second: frappe._dict) -> frappe._dict | None:
	if first.phase == second.phase == SIGNED:
		return None
	if SIGNED in (first.phase, second.phase):
		return second if first.phase == SIGNED else first
	return second if first.claimed_on <= second.claimed_on else first


def describe_conflict(conflict: Conflict) -> dict:
	winner = conflict.merged if conflict.loser is conflict.kept else conflict.kept
	return {
		"project_name": conflict.project_name,
		"stays": get_fullname(winner.holder) if conflict.loser else None,
		"ends": get_fullname(conflict.loser.holder) if conflict.loser else None,
		"because": _("the signed claim is kept") if winner.phase == SIGNED else _("the earlier claim is kept"),
	}


def explain_refusal(conflicts: list[Conflict]) -> str | None:
	projects = [escape_html(conflict.project_name) for conflict in conflicts if conflict.loser is None]
	if not projects:
		return None
	return _("Both companies are signed in {0}. Cancel one of the two contracts first, then merge.").format(
		", ".join(projects)
	)


def release_losers(conflicts: list[Conflict], names: dict[str, str]) -> list[str]:
	for conflict in conflicts:
		other = conflict.merged if conflict.loser is conflict.kept else conflict.kept
		reason = _("Merged with {0}, which {1} holds.", get_company_language()).format(
			names[other.enterprise], get_fullname(other.holder)
		)
		claims.release(conflict.loser.name, reason)
	return [conflict.loser.name for conflict in conflicts]


def find_double_holders(kept: str, merged: str) -> list[str]:
	files = moving.read_held_files([kept, merged])
	of_kept = {file.holder for file in files if file.enterprise == kept}
	return [file.holder for file in files if file.enterprise == merged and file.holder in of_kept]


def resolve_files(kept: str, merged: str) -> list[dict]:
	"""One person holds one file on an enterprise: open claims go on in that of the kept one."""
	files = moving.read_held_files([kept, merged])
	of_kept = {file.holder: file.name for file in files if file.enterprise == kept}
	changed = []
	for file in files:
		if file.enterprise == merged and file.holder in of_kept:
			claims = moving.move_claims_to_file(file.name, of_kept[file.holder])
			customers.set_holder(file.name, None)
			changed.append({"file": file.name, "holder": file.holder, "now": of_kept[file.holder], "claims": claims})
	return changed


def find_fills(kept, merged) -> dict[str, str]:
	return {field: merged.get(field) for field in service.BASE_FIELDS if merged.get(field) and not kept.get(field)}


def find_new_people(kept, merged) -> list:
	known = {(row.person_name, row.mobile or row.phone or row.email) for row in kept.contacts}
	return [row for row in merged.contacts if (row.person_name, row.mobile or row.phone or row.email) not in known]


def fill_base(kept, merged) -> dict:
	fills, people = find_fills(kept, merged), find_new_people(kept, merged)
	group = merged.affiliate_group if merged.affiliate_group and not kept.affiliate_group else None
	if not fills and not people and not group:
		return {"fields": {}, "people": [], "affiliate_group": None}
	kept.update(fills)
	if group:
		kept.affiliate_group = group
	added = [kept.append("contacts", {field: row.get(field) for field in service.CONTACT_FIELDS}) for row in people]
	kept.save(ignore_permissions=True)  # why: the caller may write both
	return {"fields": fills, "people": [row.name for row in added], "affiliate_group": group}


def summarise(record: dict) -> str:
	lines = [f"{_(doctype)}: {len(names)}" for doctype, names in moving.count_moved(record["moved"]).items()]
	if record["released"]:
		lines.append(_("Claims released: {0}").format(len(record["released"])))
	return "\n".join(lines)


def undo(name: str) -> list[str]:
	"""Makes two of the one again. What was written since stays with the kept enterprise. Answers sentences on what
	could not be put back, such as a claim that somebody else holds by now."""
	doc = frappe.get_doc("Meeting Enterprise Merge", name, for_update=True)
	if doc.status != "Merged":
		frappe.throw(_("This merge is undone already."), exc=errors.MergeError)
	service.lock_enterprise(doc.kept)
	record = json.loads(doc.record)
	if alias := aliases.find_alias(doc.kept, doc.merged_name):
		aliases.remove_alias(alias)
	restore_document(record["document"], doc.merged)
	moving.move_back(record["moved"], doc.kept, doc.merged, doc.merged_name)
	empty_base(doc.kept, record["filled"])
	restore_files(record["files"])
	problems = reopen_claims(record["released"])
	doc.update({"status": "Undone", "undone_by": frappe.session.user, "undone_on": now_datetime()})
	doc.save(ignore_permissions=True)  # why: records of merges are written by merges alone
	log(
		"Merge Undone",
		"Meeting Enterprise",
		doc.kept,
		{"merge": name},
		{"enterprise_name": doc.merged_name, "name": doc.merged},
	)
	return problems


def restore_document(values: dict, name: str) -> None:
	doc = frappe.get_doc(values)
	if doc.affiliate_group and not frappe.db.exists("Meeting Affiliate Group", doc.affiliate_group):
		doc.affiliate_group = None
	doc.insert(ignore_permissions=True, set_name=name)  # why: puts back what the merge deleted


def empty_base(kept: str, filled: dict) -> None:
	"""Takes back what the merge wrote into the base file, unless people changed it since."""
	doc = frappe.get_doc("Meeting Enterprise", kept)
	for field, value in filled["fields"].items():
		if doc.get(field) == value:
			doc.set(field, None)
	doc.set("contacts", [row for row in doc.contacts if row.name not in filled["people"]])
	if filled["affiliate_group"] and doc.affiliate_group == filled["affiliate_group"]:
		doc.affiliate_group = None
	doc.save(ignore_permissions=True)  # why: the caller may write both


def restore_files(files: list[dict]) -> None:
	for row in files:
		customers.set_holder(row["file"], row["holder"])
		moving.put_claims_into_file(row["claims"], row["now"], row["file"])


def reopen_claims(names: list[str]) -> list[str]:
	problems = []
	for name in names:
		frappe.db.savepoint("reopen_claim")
		try:
			claims.reopen(name, _("The merge that released it was undone.", get_company_language()))
		except frappe.ValidationError as error:
			frappe.db.rollback(save_point="reopen_claim")
			take_back_message()
			problems.append(_("The claim {0} stays released: {1}").format(name, str(error)))
	return problems
