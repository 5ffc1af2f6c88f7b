"""Sentences that are put together from parts."""

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from zoneinfo import ZoneInfo

import frappe
from babel.dates import format_datetime
from frappe import _
from frappe.utils import get_datetime, get_system_timezone, now_datetime


def with_reason(sentence: str, reason: str | None, language: str | None = None) -> str:
	reason = (reason or "").strip()
	return _("{0}: {1}", language).format(sentence, reason) if reason else sentence


def join_words(words: Iterable[str], language: str | None = None) -> str:
	"""A list within a sentence, divided as the reader's language divides it."""
	return reduce(lambda listed, word: _("{0}, {1}", language).format(listed, word), words)


def join_parts(parts: Iterable[str]) -> str:
	"""Parts of a sentence that each stand alone."""
	return reduce(lambda joined, part: _("{0}; {1}").format(joined, part), parts)


def format_instant(instant: datetime | str, user: str | None = None) -> str:
	"""To the minute, as the screens say it: on the clock and in the language of `user` (of the session's, when none is named).
	Stored instants are of the site's zone."""
	moment, here = get_datetime(instant), get_system_timezone()
	zone = frappe.get_cached_value("User", user or frappe.session.user, "time_zone") or here
	if zone != here:
		moment = moment.replace(tzinfo=ZoneInfo(here)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
	language = (frappe.get_cached_value("User", user, "language") if user else None) or frappe.local.lang
	is_this_year = moment.year == now_datetime().year
	pattern = _("d MMM HH:mm", language) if is_this_year else _("d MMM yyyy HH:mm", language)
	return format_datetime(moment, pattern, locale="en")
