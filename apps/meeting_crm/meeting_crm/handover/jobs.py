"""Background entry point of handovers."""

import frappe

from meeting_crm.core import runs
from meeting_crm.core.transactions import attempts
from meeting_crm.handover import moves
from meeting_crm.handover import service as handovers

TRIES = 12
"""People work on the files meanwhile; a handover gives way to them and tries again."""


def run_handover(name: str, run: str) -> None:
	"""One transaction: everything of it or nothing."""
	with runs.take(handovers.HANDOVER, name, run) as runner:
		if runner:
			attempts(TRIES)(lambda: _move(runner))


def _move(runner: runs.Runner) -> None:
	frappe.db.rollback()  # why: a snapshot of before the locks would miss claims made meanwhile
	runner.hold()
	moves.run(runner.name, runner.report)
	frappe.db.commit()  # nosemgrep  why: the job's one transaction
	runs.tell(runner.doctype, runner.name, {"status": runs.DONE, "percent": 100})
