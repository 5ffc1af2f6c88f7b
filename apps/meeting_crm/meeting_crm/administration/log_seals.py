"""Seals on the operation log (E7): made each minute, so that a change by whoever has the database shows; the row at fault is
named. Whoever has both database and key could make all of it anew: the newest seal therefore goes into a file beside the
database, into each export and each backup's manifest."""

import json
import os
import secrets
from contextlib import contextmanager
from pathlib import Path

import frappe
from frappe.installer import update_site_config
from frappe.utils import cint, now_datetime

from meeting_crm.administration import log_chain
from meeting_crm.administration.log_chain import Checker, Finding, Seal
from meeting_crm.core.database import insert_rows
from meeting_crm.core.log import log

LOG, SEAL, REMOVAL = "Meeting Operation Log", "Meeting Log Seal", "Meeting Log Removal"
SEALED_FIELDS = (
	"name",
	"user",
	"happened_on",
	"ip_address",
	"operation",
	"reference_doctype",
	"reference_name",
	"before",
	"after",
)
ROWS_PER_SEAL = 20_000
ROWS_PER_STATEMENT = 5_000
SEALS_PER_READ = 50
KEY = "meeting_log_key"
HEAD_FILE = "meeting_log_head.json"
COLUMNS = ", ".join(f"`{field}`" for field in SEALED_FIELDS)


def get_key() -> bytes:
	"""Not in the database, and not the encryption key either: that one changes with a restore."""
	if not (key := frappe.conf.get(KEY)):
		key = secrets.token_hex(32)
		update_site_config(KEY, key)
		frappe.conf[KEY] = key
	return bytes.fromhex(key)


@contextmanager
def one_at_a_time(seconds: int = 0):
	"""Yields whether this process may seal now; another one on another machine may be at it."""
	name = f"{frappe.conf.db_name}.log_seal"
	got = bool(frappe.db.sql("select get_lock(%s, %s)", (name, seconds))[0][0])
	try:
		yield got
	finally:
		if got:
			frappe.db.sql("select release_lock(%s)", name)


def seal_pending(seconds: int = 0) -> int:
	"""Seals every row that is visible and has no seal. What another transaction still holds back comes with a later seal.
	Commits. Returns the number of rows."""
	sealed = 0
	with one_at_a_time(seconds) as may_seal:
		while may_seal and (count := _seal_next()):
			sealed += count
	return sealed


def _seal_next() -> int:
	frappe.db.commit()  # nosemgrep  why: a new snapshot, which shows what others have written since
	rows = frappe.db.sql(
		f"select {COLUMNS} from `tab{LOG}` where seal = 0 order by happened_on, name limit {ROWS_PER_SEAL} for update"
	)
	if not rows:
		frappe.db.commit()  # nosemgrep  why: gives back the locks
		return 0
	last = frappe.db.sql(f"select number, seal_hash from `tab{SEAL}` order by number desc limit 1 for update")
	number, previous = (cint(last[0][0]) + 1, last[0][1]) if last else (1, "")
	leaves = {row[0]: log_chain.get_leaf(row) for row in rows}
	root = log_chain.get_root([leaf for _name, leaf in sorted(leaves.items())]).hex()
	marks = log_chain.write_marks(leaves)
	seal_hash = log_chain.get_seal_hash(get_key(), number, previous, root, len(rows), marks)
	_insert(number, len(rows), root, previous, seal_hash, marks)
	names = list(leaves)
	for at in range(0, len(names), ROWS_PER_STATEMENT):
		frappe.db.sql(
			f"update `tab{LOG}` set seal = %(seal)s where name in %(names)s",
			{"seal": number, "names": names[at : at + ROWS_PER_STATEMENT]},
		)
	frappe.db.commit()  # nosemgrep  why: a seal holds for its rows whatever comes after
	_write_head(number, seal_hash)
	return len(rows)


def _insert(number: int, row_count: int, root: str, previous: str, seal_hash: str, marks: str) -> None:
	now = now_datetime()
	same = {
		"creation": now,
		"modified": now,
		"owner": "Administrator",
		"modified_by": "Administrator",
		"sealed_on": now,
	}
	insert_rows(
		f"tab{SEAL}",
		["name", "number", "row_count", "root", "previous", "seal_hash", "marks"],
		[(f"SEAL-{number:09d}", number, row_count, root, previous, seal_hash, marks)],
		same=same,
	)


def _write_head(number: int, seal_hash: str) -> None:
	"""Replaced whole, so that nobody reads half of it."""
	path = get_head_path()
	half = path.with_suffix(".new")
	half.write_text(json.dumps({"number": number, "hash": seal_hash}))
	os.replace(half, path)


def get_head_path() -> Path:
	return Path(frappe.get_site_path("private", HEAD_FILE))


def get_head() -> dict | None:
	"""The newest seal, to be kept outside: whoever shows it later proves what the log held."""
	row = frappe.db.get_value(SEAL, {}, ["number", "seal_hash", "sealed_on"], order_by="number desc", as_dict=True)
	return {"number": row.number, "hash": row.seal_hash, "sealed_on": str(row.sealed_on)} if row else None


# verification


def verify_and_note() -> dict:
	answer = verify()
	log(
		"Log Verified",
		LOG,
		"",
		after={"is_whole": answer["is_whole"], "rows": answer["rows"], "found": answer["found"]},
	)
	return answer


def verify() -> dict:
	"""Every row against its seal, every seal against the one before. Reads in one snapshot, writes nothing."""
	checker = Checker(get_key())
	removals = read_removals(checker)
	after = 0
	while seals := _read_seals(after):
		leaves = _read_leaves(seals[0].number, seals[-1].number)
		for seal in seals:
			removed, is_removed = removals.get(seal.number, ({}, False))
			checker.check(seal, leaves.get(seal.number, {}), removed, is_removed)
		after = seals[-1].number
	checker.findings += _find_rows_without_seal(checker)
	_check_head(checker)
	pending, oldest = frappe.db.sql(f"select count(*), min(happened_on) from `tab{LOG}` where seal = 0")[0]
	return {
		"is_whole": not checker.findings,
		"rows": checker.rows,
		"removed": checker.removed,
		"seals": frappe.db.count(SEAL),
		"pending": pending,
		"oldest_pending": str(oldest) if oldest else None,
		"findings": [vars(finding) for finding in checker.findings[:200]],
		"found": len(checker.findings),
		"head": get_head(),
	}


def _read_seals(after: int) -> list[Seal]:
	rows = frappe.db.sql(
		f"""select number, row_count, root, ifnull(previous, ''), seal_hash, marks from `tab{SEAL}`
		where number > %s order by number limit {SEALS_PER_READ}""",
		after,
	)
	return [Seal(*row) for row in rows]


def _read_leaves(first: int, last: int) -> dict[int, dict[str, bytes]]:
	leaves: dict[int, dict[str, bytes]] = {}
	for seal, *values in frappe.db.sql(
		f"select seal, {COLUMNS} from `tab{LOG}` where seal between %s and %s", (first, last)
	):
		leaves.setdefault(seal, {})[values[0]] = log_chain.get_leaf(values)
	return leaves


def _find_rows_without_seal(checker: Checker) -> list[Finding]:
	rows = frappe.db.sql(
		f"""select log.seal, log.name from `tab{LOG}` log left join `tab{SEAL}` seal on seal.number = log.seal
		where log.seal > 0 and seal.number is null order by log.seal limit 200"""
	)
	known = {finding.seal for finding in checker.findings if finding.kind == "missing seal"}
	return [Finding("missing seal", seal) for seal in sorted({seal for seal, _name in rows} - known)]


def _check_head(checker: Checker) -> None:
	path = get_head_path()
	if not path.exists():
		return
	head = json.loads(path.read_text())
	kept = frappe.db.get_value(SEAL, {"number": head["number"]}, "seal_hash")
	if kept != head["hash"] and not any(finding.seal == head["number"] for finding in checker.findings):
		checker.findings.append(Finding("missing seal", head["number"]))


def read_removals(checker: Checker | None = None) -> dict[int, tuple[dict[str, bytes], bool]]:
	"""{seal: (leaves of rows that were taken out by order, whether all of the seal's were)}"""
	removals: dict[int, tuple[dict[str, bytes], bool]] = {}
	for row in frappe.db.sql(
		f"select name, removed_by, removed_on, reason, removed_before, leaves, signature from `tab{REMOVAL}`",
		as_dict=True,
	):
		values = (row.removed_by, row.removed_on, row.reason, row.removed_before, row.leaves)
		if log_chain.get_signature(get_key(), values) != row.signature:
			if checker:
				checker.findings.append(Finding("removal", None, row.name))
			continue
		for number, given in json.loads(row.leaves).items():
			former, whole = removals.get(int(number), ({}, False))
			own = {} if given is True else {name: bytes.fromhex(leaf) for name, leaf in given.items()}
			removals[int(number)] = ({**former, **own}, whole or given is True)
	return removals
