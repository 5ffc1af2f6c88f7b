"""When each customer was last talked to, for the lists."""

import frappe


def execute() -> None:
	frappe.db.sql(
		"""update `tabMeeting Customer` file join (
			select customer, max(starts_on) as last_on from `tabMeeting Activity` where status = 'Done' group by customer
		) activity on activity.customer = file.name set file.last_activity_on = activity.last_on"""
	)
