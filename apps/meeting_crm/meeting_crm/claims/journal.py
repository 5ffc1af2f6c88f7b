"""The journal of claims: what happened, when, by whom and why (B13). Single and set-based paths write it alike,
in the transaction of the change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from json import dumps
from time import time_ns

import frappe
from frappe.utils import now_datetime

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
	"""Names grow with time, so that a hundred thousand rows go to the end of their index and not all over it."""
	now, user = now_datetime(), frappe.session.user
	series, numbers = f"{time_ns():x}{frappe.generate_hash(length=6)}", count()
	values = [
		(
			f"{series}{next(numbers):05x}",
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
		for event in events
	]
	if values:
		frappe.db.bulk_insert("Meeting Claim Event", FIELDS, values)
