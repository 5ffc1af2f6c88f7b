"""C9: everything of one person to one or several others: the handover as a document, from its preview to the
signatures of its parties. What it moves, and how, stands in handover_moves.py."""

import json

import frappe
from frappe import _
from frappe.utils import escape_html, get_fullname, now_datetime

from meeting_crm.core import runs
from meeting_crm.core.log import log
from meeting_crm.core.people import get_subordinates, get_superiors, is_administrator
from meeting_crm.core.titles import get_title
from meeting_crm.customers.screens import get_left_behind
from meeting_crm.handover import receivers
from meeting_crm.handover.errors import HandoverError

HANDOVER, ITEM, CUSTOMER, CLAIM = "Meeting Handover", "Meeting Handover Item", "Meeting Customer", "Meeting Claim"

# What is still to be done moves; what is done stays with whoever did it. {DocType: (field, open states)}
ASSIGNED = {
	"Meeting Activity": ("assigned_to", "status", ("Planned",)),
	"Meeting Opportunity": ("assigned_to", "stage", ("Interest", "Proposal", "Negotiation")),
	"Meeting Quotation": ("assigned_to", "status", ("Draft", "Sent")),
	"Meeting Maintenance": ("assigned_to", "status", ("Open", "In Progress")),
}


def validate(doc) -> None:
	if doc.status != "Draft" and not doc.flags.by_service:
		frappe.throw(
			_("This handover has been carried out and stays as it is. Undo it, or make a new one."), exc=HandoverError
		)
	if doc.is_new() or doc.has_value_changed("from_user"):
		require_giver(doc.from_user)
	users = [row.user for row in doc.receivers]
	if len(set(users)) != len(users):
		frappe.throw(_("A receiver is listed twice. Name each one once."), exc=HandoverError)
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


def find_givers(text: str, start: int, length: int) -> list[tuple[str, str, str]]:
	"""Whose work the session's user may hand over (`require_giver`): disabled accounts that still hold files first."""
	people = None if is_administrator() else get_subordinates()
	left = get_left_behind(people, text, length) if not start else []
	active = frappe.get_all(  # why: names of colleagues are no secret; `people` says whose work it is
		"User",
		filters={
			"enabled": 1,
			"user_type": "System User",
			"full_name": ("like", f"%{text}%"),
			**({} if people is None else {"name": ("in", [*people, frappe.session.user])}),
		},
		fields=["name", "full_name"],
		order_by="full_name",
		limit_start=start,
		limit=length,
	)
	return [
		*((row.user, row.full_name, _("Disabled, holds {0} customers").format(row.customers)) for row in left),
		*((row.name, row.full_name, "") for row in active),
	]


def validate_deletion(doc) -> None:
	if doc.status != "Draft":
		frappe.throw(_("A handover that was carried out is a record and cannot be deleted."), exc=HandoverError)


def preview(doc) -> dict:
	"""Counts per kind and receiver, and what stands in the way."""
	files, claims = get_files(doc), get_claims(doc)
	users = [row.user for row in doc.receivers]
	shares = split(files, users)
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
	claims = get_claims(doc)
	receivers.add_missing(receivers.find_missing(claims, split(get_files(doc), [row.user for row in doc.receivers])))
	return preview(doc)


def describe(doc) -> dict:
	"""What the handover's form shows, before and after."""
	confirmations = json.loads(doc.confirmations or "{}")
	answer = {
		"status": doc.status,
		"is_stuck": doc.status in runs.ACTIVE and not runs.is_alive(doc),
		"moved": json.loads(doc.moved or "{}"),
		"parties": [
			{"user": user, "full_name": get_fullname(user), "confirmed_on": confirmations.get(user)}
			for user in get_parties(doc)
		],
		"kept": get_kept(doc.name) if doc.status == "Undone" else [],
	}
	return answer | (preview(doc) if doc.status in ("Draft", "Failed", *runs.ACTIVE) else {})


def get_files(doc) -> list[str]:
	filters = {"holder": doc.from_user}
	if selected := get_selected(doc):
		filters["name"] = ("in", selected)
	return frappe.get_all(  # why: the caller may hand over this person's work
		CUSTOMER, filters=filters, pluck="name", order_by="name"
	)


def get_selected(doc) -> list[str]:
	return [name for name in (doc.customers or "").split() if name]


def get_claims(doc) -> list[frappe._dict]:
	filters = {"holder": doc.from_user, "ended_on": ("is", "not set")}
	if selected := get_selected(doc):
		filters["customer"] = ("in", selected)
	return frappe.get_all(  # why: as above
		CLAIM, filters=filters, fields=["name", "project", "project_name", "customer", "enterprise"], order_by="name"
	)


def split(files: list[str], receivers: list[str]) -> dict[str, str]:
	"""Evenly, one after the other, so that the same files always go to the same people."""
	return {name: receivers[number % len(receivers)] for number, name in enumerate(files)} if receivers else {}


def _count_assigned(doc, doctype: str) -> int:
	return frappe.db.sql(
		f"select count(*) from {get_assigned_source(doc, doctype, 'left join')}", get_values(doc, doctype)
	)[0][0]


def start(doc) -> None:
	"""Queues the move. Refused while something stands in the way, so that nothing is half prepared."""
	runs.require_idle(doc)
	if doc.status in (runs.DONE, "Undone"):
		frappe.throw(_("This handover has been carried out already."), exc=HandoverError)
	if problems := preview(doc)["problems"]:
		frappe.throw("<br>".join(map(escape_html, problems)), title=_("Not possible yet"), exc=HandoverError)
	runs.start(doc)


def save(doc, **values) -> None:
	doc.update(values)
	doc.flags.by_service = True
	doc.save(ignore_permissions=True)  # why: the use case has decided already


def get_assigned_source(doc, doctype: str, join: str) -> str:
	field, state, _open = ASSIGNED[doctype]
	selected = "and r.customer in %(selected)s" if get_selected(doc) else ""
	return f"""`tab{doctype}` r {join} `tab{ITEM}` i
		on i.handover = %(handover)s and i.reference_doctype = '{CUSTOMER}' and i.reference_name = r.customer
		where r.{field} = %(giver)s and r.{state} in %(open)s {selected}"""


def get_values(doc, doctype: str) -> dict:
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
		save(doc, confirmations=json.dumps(confirmations))
		log("Confirmed", HANDOVER, doc.name, None, {"user": user})
	return confirmations


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
		row.title = get_title(row.reference_doctype, row.reference_name)
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
			title=_("Hand over"),
		)
