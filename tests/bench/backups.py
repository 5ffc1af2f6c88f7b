"""What a backup costs beside Frappe's own, and for how long people find the site closed while a restore switches. Fills
nothing: it measures the site it is given. Run in the bench's folder: env/bin/python tests/bench/backups.py --site SITE."""

import argparse
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "script"), str(ROOT / "tests")]


def measure_ours() -> tuple[float, int]:
	import frappe

	from keeper.work import make_backup
	from meeting_crm.administration import backups
	from meeting_crm.core import runs

	name = backups.start()
	frappe.db.commit()
	doc = frappe.get_doc(backups.DOCTYPE, name)
	start = time.perf_counter()
	with runs.take(doc.doctype, name, doc.run) as runner:
		make_backup(runner)
	took = time.perf_counter() - start
	doc.reload()
	if doc.status != "Done":
		raise SystemExit(f"The backup failed: {doc.failure}")
	return took, doc.size


def measure_frappes() -> tuple[float, int]:
	from frappe.utils.backups import new_backup

	start = time.perf_counter()
	backup = new_backup(ignore_files=False, force=True, compress=True)
	took = time.perf_counter() - start
	paths = (backup.backup_path_db, backup.backup_path_files, backup.backup_path_private_files)
	return took, sum(Path(path).stat().st_size for path in paths if path and Path(path).exists())


def measure_switch() -> dict[str, float]:
	"""Seconds from closing to opening, there and back; the second database gets the site's own dump."""
	import frappe

	from meeting_crm.administration import backups
	from support import restoring

	marks: dict[str, float] = {}
	backup = frappe.get_doc(backups.DOCTYPE, backups.get_good()[0].name)
	doc = restoring.restore(backup, step=lambda name: marks.setdefault(name, time.perf_counter()))
	if doc.status != "Done":
		raise SystemExit(f"The restore failed: {doc.failure}")
	return {
		"load": marks["loaded"] - marks["cleaned"],
		"rename": marks["renamed"] - marks["renaming"],
		"closed": marks["open"] - marks["closed"],
	}


def main(arguments: list[str] | None = None) -> dict[str, float]:
	parser = argparse.ArgumentParser(description=__doc__)
	parser.add_argument("--site", required=True)
	parser.add_argument("--rounds", type=int, default=3, help="each way so often, in turn; the best counts")
	options = parser.parse_args(arguments)

	import frappe

	if not getattr(frappe.local, "site", None):
		os.chdir(Path(os.environ.get("FRAPPE_BENCH_ROOT", ROOT)) / "sites")
		frappe.init(site=options.site)
		frappe.connect()
	rows = frappe.db.sql("select sum(table_rows) from information_schema.tables where table_schema = database()")[0][0]
	ours, theirs = zip(*[(measure_ours(), measure_frappes()) for _round in range(options.rounds)], strict=True)
	(our_time, our_size), (their_time, their_size) = min(ours), min(theirs)
	switch = measure_switch()
	print(f"\n{int(rows or 0):,} rows, {options.rounds} rounds in turn, the best of each\n")
	print(f"{'':28}{'seconds':>10}{'MB':>10}")
	print(f"{'Meeting Backup, reread':28}{our_time:>10.1f}{our_size / 1e6:>10.2f}")
	print(f"{'Frappe, with files':28}{their_time:>10.1f}{their_size / 1e6:>10.2f}")
	print(f"\nrestore: load {switch['load']:.1f} s, rename {switch['rename']:.2f} s, closed {switch['closed']:.2f} s")
	return {"time": our_time / their_time, "size": our_size / their_size, **switch}


if __name__ == "__main__":
	main()
