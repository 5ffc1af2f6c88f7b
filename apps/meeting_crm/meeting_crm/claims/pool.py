"""The pool (B8): every enterprise nobody holds in a project at this second. It is no table, so it cannot go stale; it
reads the names of enterprises beside the claims, because joining two answers in Python ends at some thousands."""

import re
from datetime import datetime

import frappe
from frappe.utils import cint, now_datetime

from meeting_crm.claims import rules
from meeting_crm.enterprises.rules import normalise_name

MAX_PAGE_LENGTH = 500
HELD = """left join `tabMeeting Claim` claim
	on claim.active_key = concat(%(project)s, ':', enterprise.name)
	and (claim.phase = 'Signed' or claim.protected_until > %(now)s)"""


def get_pool(
	project: str,
	text: str | None = None,
	start: int = 0,
	page_length: int = 20,
	segment: str | None = None,
	region: str | None = None,
	now: datetime | None = None,
) -> list[dict]:
	"""Rows of enterprise, enterprise_name, region, in the order of names; fewer than `page_length` means the end. The inner
	query asks only for what its index holds, so that a rare word among a million names is found in the index alone."""
	condition, values = _get_filter(text, segment, region)
	values |= {
		"project": project,
		"now": now or now_datetime(),
		"start": max(0, cint(start)),
		"page_length": min(max(1, cint(page_length)), MAX_PAGE_LENGTH),
	}
	return frappe.db.sql(
		f"""select found.name as enterprise, found.enterprise_name, found.region
		from (
			select enterprise.name from `tabMeeting Enterprise` enterprise {HELD}
			where claim.name is null {condition}
			order by enterprise.name_key limit %(page_length)s offset %(start)s
		) page join `tabMeeting Enterprise` found on found.name = page.name
		order by found.name_key""",
		values,
		as_dict=True,
	)


def _get_filter(text: str | None, segment: str | None, region: str | None) -> tuple[str, dict]:
	condition, values = "", {}
	if text and text.strip():
		condition += " and enterprise.name_key like %(text)s"
		values["text"] = f"%{escape_like(normalise_name(text[:140]) or text[:140].strip())}%"
	if region:
		condition += " and enterprise.region = %(region)s"
		values["region"] = region
	if segment:
		words = get_segment_words(segment)
		condition += " and enterprise.name_key regexp %(words)s"
		values["words"] = "|".join(re.escape(word) for word in words)
	return condition, values


def escape_like(text: str) -> str:
	return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def get_segment_words(segment: str) -> list[str]:
	"""A company nobody has a file on is of a segment when its name says so: the segment's own name, or one of the
	words administrators wrote into it."""
	keywords = frappe.db.get_value("Meeting Segment", segment, "keywords") or ""
	words = [normalise_name(word) for word in re.split(r"[\s,，、;；]+", keywords)]
	return [word for word in words if word] or [normalise_name(segment) or segment]


def get_regions() -> list[dict]:
	"""Regions of the general database with the number of its companies, the largest first: what the filter offers."""
	return frappe.db.sql(
		"""select region, count(*) as companies from `tabMeeting Enterprise`
		where region is not null and region != '' group by region order by companies desc, region limit 500""",
		as_dict=True,
	)


def get_holders(enterprise: str, project: str | None = None) -> list[frappe._dict]:
	"""Who held an enterprise when, newest first: for administrators."""
	claim = frappe.qb.DocType("Meeting Claim")
	query = (
		frappe.qb.from_(claim)
		.where(claim.enterprise == enterprise)
		.select(
			claim.name.as_("claim"),
			claim.project,
			claim.project_name,
			claim.holder,
			claim.source,
			claim.claimed_on,
			claim.protected_until,
			claim.workflow_state,
			claim.phase,
			claim.signed_on,
			claim.ended_on,
			claim.end_reason,
		)
		.orderby(claim.claimed_on, order=frappe.qb.desc)
	)
	if project:
		query = query.where(claim.project == project)
	now, rows = now_datetime(), query.run(as_dict=True)
	for row in rows:
		row.status = rules.get_status(row.phase, row.protected_until, now)
		row.holder_name = frappe.utils.get_fullname(row.holder)
	return rows
