"""C9: everything of one person to one or several others.

A handover is planned as rows of Meeting Handover Item (record, field, old and new person), then carried out
with one UPDATE a kind, all in the transaction of one background job: killed at any instant it has moved
everything or nothing, and can be started again. The rows stay as the record, and undoing follows them back.
"""

import json
from collections.abc import Callable
from datetime import datetime

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import add_days, escape_html, get_datetime, get_fullname, now_datetime
from frappe.utils.background_jobs import get_job

from meeting_crm.administration.notifications import get_language, notify
from meeting_crm.administration.service import get_subordinates, get_superiors, is_administrator, log, log_many
from meeting_crm.customers import receivers
from meeting_crm.customers.errors import HandoverError
from meeting_crm.database import insert_rows, is_locked

HANDOVER, ITEM, CUSTOMER, CLAIM = "Meeting Handover", "Meeting Handover Item", "Meeting Customer", "Meeting Claim"
DEFAULT_UNDO_DAYS = 7
STARTING_SECONDS = 5

# What is still to be done moves; what is done stays with whoever did it. {DocType: (field, open states)}
ASSIGNED = {
	"Meeting Activity": ("assigned_to", "status", ("Planned",)),
	"Meeting Opportunity": ("assigned_to", "stage", ("Interest", "Proposal", "Negotiation")),
	"Meeting Quotation": ("assigned_to", "status", ("Draft", "Sent")),
	"Meeting Maintenance": ("assigned_to", "status", ("Open", "In Progress")),
}
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


def validate(doc) -> None:
	if doc.status != "Draft" and not doc.flags.by_service:
		frappe.throw(
			_("This handover has been carried out and stays as it is. Undo it, or make a new one."), exc=HandoverError
		)
	if doc.is_new() or doc.has_value_changed("from_user"):
		require_giver(doc.from_user)
	users = [row.user for row in doc.receivers]
	if len(set(users)) != len(users):
		frappe.throw(_("A receiver stands twice. Name each one once."), exc=HandoverError)
	if doc.from_user in users:
		frappe.throw(_("Nobody hands over to themselves. Choose another receiver."), exc=HandoverError)
	for user in users:
		if not frappe.db.get_value("User", {"name": user, "user_type": "System User"}, "enabled"):
			frappe.throw(
				_("{0} is no active user. Choose a colleague from the list.").format(escape_html(user)),
				exc=HandoverError,
			)


def require_giver(user: str) -> None:
	"""Who may hand over the work of `user`: they themselves, those above them, administrators."""
	if user == frappe.session.user or is_administrator() or user in get_subordinates():
		return
	frappe.throw(
		_("You may hand over your own work and that of your people. Ask an administrator for others."),
		frappe.PermissionError,
	)


def validate_deletion(doc) -> None:
	if doc.status != "Draft":
		frappe.throw(_("A handover that was carried out is a record and cannot be deleted."), exc=HandoverError)


def preview(doc) -> dict:
	"""Counts per kind and receiver, and what stands in the way."""
	files, claims = _get_files(doc), _get_claims(doc)
	users = [row.user for row in doc.receivers]
	shares = _split(files, users)
	per_receiver = dict.fromkeys(users, 0)
	for user in shares.values():
		per_receiver[user] += 1
	missing = receivers.find_missing(claims, shares)
	return {
		"counts": {
			CUSTOMER: len(files),
			CLAIM: len(claims),
			**{doctype: _count_assigned(doc, doctype) for doctype in ASSIGNED},
		},
		"receivers": [
			{"user": user, "full_name": get_fullname(user), "customers": count} for user, count in per_receiver.items()
		],
		"problems": receivers.describe(missing),
		"may_add_members": bool(missing) and is_administrator(),
	}


def add_members(doc) -> dict:
	"""The way out when receivers are no members of the projects whose protections they would get."""
	claims = _get_claims(doc)
	receivers.add_missing(receivers.find_missing(claims, _split(_get_files(doc), [row.user for row in doc.receivers])))
	return preview(doc)


def describe(doc) -> dict:
	"""What the handover's form shows, before and after."""
	confirmations = json.loads(doc.confirmations or "{}")
	answer = {
		"status": doc.status,
		"is_stuck": doc.status == "Running" and not is_running(doc),
		"moved": json.loads(doc.moved or "{}"),
		"parties": [
			{"user": user, "full_name": get_fullname(user), "confirmed_on": confirmations.get(user)}
			for user in get_parties(doc)
		],
		"kept": get_kept(doc.name) if doc.status == "Undone" else [],
	}
	return answer | (preview(doc) if doc.status in ("Draft", "Failed", "Running") else {})


def _get_files(doc) -> list[str]:
	filters = {"holder": doc.from_user}
	if selected := get_selected(doc):
		filters["name"] = ("in", selected)
	return frappe.get_all(  # why: the caller may hand over this person's work
		CUSTOMER, filters=filters, pluck="name", order_by="name"
	)


def get_selected(doc) -> list[str]:
	return [name for name in (doc.customers or "").split() if name]


def _get_claims(doc) -> list[frappe._dict]:
	filters = {"holder": doc.from_user, "ended_on": ("is", "not set")}
	if selected := get_selected(doc):
		filters["customer"] = ("in", selected)
	return frappe.get_all(  # why: as above
		CLAIM, filters=filters, fields=["name", "project", "project_name", "customer", "enterprise"], order_by="name"
	)


def _split(files: list[str], receivers: list[str]) -> dict[str, str]:
	"""Evenly, one after the other, so that the same files always go to the same people."""
	return {name: receivers[number % len(receivers)] for number, name in enumerate(files)} if receivers else {}


def _count_assigned(doc, doctype: str) -> int:
	return frappe.db.sql(f"select count(*) from {_assigned_source(doc, doctype, 'left join')}", _values(doc, doctype))[
		0
	][0]


def start(doc) -> None:
	"""Queues the move. Refused while something stands in the way, so that nothing is half prepared."""
	if doc.status not in ("Draft", "Failed", "Running"):
		frappe.throw(_("This handover has been carried out already."), exc=HandoverError)
	if doc.status == "Running" and is_running(doc):
		frappe.throw(_("This handover is running. Wait until it is done."), exc=HandoverError)
	if problems := preview(doc)["problems"]:
		frappe.throw("<br>".join(map(escape_html, problems)), title=_("Not possible yet"), exc=HandoverError)
	_save(doc, status="Running", started_on=now_datetime(), failure=None)
	frappe.enqueue(
		"meeting_crm.customers.jobs.run_handover",
		queue="long",
		timeout=3600,
		job_id=get_job_id(doc),
		enqueue_after_commit=True,
		handover=doc.name,
		user=frappe.session.user,
	)


def get_job_id(doc) -> str:
	"""Each start has a job of its own: what is left of a killed one does not stand in the way."""
	return f"meeting-handover-{doc.name}-{get_datetime(doc.started_on):%Y%m%d%H%M%S%f}"


def is_running(doc) -> bool:
	"""The job waits, begins, or holds its handover's row. The queue alone does not know: of a worker that was killed it
	says for an hour that it works. Starting twice does no harm, the second one finds everything done."""
	job = get_job(get_job_id(doc))
	if not job or not (job.is_queued or job.is_started):
		return False
	if job.is_queued or (datetime.utcnow() - job.started_at).total_seconds() < STARTING_SECONDS:
		return True
	return is_locked(HANDOVER, doc.name)


def _save(doc, **values) -> None:
	doc.update(values)
	doc.flags.by_service = True
	doc.save(ignore_permissions=True)  # why: the use case has decided already


def run(handover: str, report: Callable[[int, str], None] = lambda percent, step: None) -> dict:
	"""Moves everything, in the caller's one transaction. Running it again after it is done changes nothing."""
	_lock_files(handover)
	doc = frappe.get_doc(HANDOVER, handover, for_update=True)
	if doc.status == "Done":
		return json.loads(doc.moved or "{}")
	report(5, _("Planning"))
	claims = _get_claims(doc)
	shares = _split(_get_files(doc), [row.user for row in doc.receivers])
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
				frappe.generate_hash(length=10),
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
	from meeting_crm.claims.handing_over import hand_over

	by_receiver: dict[str, dict[str, str]] = {}
	for claim in claims:
		if claim.customer in shares:
			by_receiver.setdefault(shares[claim.customer], {})[claim.name] = claim.customer
	for receiver, files in sorted(by_receiver.items()):
		given = hand_over(sorted(files), receiver)
		_insert_items(doc, CLAIM, [(new, receiver, files[old]) for old, new in given.items()])


def _move_files(doc, shares: dict[str, str]) -> None:
	"""Files without a claim move here; the others have moved with theirs. A file that nobody holds now has its
	claim on the receiver's own file, so the receiver gets it to read."""
	from meeting_crm.customers.service import set_holder
	from meeting_crm.customers.sharing import share

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
		from {_assigned_source(doc, doctype, "left join")}""",
		_values(doc, doctype),
	)


def _assigned_source(doc, doctype: str, join: str) -> str:
	field, state, _open = ASSIGNED[doctype]
	selected = "and r.customer in %(selected)s" if get_selected(doc) else ""
	return f"""`tab{doctype}` r {join} `tab{ITEM}` i
		on i.handover = %(handover)s and i.reference_doctype = '{CUSTOMER}' and i.reference_name = r.customer
		where r.{field} = %(giver)s and r.{state} in %(open)s {selected}"""


def _values(doc, doctype: str) -> dict:
	return {
		"handover": doc.name,
		"doctype": doctype,
		"now": now_datetime(),
		"user": frappe.session.user,
		"giver": doc.from_user,
		"open": ASSIGNED[doctype][2],
		"selected": get_selected(doc) or None,
		"count": len(doc.receivers),
		**{f"receiver_{number}": row.user for number, row in enumerate(doc.receivers)},
	}


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
	_save(
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


def get_parties(doc) -> list[str]:
	"""Who signs the record: the giver, the receivers and the giver's managers."""
	parties = [doc.from_user, *(row.user for row in doc.receivers), *get_superiors(doc.from_user)]
	return [user for user in dict.fromkeys(parties) if frappe.db.get_value("User", user, "enabled")]


def confirm(doc) -> dict:
	"""A party signs the record: who and when, also in the operation log."""
	user = frappe.session.user
	if doc.status != "Done" or user not in get_parties(doc):
		frappe.throw(
			_("Only the giver, the receivers and the giver's managers confirm a handover, after it is done."),
			exc=HandoverError,
		)
	confirmations = json.loads(doc.confirmations or "{}")
	if user not in confirmations:
		confirmations[user] = str(now_datetime())
		_save(doc, confirmations=json.dumps(confirmations))
		log("Confirmed", HANDOVER, doc.name, None, {"user": user})
	return confirmations


def undo(doc) -> dict:
	"""Gives everything back that is still as the handover left it; the rest is marked and stays. Returns the
	numbers {"returned": {DocType: n}, "kept": n}."""
	from meeting_crm.customers.service import lock_files

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
	_save(doc, status="Undone", undone_on=now_datetime(), undone_by=frappe.session.user)
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
	from meeting_crm.customers.service import set_holder
	from meeting_crm.customers.sharing import revoke

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
	from meeting_crm.claims.handing_over import hand_over

	names = frappe.get_all(  # why: the handover's own record
		ITEM,
		filters={"handover": doc.name, "reference_doctype": CLAIM, "kept": 0},
		pluck="reference_name",
		order_by="reference_name",
	)
	if names:
		hand_over(names, doc.from_user)


def get_kept(handover: str) -> list[dict]:
	"""What undoing left because it was changed meanwhile, by its title."""
	rows = frappe.get_all(  # why: shown to those who see the handover
		ITEM,
		filters={"handover": handover, "kept": 1},
		fields=["reference_doctype", "reference_name", "new_user"],
		order_by="reference_doctype, reference_name",
		limit=500,
	)
	for row in rows:
		title_field = frappe.get_meta(row.reference_doctype).get_title_field()
		row.title = frappe.db.get_value(row.reference_doctype, row.reference_name, title_field) or row.reference_name
	return rows


def offer_handover(doc, method: str | None = None) -> None:
	"""Disabling a user offers to hand over what they hold."""
	if not (doc.has_value_changed("enabled") and not doc.enabled and not doc.is_new()):
		return
	count = frappe.db.count(CUSTOMER, {"holder": doc.name})
	if count:
		frappe.msgprint(
			_("{0} still holds {1} customers. {2}").format(
				escape_html(doc.full_name or doc.name),
				count,
				f"<a href='/app/meeting-handover/new?from_user={frappe.utils.quote(doc.name)}'>{_('Hand them over')}</a>",
			),
			title=_("Hand Over"),
		)
