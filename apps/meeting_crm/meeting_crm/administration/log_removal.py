"""Old rows leave the operation log by order of a system administrator (E7): into an archive, and with a record that lets the
seals of what stays, and of what went, still be verified."""

import gzip
import json
from datetime import datetime
from pathlib import Path

import frappe
from frappe import _
from frappe.utils import add_days, cint, get_datetime, now_datetime

from meeting_crm.administration import log_chain, log_seals
from meeting_crm.administration.log_seals import COLUMNS, LOG, REMOVAL, ROWS_PER_STATEMENT, SEALED_FIELDS
from meeting_crm.administration.passwords import require_own_password, require_system_administrator
from meeting_crm.core.log import log

KEEP_DAYS = 180
"""The law on network security asks for six months at least."""
ROWS_PER_READ = 10_000


def get_keep_days() -> int:
	return max(cint(frappe.conf.get("meeting_log_keep_days")), KEEP_DAYS)


def remove_log(before: str | datetime, reason: str, password: str) -> dict:
	"""Archives and removes what happened before `before`."""
	require_system_administrator()
	require_own_password(password)
	reason, until = (reason or "").strip(), get_datetime(before)
	if not reason:
		frappe.throw(_("Say why these rows are removed: the reason stays in the record of the removal."))
	newest = add_days(now_datetime(), -get_keep_days())
	if until > newest:
		frappe.throw(
			_("The operation log is kept for {0} days. Choose a day before {1}.").format(
				get_keep_days(), frappe.format(newest.date(), "Date")
			)
		)
	log_seals.seal_pending(seconds=10)
	with log_seals.one_at_a_time(10) as may_remove:
		if not may_remove:
			frappe.throw(_("The log is being sealed. Try again in a minute."))
		return _remove(until, reason)


def _remove(until: datetime, reason: str) -> dict:
	name = frappe.generate_hash(length=10)
	archive = _get_archive_path(name)
	leaves, count = _archive(until, archive)
	if not count:
		archive.unlink()
		frappe.throw(_("Nothing happened before this day that is still in the log."))
	doc = frappe.get_doc(
		{
			"doctype": REMOVAL,
			"removed_by": frappe.session.user,
			"removed_on": now_datetime().replace(microsecond=0),
			"reason": reason,
			"removed_before": until,
			"row_count": count,
			"leaves": json.dumps(_shorten(leaves)),
		}
	)
	doc.name = name
	doc.flags.by_service = True
	values = (doc.removed_by, doc.removed_on, doc.reason, doc.removed_before, doc.leaves)
	doc.signature = log_chain.get_signature(log_seals.get_key(), values)
	doc.insert(ignore_permissions=True, set_name=name)  # why: nobody has the right to write such a record by hand
	doc.db_set("archive", _make_file(doc, archive), update_modified=False)
	removed = [row for rows in leaves.values() for row in rows]
	for at in range(0, len(removed), ROWS_PER_STATEMENT):
		frappe.db.sql(f"delete from `tab{LOG}` where name in %s", [removed[at : at + ROWS_PER_STATEMENT]])
	log("Log Removed", REMOVAL, name, after={"before": str(until), "rows": count, "reason": reason})
	return {"removal": name, "rows": count, "archive": doc.archive}


def _get_archive_path(name: str) -> Path:
	return Path(frappe.get_site_path("private", "files", f"operation-log-{name}.jsonl.gz"))


def _archive(until: datetime, path: Path) -> tuple[dict[int, dict[str, bytes]], int]:
	"""Writes the rows with their seals; returns their leaves by seal."""
	leaves: dict[int, dict[str, bytes]] = {}
	count, last = 0, ""
	with gzip.open(path, "wt", encoding="utf-8", compresslevel=6) as file:
		while rows := frappe.db.sql(
			f"""select seal, {COLUMNS} from `tab{LOG}` where happened_on < %s and seal > 0 and name > %s
			order by name limit {ROWS_PER_READ} for update""",
			(until, last),
		):
			for seal, *values in rows:
				leaves.setdefault(seal, {})[values[0]] = log_chain.get_leaf(values)
				row = {"seal": seal, **dict(zip(SEALED_FIELDS, values, strict=True))}
				file.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
			count, last = count + len(rows), rows[-1][1]
	return leaves, count


def _shorten(leaves: dict[int, dict[str, bytes]]) -> dict[str, object]:
	"""Of a seal that loses all its rows nothing needs to be kept but its number: its own record has the root."""
	counts = (
		dict(frappe.db.sql(f"select seal, count(*) from `tab{LOG}` where seal in %s group by seal", [list(leaves)]))
		if leaves
		else {}
	)
	earlier = log_seals.read_removals()
	return {
		str(seal): True
		if len(rows) == counts[seal] and seal not in earlier
		else {name: leaf.hex() for name, leaf in rows.items()}
		for seal, rows in sorted(leaves.items())
	}


def _make_file(doc, path: Path) -> str:
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": path.name,
			"file_url": f"/private/files/{path.name}",
			"is_private": 1,
			"attached_to_doctype": REMOVAL,
			"attached_to_name": doc.name,
			"attached_to_field": "archive",
		}
	).insert(ignore_permissions=True)  # why: the archive belongs to the record, whose readers may fetch it
	return file.file_url


def refuse_by_hand(doc) -> None:
	if not doc.flags.by_service:
		frappe.throw(_("Records of removals are written by the system and stay as they are."))
