"""The journal of claims: what happened, when, by whom and why (B13). Single and set-based paths write it alike,
in the transaction of the change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from json import dumps

import frappe
from frappe.utils import now_datetime

from meeting_crm.core.database import PICKED, insert_rows, pick
from meeting_crm.core.names import make_name_stem

FIELDS = (
	"name",
	"creation",
	"modified",
	"owner",
	"modified_by",
	"claim",
	"project",
	"enterprise",
	"holder",
	"event",
	"happened_on",
	"by_user",
	"reason",
	"details",
)

CLAIMED = "Claimed"
EXTENDED = "Extended"
SIGNED = "Signed"
SIGNATURE_CANCELLED = "Signature Cancelled"
MARKED_DEAD = "Marked Dead"
RELEASED = "Released"
EXPIRED = "Expired"
HANDED_OVER = "Handed Over"
REOPENED = "Reopened"
STATE_CHANGED = "State Changed"
REMINDED = "Reminded"
RULES_CHANGED = "Rules Changed"
HELD_FOR_PAYMENT = "Held for a Payment"
PAYMENT_REFUSED = "Payment Refused"

AUTOMATIC = (REMINDED, EXPIRED)
"""Nobody did them: the clock did, whoever was at work when it was noticed."""


@dataclass(frozen=True)
class Event:
	claim: str
	project: str
	enterprise: str
	holder: str
	event: str
	happened_on: datetime
	reason: str | None = None
	details: dict | None = None

	@classmethod
	def of(cls, claim, event: str, happened_on: datetime, reason: str | None = None, **details) -> "Event":
		return cls(
			claim.name, claim.project, claim.enterprise, claim.holder, event, happened_on, reason, details or None
		)


def record(*events: Event) -> None:
	record_many(events)


def record_many(events: Iterable[Event]) -> None:
	now, user, stem = now_datetime(), frappe.session.user, make_name_stem()
	rows = (
		(
			f"{stem}{number:05x}",
			now,
			now,
			user,
			user,
			event.claim,
			event.project,
			event.enterprise,
			event.holder,
			event.event,
			event.happened_on,
			user,
			event.reason,
			dumps(event.details, ensure_ascii=False, default=str) if event.details else None,
		)
		for number, event in enumerate(events)
	)
	insert_rows("tabMeeting Claim Event", FIELDS, rows)


def record_expired(claims: list[str]) -> None:
	"""For claims that are about to end because their protection ran out: at that second."""
	frappe.db.sql(
		f"""insert into `tabMeeting Claim Event` ({", ".join(FIELDS)})
		select concat(%(stem)s, hex(uuid_short())), %(now)s, %(now)s, %(user)s, %(user)s,
			claim.name, project, enterprise, holder, %(event)s, protected_until, %(user)s, null, null
		from {PICKED} straight_join `tabMeeting Claim` claim on claim.name = picked.name""",
		{
			"stem": make_name_stem(),
			"now": now_datetime(),
			"user": frappe.session.user,
			"event": EXPIRED,
			"picked": pick(claims),
		},
	)


def name_extended_companies() -> None:
	"""For extensions that were granted before they carried the company's name."""
	frappe.db.sql(
		"""update `tabMeeting Protection Extension` extension join `tabMeeting Claim` claim on claim.name = extension.claim
		set extension.enterprise_name = claim.enterprise_name where extension.enterprise_name is null"""
	)
