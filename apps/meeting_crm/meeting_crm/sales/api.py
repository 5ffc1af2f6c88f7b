"""Sales over REST and from the desk: activities, the calendar and its feed, quotations."""

from datetime import date

import frappe
from frappe import _
from frappe.rate_limiter import rate_limit

from meeting_crm.customers.permissions import require_read, require_write
from meeting_crm.sales import feed, series, service

ANSWERS = ("Accepted", "Rejected")


@frappe.whitelist(methods=["POST"])
def record_activity(
	customer: str,
	subject: str,
	activity_type: str = "Call",
	status: str = "Done",
	starts_on: str | date | None = None,
	ends_on: str | date | None = None,
	result: str | None = None,
	project: str | None = None,
	contact: str | None = None,
	assigned_to: str | None = None,
	attachments: str | list[str] | None = None,
	remind_before: str | None = None,
	next: str | dict | None = None,
	opportunity: str | None = None,
	outcome: str | None = None,
) -> dict:
	"""C5: records an activity of `customer` and, with `next` (subject, starts_on, activity_type, ends_on,
	remind_before, assigned_to, contact, opportunity, project), plans the following one in the same step. What is done
	(the status unless told) has happened: `starts_on` is now or in the past. Returns activity and next_activity."""
	require_write(customer)
	values = {
		"customer": customer,
		"subject": subject,
		"activity_type": activity_type,
		"status": status,
		"starts_on": starts_on,
		"ends_on": ends_on,
		"result": result,
		"project": project,
		"contact": contact,
		"assigned_to": assigned_to,
		"remind_before": remind_before,
		"opportunity": opportunity,
		"outcome": outcome,
	}
	return service.record_activity(values, frappe.parse_json(next), frappe.parse_json(attachments))


@frappe.whitelist(methods=["POST"])
def finish_activity(
	activity: str,
	result: str | None = None,
	next: str | dict | None = None,
	outcome: str | None = None,
	starts_on: str | date | None = None,
	contact: str | None = None,
	opportunity: str | None = None,
) -> dict:
	"""Marks a planned activity as done and plans the `next` one (as in record_activity). `starts_on` is when it really
	happened; without it, the planned time stays unless it has not come yet."""
	document = _get_writable("Meeting Activity", activity)
	values = {
		"result": result,
		"outcome": outcome,
		"starts_on": starts_on,
		"contact": contact,
		"opportunity": opportunity,
	}
	return service.finish_activity(document, values, frappe.parse_json(next))


@frappe.whitelist()
def get_activity_choices(customer: str) -> dict:
	"""What an activity of `customer` can name: contacts, open opportunities, and the outcomes that administrators offer."""
	require_read(customer)
	return service.get_choices(customer)


@frappe.whitelist(methods=["POST"])
def stop_repeating(activity: str) -> int:
	"""Ends a series after `activity`. Answers how many planned ones were taken off the calendar."""
	return series.stop(_get_writable("Meeting Activity", activity))


@frappe.whitelist()
def get_due_activities(days: int = 0, limit: int = 20) -> list[dict]:
	"""The session user's planned activities until the end of today plus `days`, overdue ones first."""
	frappe.has_permission("Meeting Activity", "read", throw=True)
	return service.get_due_activities(frappe.session.user, days, min(limit, 200))


@frappe.whitelist()
def get_events(
	doctype: str,
	start: str | date,
	end: str | date,
	field_map: str | dict | None = None,
	filters: str | list | None = None,
	fields: str | list | None = None,
) -> list[dict]:
	"""The calendar view's activities between `start` and `end`; the arguments are Frappe's."""
	frappe.has_permission("Meeting Activity", "read", throw=True)
	return service.get_events(start, end, frappe.parse_json(filters))


@frappe.whitelist(methods=["POST"])
def move_activity(args: str | dict, field_map: str | dict | None = None) -> None:
	"""Dragged or stretched on the calendar. `args` holds name, starts_on and ends_on."""
	args = frappe.parse_json(args)
	activity = _get_writable("Meeting Activity", args.get("name") or "")
	service.move_activity(activity, args.get("starts_on"), args.get("ends_on"))


@frappe.whitelist()
def get_calendar_link() -> str | None:
	"""The session user's private calendar link, or nothing when there is none."""
	frappe.has_permission("Meeting Activity", "read", throw=True)
	return feed.get_link(frappe.session.user)


@frappe.whitelist(methods=["POST"])
def make_calendar_link() -> str:
	"""Makes the session user's private calendar link, or a new one in place of the old."""
	frappe.has_permission("Meeting Activity", "read", throw=True)
	return feed.make_link(frappe.session.user)


@frappe.whitelist(methods=["POST"])
def revoke_calendar_link() -> bool:
	"""The session user's link stops working at once."""
	frappe.has_permission("Meeting Activity", "read", throw=True)
	return feed.revoke_link(frappe.session.user)


@frappe.whitelist(allow_guest=True, methods=["GET"])
@rate_limit(limit=120, seconds=60)
def calendar_feed(token: str) -> None:
	"""The iCalendar feed behind a private link, for calendar programs. The token is the permission."""
	content = feed.get_calendar(token)
	frappe.local.response.update(
		{
			"type": "download",
			"filename": "meeting-crm.ics",
			"filecontent": content,
			"content_type": "text/calendar; charset=utf-8",
			"display_content_as": "inline",
		}
	)


@frappe.whitelist(methods=["POST"])
def answer_quotation(quotation: str, answer: str, note: str | None = None) -> str:
	"""What the customer said to a quotation that was sent: Accepted or Rejected. Answers the status."""
	document = _get_writable("Meeting Quotation", quotation)
	if answer not in ANSWERS:
		frappe.throw(_("The answer is Accepted or Rejected, not {0}.").format(frappe.utils.escape_html(answer)))
	service.answer_quotation(document, answer, note)
	return document.status


def _get_writable(doctype: str, name: str):
	document = frappe.get_doc(doctype, name)
	document.check_permission("write")
	return document
