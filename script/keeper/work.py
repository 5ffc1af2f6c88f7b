"""What waits on a site, taken up and done."""

import frappe

from keeper import programs
from meeting_crm.administration import backups
from meeting_crm.core import runs


def work_for(site: str) -> None:
	backups.get_keeper_file().touch()
	for name, run in find_queued(backups.DOCTYPE):
		with runs.take(backups.DOCTYPE, name, run) as runner:
			if runner:
				backups.make(runner, programs.dump_database)


def find_queued(doctype: str) -> list[tuple[str, str]]:
	rows = frappe.get_all(doctype, filters={"status": runs.QUEUED}, fields=["name", "run"], order_by="creation")
	return [(row.name, row.run) for row in rows]
