"""Background entry point of handovers."""

from html import unescape

import frappe
from frappe.utils import strip_html

from meeting_crm.core.transactions import retried_on_conflict
from meeting_crm.handover import moves
from meeting_crm.handover import service as handovers


def run_handover(handover: str, user: str) -> None:
	"""One transaction: everything of it or nothing. A failure is written down where the user looks."""

	def report(percent: int, step: str) -> None:
		frappe.publish_realtime(
			"meeting_handover_progress", {"handover": handover, "percent": percent, "step": step}, user=user
		)

	@retried_on_conflict
	def run() -> None:
		frappe.db.rollback()  # why: a snapshot of before the locks would miss claims made meanwhile
		moves.run(handover, report)
		frappe.db.commit()  # nosemgrep  why: the job's one transaction

	frappe.set_user(user)
	frappe.set_user_lang(user)
	try:
		run()
	except Exception as error:
		frappe.db.rollback()
		frappe.log_error(title=f"Handover {handover}", reference_doctype=handovers.HANDOVER, reference_name=handover)
		failure = unescape(strip_html(str(error).replace("<br>", "\n")))[:500]
		frappe.db.set_value(handovers.HANDOVER, handover, {"status": "Failed", "failure": failure})
		frappe.db.commit()  # nosemgrep  why: the failure is told, nothing has moved
		report(100, "Failed")
		raise
