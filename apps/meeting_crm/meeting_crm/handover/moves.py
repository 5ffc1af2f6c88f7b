"""How a handover's records move and go back (C9).

What moves is planned as rows of Meeting Handover Item (record, field, old and new person), then carried out
with one UPDATE a kind, all in the transaction of one background job: killed at any instant it has moved
everything or nothing, and can be started again. The rows stay as the record, and undoing follows them back.
"""

import json
from collections.abc import Callable

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import add_days, escape_html, get_fullname, now_datetime

from meeting_crm.claims.bulk.handing_over import hand_over
from meeting_crm.contracts.service import follow_claims
from meeting_crm.core.database import insert_rows
from meeting_crm.core.log import log, log_many
from meeting_crm.core.names import make_name
from meeting_crm.core.notifications import get_language, notify
from meeting_crm.customers.service import lock_files, set_holder
from meeting_crm.customers.sharing import revoke, share
from meeting_crm.handover import receivers
from meeting_crm.handover.errors import HandoverError
from meeting_crm.handover.service import (
	ASSIGNED,
	CLAIM,
	CUSTOMER,
	HANDOVER,
	ITEM,
	get_assigned_source,
	get_claims,
	get_files,
	get_parties,
	get_values,
	save,
	split,
)

DEFAULT_UNDO_DAYS = 7
CHUNK = 5_000

FIELDS = {CUSTOMER: "holder", CLAIM: "holder", **{doctype: field for doctype, (field, _s, _o) in ASSIGNED.items()}}

# Claims and files write their log rows where they move.
LOGGED = tuple(ASSIGNED)

ITEM_COLUMNS = (
	"name",
	"creation",
	"modified",
	"owner",
	"modified_by",
	"handover",
	"reference_doctype",
	"reference_name",
	"fieldname",
	"old_user",
	"new_user",
	"customer",
)


def run(handover: str, report: Callable[[int, str], None] = lambda percent, step: None) -> dict:
	"""Moves everything, in the caller's one transaction. Running it again after it is done changes nothing."""
	_lock_files(handover)
	doc = frappe.get_doc(HANDOVER, handover, for_update=True)
	if doc.status == "Done":
		return json.loads(doc.moved or "{}")
	report(5, _("Planning"))
	claims = get_claims(doc)
	shares = split(get_files(doc), [row.user for row in doc.receivers])
	if missing := receivers.find_missing(claims, shares):
		frappe.throw("<br>".join(map(escape_html, receivers.describe(missing))), exc=HandoverError)
	report(15, _("Protections"))
	_move_claims(doc, claims, shares)
	report(40, _("Customer files"))
	_move_files(doc, shares)
	for number, doctype in enumerate(ASSIGNED):
		report(55 + 8 * number, _(doctype))
		_plan_assigned(doc, doctype)
		_apply(doc.name, doctype, "new_user")
	report(90, _("Operation log"))
	moved = _log_items(doc.name, "old_user", "new_user", LOGGED)
	_finish(doc, moved)
	report(100, _("Done"))
	return moved


def _lock_files(handover: str) -> None:
	"""Claims lock their file before they stand: from here on none comes to what moves. Locking reads alone, so that the
	snapshot of what follows shows every claim made before."""
	givers = frappe.db.sql_list("select from_user from `tabMeeting Handover` where name = %s for update", handover)
	frappe.db.sql(
		"select name from `tabMeeting Customer` where holder in %(givers)s order by name for update", {"givers": givers}
	)


def _insert_items(doc, doctype: str, rows: list[tuple[str, str | None, str | None]]) -> None:
	"""`rows`: (record, new person, customer file)."""
	now, user = now_datetime(), frappe.session.user
	insert_rows(
		f"tab{ITEM}",
		ITEM_COLUMNS,
		(
			(
				make_name(),
				now,
				now,
				user,
				user,
				doc.name,
				doctype,
				name,
				FIELDS[doctype],
				doc.from_user,
				new,
				file,
			)
			for name, new, file in rows
		),
	)


def _move_claims(doc, claims: list[frappe._dict], shares: dict[str, str]) -> None:
	"""The protection goes on with the receiver, and with it the giver's file, unless the receiver works on the
	same company in another project: one person has one file on a company."""
	by_receiver: dict[str, dict[str, str]] = {}
	for claim in claims:
		if claim.customer in shares:
			by_receiver.setdefault(shares[claim.customer], {})[claim.name] = claim.customer
	for receiver, files in sorted(by_receiver.items()):
		given = hand_over(sorted(files), receiver)
		follow_claims(given)
		_insert_items(doc, CLAIM, [(new, receiver, files[old]) for old, new in given.items()])


def _move_files(doc, shares: dict[str, str]) -> None:
	"""Files without a claim move here; the others have moved with theirs. A file that nobody holds now has its
	claim on the receiver's own file, so the receiver gets it to read."""
	holders = _get_holders(list(shares))
	by_receiver: dict[str, list[str]] = {}
	for name, receiver in shares.items():
		if holders.get(name) == doc.from_user:
			by_receiver.setdefault(receiver, []).append(name)
	for receiver, names in sorted(by_receiver.items()):
		set_holder(names, receiver)
	left = [name for name in shares if not holders.get(name)]
	for name in left:
		share(CUSTOMER, name, [shares[name]])
	_insert_items(
		doc, CUSTOMER, [(name, None if name in set(left) else receiver, name) for name, receiver in shares.items()]
	)


def _get_holders(names: list[str]) -> dict[str, str | None]:
	file, holders = DocType(CUSTOMER), {}
	for start in range(0, len(names), CHUNK):
		chunk = names[start : start + CHUNK]
		holders.update(frappe.qb.from_(file).where(file.name.isin(chunk)).select(file.name, file.holder).run())
	return holders


def _plan_assigned(doc, doctype: str) -> None:
	field = ASSIGNED[doctype][0]
	columns = ", ".join(ITEM_COLUMNS)
	receivers = ", ".join(f"%(receiver_{number})s" for number in range(len(doc.receivers)))
	# raw SQL: plans and moves in the database, whatever the number
	frappe.db.sql(
		f"""insert into `tab{ITEM}` ({columns})
		select substr(md5(concat(%(handover)s, '|', %(doctype)s, '|', r.name)), 1, 20), %(now)s, %(now)s, %(user)s, %(user)s,
			%(handover)s, %(doctype)s, r.name, '{field}', r.{field},
			coalesce(i.new_user, elt(1 + mod(crc32(r.customer), %(count)s), {receivers})), r.customer
		from {get_assigned_source(doc, doctype, "left join")}""",
		get_values(doc, doctype),
	)


def _apply(handover: str, doctype: str, column: str, only: str = "") -> None:
	field = FIELDS[doctype]
	frappe.db.sql(
		f"""update `tab{doctype}` r join `tab{ITEM}` i
		on i.handover = %(handover)s and i.reference_doctype = %(doctype)s and i.reference_name = r.name
		{only} set r.{field} = i.{column}, r.modified = %(now)s, r.modified_by = %(user)s""",
		{"handover": handover, "doctype": doctype, "now": now_datetime(), "user": frappe.session.user},
	)


def _log_items(handover: str, before: str, after: str, logged: tuple[str, ...]) -> dict[str, int]:
	"""Counts what moved; writes the log rows of those kinds whose own moves do not."""
	counts = {}
	for doctype, field in FIELDS.items():
		rows = frappe.db.sql(
			f"""select reference_name, {before}, {after} from `tab{ITEM}`
			where handover = %s and reference_doctype = %s and kept = 0""",
			(handover, doctype),
		)
		counts[doctype] = len(rows)
		if doctype in logged:
			log_many(("Handed Over", doctype, name, {field: old}, {field: new}) for name, old, new in rows)
	return counts


def _finish(doc, moved: dict) -> None:
	now = now_datetime()
	days = frappe.db.get_single_value("Meeting Customer Settings", "handover_undo_days")
	save(
		doc,
		status="Done",
		finished_on=now,
		undo_until=add_days(now, days or DEFAULT_UNDO_DAYS),
		moved=json.dumps(moved),
		confirmations="{}",
	)
	log("Handed Over", HANDOVER, doc.name, None, {"from": doc.from_user, "moved": moved})
	for user in get_parties(doc):
		notify(
			user,
			_("{0}'s work was handed over: {1} customers. Please confirm.", get_language(user)).format(
				get_fullname(doc.from_user), moved.get(CUSTOMER, 0)
			),
			HANDOVER,
			doc.name,
		)


def undo(doc) -> dict:
	"""Gives everything back that is still as the handover left it; the rest is marked and stays. Returns the
	numbers {"returned": {DocType: n}, "kept": n}."""
	doc = frappe.get_doc(HANDOVER, doc.name, for_update=True)
	if doc.status != "Done":
		frappe.throw(_("Only a handover that was carried out can be undone."), exc=HandoverError)
	if doc.undo_until <= now_datetime():
		frappe.throw(
			_("The days for undoing this handover are over. Make a new handover in the other direction."),
			exc=HandoverError,
		)
	lock_files(_get_moved_files(doc))
	_mark_changed(doc)
	_return_files(doc, with_claims=True)
	_return_claims(doc)
	_return_files(doc, with_claims=False)
	for doctype in ASSIGNED:
		_apply(doc.name, doctype, "old_user", only="and i.kept = 0")
	returned = _log_items(doc.name, "new_user", "old_user", LOGGED)
	kept = frappe.db.count(ITEM, {"handover": doc.name, "kept": 1})
	save(doc, status="Undone", undone_on=now_datetime(), undone_by=frappe.session.user)
	log("Undone", HANDOVER, doc.name, None, {"returned": returned, "kept": kept})
	for user in get_parties(doc):
		notify(
			user,
			_("The handover of {0}'s work was undone.", get_language(user)).format(get_fullname(doc.from_user)),
			HANDOVER,
			doc.name,
		)
	return {"returned": returned, "kept": kept}


def _get_moved_files(doc) -> list[str]:
	return frappe.get_all(  # why: the handover's own record
		ITEM, filters={"handover": doc.name, "reference_doctype": CUSTOMER}, pluck="reference_name"
	)


def _mark_changed(doc) -> None:
	"""A record somebody else has got meanwhile, or that was changed after the handover, is left. A file goes
	back with its claims or not at all; one that a receiver has claimed in another project since stays."""
	for doctype, field in FIELDS.items():
		frappe.db.sql(
			f"""update `tab{ITEM}` i left join `tab{doctype}` r on r.name = i.reference_name
			set i.kept = 1 where i.handover = %(handover)s and i.reference_doctype = %(doctype)s
			and (r.name is null or not (r.{field} <=> i.new_user) or r.modified > %(finished)s)""",
			{"handover": doc.name, "doctype": doctype, "finished": doc.finished_on},
		)
	frappe.db.sql(
		f"""update `tab{ITEM}` i join `tab{CLAIM}` claim on claim.customer = i.reference_name and claim.ended_on is null
			left join `tab{ITEM}` moved on moved.handover = i.handover and moved.reference_doctype = %(claims)s
				and moved.reference_name = claim.name
		set i.kept = 1 where i.handover = %(handover)s and i.reference_doctype = %(files)s and moved.name is null""",
		{"handover": doc.name, "claims": CLAIM, "files": CUSTOMER},
	)
	frappe.db.sql(
		f"""update `tab{ITEM}` i join `tab{ITEM}` o on o.handover = i.handover and o.customer = i.customer
			and o.kept = 1 and o.reference_doctype in %(together)s
		set i.kept = 1 where i.handover = %(handover)s and i.reference_doctype in %(together)s""",
		{"handover": doc.name, "together": (CUSTOMER, CLAIM)},
	)


def _return_files(doc, with_claims: bool) -> None:
	"""First the files that nobody holds, so that their claims find them again; the others follow their claims."""
	rows = frappe.get_all(  # why: the handover's own record
		ITEM,
		filters={
			"handover": doc.name,
			"reference_doctype": CUSTOMER,
			"kept": 0,
			"new_user": ("is", "not set" if with_claims else "set"),
		},
		pluck="reference_name",
		order_by="reference_name",
	)
	set_holder(rows, doc.from_user)
	if with_claims:
		for receiver in doc.receivers:
			for name in rows:
				revoke(CUSTOMER, name, receiver.user)


def _return_claims(doc) -> None:
	names = frappe.get_all(  # why: the handover's own record
		ITEM,
		filters={"handover": doc.name, "reference_doctype": CLAIM, "kept": 0},
		pluck="reference_name",
		order_by="reference_name",
	)
	if names:
		follow_claims(hand_over(names, doc.from_user))
