"""A person's activities as an iCalendar feed behind a private link (C5)."""

import hashlib
import secrets
from datetime import timedelta, timezone
from zoneinfo import ZoneInfo

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import get_datetime, get_system_timezone, get_url, get_url_to_form, now_datetime
from icalendar import Calendar, Event

from meeting_crm.core import log
from meeting_crm.core.visibility import visible_rows
from meeting_crm.sales.errors import FeedNotFoundError
from meeting_crm.sales.permissions import activity_condition

ACTIVITY = "Meeting Activity"
FEED = "Meeting Calendar Feed"
PATH = "/api/method/meeting_crm.sales.api.calendar_feed"
PAST, FUTURE = timedelta(days=90), timedelta(days=366)
MAX_EVENTS = 2000
FIELDS = (
	"name",
	"subject",
	"customer_name",
	"activity_type",
	"status",
	"result",
	"starts_on",
	"ends_on",
	"modified",
	"creation",
)
STATUS = {"Planned": "CONFIRMED", "Done": "CONFIRMED", "Cancelled": "CANCELLED"}


def get_link(user: str) -> str | None:
	if not frappe.db.exists(FEED, user):
		return None
	return _get_url(frappe.get_doc(FEED, user).get_password("token"))


def make_link(user: str) -> str:
	"""A new link; an earlier one stops working at once. Only a digest is searched for, the token itself
	lies encrypted with the site's key."""
	revoke_link(user)
	token = secrets.token_urlsafe(32)
	feed = frappe.get_doc({"doctype": FEED, "user": user, "token": token, "token_key": _get_key(token)})
	feed.insert(
		ignore_permissions=True
	)  # why: everyone may have one of their own, the caller passes the session's user
	log.log("Calendar Link Made", "User", user)
	return _get_url(token)


def follow_renamed_user(doc, method: str, old: str, new: str, merge: bool = False) -> None:
	"""The feed stands under its owner's name: under the old one nobody could revoke it."""
	if frappe.db.exists(FEED, old):
		frappe.rename_doc(FEED, old, new, merge=merge, force=True, show_alert=False)


def revoke_link(user: str) -> bool:
	if not frappe.db.exists(FEED, user):
		return False
	frappe.delete_doc(FEED, user, ignore_permissions=True)  # why: their own link
	log.log("Calendar Link Revoked", "User", user)
	return True


def get_calendar(token: str) -> bytes:
	"""The feed of whoever the link belongs to, with what that person may read at this moment."""
	user = frappe.db.get_value(FEED, {"token_key": _get_key(token)}, "user")
	if not user or not frappe.db.get_value("User", user, "enabled"):
		frappe.throw(
			_("This calendar link is not valid any more. Open Meeting CRM and copy the new link."),
			title=_("Link not valid"),
			exc=FeedNotFoundError,
		)
	frappe.db.set_value(FEED, user, "last_read_on", now_datetime(), update_modified=False)
	return _build(user).to_ical()


def _build(user: str) -> Calendar:
	language = frappe.get_cached_value("User", user, "language")
	calendar = Calendar()
	calendar.add("prodid", "-//Meeting CRM//Activities//EN")
	calendar.add("version", "2.0")
	calendar.add("method", "PUBLISH")
	calendar.add("x-wr-calname", _("Meeting CRM activities", language))
	zone = ZoneInfo(get_system_timezone())
	for row in _get_rows(user):
		calendar.add_component(_make_event(row, zone, language))
	return calendar


def _get_rows(user: str) -> list:
	"""The list's own rule, for the owner of the link: calendar programs come without a session."""
	now, table = now_datetime(), DocType(ACTIVITY)
	return (
		frappe.qb.from_(table)
		.where((table.assigned_to == user) & table.starts_on[now - PAST : now + FUTURE])
		.where(visible_rows(activity_condition(user)))
		.orderby(table.starts_on)
		.limit(MAX_EVENTS)
		.select(*(table[field] for field in FIELDS))
		.run(as_dict=True)
	)


def _make_event(row, zone: ZoneInfo, language: str | None) -> Event:
	event = Event()
	event.add("uid", f"{row.name}@{frappe.local.site}")
	event.add("dtstamp", _to_utc(row.modified, zone))
	event.add("last-modified", _to_utc(row.modified, zone))
	event.add("created", _to_utc(row.creation, zone))
	event.add("dtstart", _to_utc(row.starts_on, zone))
	event.add("dtend", _to_utc(row.ends_on, zone))
	done = "✓ " if row.status == "Done" else ""
	event.add("summary", f"{done}{row.subject} · {row.customer_name}")
	event.add("description", "\n".join(filter(None, [_(row.activity_type, language), row.result])))
	event.add("categories", [_(row.activity_type, language)])
	event.add("status", STATUS[row.status])
	event.add("url", get_url_to_form(ACTIVITY, row.name))
	return event


def _to_utc(value, zone: ZoneInfo):
	return get_datetime(value).replace(tzinfo=zone, microsecond=0).astimezone(timezone.utc)


def _get_key(token: str) -> str:
	return hashlib.sha256(token.encode()).hexdigest()


def _get_url(token: str) -> str:
	return get_url(f"{PATH}?token={token}")
