"""Many claims at once, set-based, with their journal and log: for carry-over and handover (B9, C9). The caller decides
who gets what and holds the transaction."""

from collections.abc import Sequence
from datetime import datetime

import frappe
from frappe.utils import now_datetime

from meeting_crm.claims import journal
from meeting_crm.claims.journal import Event
from meeting_crm.core.log import log_many
from meeting_crm.core.names import make_name
from meeting_crm.customers import service as customers

CHUNK = 2000
FIELDS = (
	"project",
	"project_name",
	"enterprise",
	"enterprise_name",
	"holder",
	"source",
	"claimed_on",
	"protected_from",
	"extended_days",
	"protected_until",
	"rules",
	"workflow_state",
	"phase",
	"signed_on",
	"contract",
	"payment",
	"payment_held_days",
	"payment_hold_used",
	"active_key",
)


def insert_claims(
	rows: Sequence[frappe._dict], event: str, now: datetime, source_files: dict[str, str] | None = None
) -> list[frappe._dict]:
	"""Inserts claims for rows of FIELDS. Where somebody claimed the enterprise meanwhile, the unique key leaves the row
	out: what is returned was inserted, with `name` and `customer`. Files are made or resumed with them."""
	inserted = []
	for start in range(0, len(rows), CHUNK):
		inserted += _insert_chunk(rows[start : start + CHUNK], event, now, source_files)
	return inserted


def _insert_chunk(
	rows: Sequence[frappe._dict], event: str, now: datetime, source_files: dict[str, str] | None
) -> list[frappe._dict]:
	user, stamp = frappe.session.user, now_datetime()
	for row in rows:
		row.name = make_name(20)
	frappe.db.bulk_insert(
		"Meeting Claim",
		("name", "creation", "modified", "owner", "modified_by", *FIELDS),
		[(row.name, stamp, stamp, user, user, *(row.get(field) for field in FIELDS)) for row in rows],
		ignore_duplicates=True,
	)
	won = set(frappe.db.sql_list("select name from `tabMeeting Claim` where name in %s", ([row.name for row in rows],)))
	rows = [row for row in rows if row.name in won]
	_link_files(rows, source_files)
	journal.record_many(
		Event.of(row, event, now, source=row.source, protected_until=row.protected_until) for row in rows
	)
	log_many(
		("Created", "Meeting Claim", row.name, None, {field: row.get(field) for field in FIELDS if row.get(field)})
		for row in rows
	)
	return rows


def _link_files(rows: Sequence[frappe._dict], source_files: dict[str, str] | None) -> None:
	files = customers.ensure_files([(row.enterprise, row.holder) for row in rows], source_files)
	for row in rows:
		row.customer = files[row.enterprise, row.holder]
	if not rows:
		return
	values = " union all ".join(["select %s as name, %s as customer"] * len(rows))
	frappe.db.sql(
		f"""update `tabMeeting Claim` claim join ({values}) made on made.name = claim.name
		set claim.customer = made.customer""",
		[value for row in rows for value in (row.name, row.customer)],
	)
	customers.refresh_protection([row.customer for row in rows])
