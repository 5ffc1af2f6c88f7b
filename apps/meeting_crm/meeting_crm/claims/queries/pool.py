"""The pool (B8): every enterprise nobody holds in a project at this second. It is no table, so it cannot go stale; it
reads the names of enterprises beside the claims, because joining two answers in Python ends at some thousands."""

import re
from datetime import datetime

import frappe
from frappe.utils import cint, now_datetime

from meeting_crm.claims import rules
from meeting_crm.enterprises import containing
from meeting_crm.enterprises.rules import normalise_name

MAX_PAGE_LENGTH = 500
MAX_START = 1_000_000_000
MAX_TEXT = 140
FEW_NAMES = 2000
"""So many names are put in order at once; of more, those entered last come first."""
COMMON = 20_000
"""Names of which a page is soon full on the way through all names, unless their beginning decides where they stand."""
REGIONS_KEY, REGIONS_KEPT = "meeting_pool_regions", 60
"""Seconds: counting a million companies takes longer than a page."""
HELD = """left join `tabMeeting Claim` claim
	on claim.active_key = concat(%(project)s, ':', enterprise.name)
	and (claim.phase = 'Signed' or claim.protected_until > %(now)s)"""


def get_start(start: int) -> int:
	"""The number of rows that a page leaves out; beyond every table the database would not take it."""
	return min(max(cint(start), 0), MAX_START)


def get_pool(
	project: str,
	text: str | None = None,
	start: int = 0,
	page_length: int = 20,
	segment: str | None = None,
	region: str | None = None,
	now: datetime | None = None,
) -> list[dict]:
	"""Rows of enterprise, enterprise_name, region; fewer than `page_length` means the end. In the order of names, or the latest
	entry first where a search has more than FEW_NAMES answers: no index knows the order of a common word's names."""
	groups = _get_words(text, segment)
	values = {
		"project": project,
		"now": now or now_datetime(),
		"region": region,
		"start": get_start(start),
		"page_length": min(max(1, cint(page_length)), MAX_PAGE_LENGTH),
	}
	candidates = containing.find(groups) if groups else None
	if candidates is None or (candidates.most > COMMON and (region or not text)):
		return _read_in_order(groups, values)
	if candidates.most <= FEW_NAMES:
		return _read_few(candidates.read(), values)
	return _read_newest_first(candidates, values)


def find_few(text: str) -> list[str] | None:
	"""The enterprises whose name contains a text; None when they are too many to name, or no index tells."""
	candidates = containing.find(_get_words(text, None))
	return candidates.read() if candidates and candidates.most <= FEW_NAMES else None


def _get_words(text: str | None, segment: str | None) -> list[list[str]]:
	"""Groups of texts in normal form: a name must contain one of each group."""
	text = (text or "").strip()[:MAX_TEXT]
	groups = [[normalise_name(text) or text]] if text else []
	return groups + ([get_segment_words(segment)] if segment else [])


def _read_in_order(groups: list[list[str]], values: dict) -> list[dict]:
	"""The inner query asks only for what its index holds: what it leaves out costs no row."""
	conditions = ["enterprise.region = %(region)s"] if values["region"] else []
	for texts in groups:
		names = [f"word_{len(values) + place}" for place in range(len(texts))]
		conditions.append("(" + " or ".join(f"instr(enterprise.name_key, %({name})s)" for name in names) + ")")
		values = {**values, **dict(zip(names, texts, strict=True))}
	return frappe.db.sql(
		f"""select found.name as enterprise, found.enterprise_name, found.region
		from (
			select enterprise.name from `tabMeeting Enterprise` enterprise {HELD}
			where {" and ".join(["claim.name is null", *conditions])}
			order by enterprise.name_key limit %(page_length)s offset %(start)s
		) page join `tabMeeting Enterprise` found on found.name = page.name
		order by found.name_key""",
		values,
		as_dict=True,
	)


def _read_few(names: list[str], values: dict) -> list[dict]:
	return _read_free(names, values, "order by enterprise.name_key limit %(page_length)s offset %(start)s")


def _read_newest_first(candidates: containing.Candidates, values: dict) -> list[dict]:
	rows, end = [], values["start"] + values["page_length"]
	for names in candidates.read_newest_first(end):
		place = {name: number for number, name in enumerate(names)}
		rows += sorted(_read_free(names, values), key=lambda row: place[row.enterprise], reverse=True)
		if len(rows) >= end:
			break
	return rows[values["start"] : end]


def _read_free(names: list[str], values: dict, ending: str = "") -> list[dict]:
	if not names:
		return []
	region = "and enterprise.region = %(region)s" if values["region"] else ""
	return frappe.db.sql(
		f"""select enterprise.name as enterprise, enterprise.enterprise_name, enterprise.region
		from `tabMeeting Enterprise` enterprise {HELD}
		where enterprise.name in %(names)s and claim.name is null {region} {ending}""",
		{**values, "names": names},
		as_dict=True,
	)


def get_segment_words(segment: str) -> list[str]:
	"""A company nobody has a file on is of a segment when its name says so: the segment's own name, or one of the
	words administrators wrote into it."""
	keywords = frappe.db.get_value("Meeting Segment", segment, "keywords") or ""
	words = [normalise_name(word) for word in re.split(r"[\s,，、;；]+", keywords)]
	return [word for word in words if word] or [normalise_name(segment) or segment]


def get_regions() -> list[dict]:
	"""Regions of the general database with the number of its companies, the largest first: what the filter offers."""
	regions = frappe.cache.get_value(REGIONS_KEY, expires=True)
	if regions is None:
		regions = frappe.db.sql(
			"""select region, count(*) as companies from `tabMeeting Enterprise`
			where region is not null and region != '' group by region order by companies desc, region limit 500""",
			as_dict=True,
		)
		frappe.cache.set_value(REGIONS_KEY, regions, expires_in_sec=REGIONS_KEPT)
	return regions


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
