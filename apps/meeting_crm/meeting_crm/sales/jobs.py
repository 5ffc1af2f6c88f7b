"""What the scheduler runs for sales. Each batch is one transaction; a killed run is taken up by the next."""

import frappe

from meeting_crm.sales import reminders, series

BATCH = 200


def send_reminders() -> None:
	while reminders.send_due(limit=BATCH):
		frappe.db.commit()  # nosemgrep  why: a batch is complete by itself


def extend_series() -> None:
	while series.extend_due(limit=20):
		frappe.db.commit()  # nosemgrep  why: a batch is complete by itself
