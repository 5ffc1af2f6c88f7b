"""Background entry points of the customers room."""

from html import unescape

import frappe
from frappe.utils import strip_html

from meeting_crm.claims.retry import retried_on_conflict
from meeting_crm.customers import handover as handovers
from meeting_crm.customers import handover_moves, sharing


def run_handover(handover: str, user: str) -> None:
	"""One transaction: everything of it or nothing. A failure is written down where the user looks."""

	def report(percent: int, step: str) -> None:
		frappe.publish_realtime(
			"meeting_handover_progress", {"handover": handover, "percent": percent, "step": step}, user=user
		)

	@retried_on_conflict
	def run() -> None:
		frappe.db.rollback()  # why: a snapshot of before the locks would miss claims made meanwhile
		handover_moves.run(handover, report)
		frappe.db.commit()  # why: the job's one transaction

	frappe.set_user(user)
	frappe.set_user_lang(user)
	try:
		run()
	except Exception as error:
		frappe.db.rollback()
		frappe.log_error(title=f"Handover {handover}", reference_doctype=handovers.HANDOVER, reference_name=handover)
		failure = unescape(strip_html(str(error).replace("<br>", "\n")))[:500]
		frappe.db.set_value(handovers.HANDOVER, handover, {"status": "Failed", "failure": failure})
		frappe.db.commit()  # why: the failure is told, nothing has moved
		report(100, "Failed")
		raise


def end_expired_shares() -> None:
	"""Each reader compares with the clock; this only tidies up for people who do not come back."""
	sharing.end_expired_shares()
