"""The duplicate check (A1, A2): who asks what, how often, and the little that is answered."""

import time

import frappe
from frappe import _
from frappe.utils import cint, flt, get_fullname, now_datetime

from meeting_crm.claims import service as claims
from meeting_crm.core.counters import count_up, is_first
from meeting_crm.core.log import log
from meeting_crm.core.names import make_name
from meeting_crm.core.notifications import get_language, notify
from meeting_crm.core.people import get_administrators, is_administrator
from meeting_crm.customers import service as customers
from meeting_crm.enterprises import errors, index, numbers, rules
from meeting_crm.enterprises.service import read_names
from meeting_crm.meeting_projects import service as projects

MAX_ENTERPRISES = 50
LOG_LENGTH = 500


def check(
	text: str | None = None,
	name: str | None = None,
	contact: str | None = None,
	mobile: str | None = None,
	limit: int = 20,
) -> list[dict]:
	"""Rows of what stands in all projects (A2): one for each project in which somebody holds the enterprise, one
	for each open project of the asker in which nobody does. `limit` counts enterprises."""
	question = rules.Question.of(text, name, contact, mobile)
	if question.is_empty():
		frappe.throw(
			_("Type at least two letters or characters of a name, a contact person or a mobile number."),
			title=_("Nothing to look for"),
			exc=errors.EmptyCheckError,
		)
	keep_pace()
	index.begin_fresh_snapshot()
	hits = find(question, min(max(1, cint(limit)), MAX_ENTERPRISES))
	rows = describe(hits, question)
	record("Advanced Check" if question.is_advanced else "Quick Check", question.as_text(), len(hits))
	return rows


def find(question: rules.Question, limit: int) -> list[rules.Found]:
	if not question.is_advanced:
		found = index.find(question.text, limit)
		if rules.looks_like_number(question.text):
			numbered = find_by_number(question.text)
			return [rules.Found(enterprise, 100.0, "mobile") for enterprise in numbered][:limit] + found[
				: limit - len(numbered)
			]
		return found
	sets = []
	if question.contact:
		sets.append(("contact", find_by_person(question.contact)))
	if question.mobile:
		sets.append(("mobile", find_by_number(question.mobile)))
	if not sets:
		return index.find(question.name, limit)
	common = set.intersection(*(set(enterprises) for _reason, enterprises in sets))
	reason = sets[-1][0]
	if not question.name:
		return [rules.Found(enterprise, 100.0, reason) for enterprise in sorted(common)][:limit]
	return index.find_among(question.name, common, limit)


def find_by_number(number: str) -> list[str]:
	return sorted({*customers.find_by_number(mobile=number), *numbers.find_by_number(number)})


def find_by_person(person: str) -> list[str]:
	return sorted({*customers.find_by_person(person), *numbers.find_by_person(person)})


def describe(hits: list[rules.Found], question: rules.Question) -> list[dict]:
	enterprises = [hit.enterprise for hit in hits]
	names = read_names(enterprises)
	statuses = claims.get_statuses(enterprises)
	own = [(row.name, row.project_name) for row in projects.get_open_projects(frappe.session.user)]
	can_claim = frappe.has_permission("Meeting Claim", "write")
	rows = []
	for hit in hits:
		if hit.enterprise not in names:
			continue
		shown = names[hit.enterprise]
		about = {
			"enterprise": hit.enterprise,
			"enterprise_name": shown,
			"reason": explain(hit),
			"match": hit.reason,
			"similarity": round(hit.score),
			"marks": index.find_marks(question.name_or_text, hit.reason, shown),
		}
		held = statuses.get(hit.enterprise) or []
		files = {row["project"]: {"customer": row["customer"]} for row in held if row["holder"] == frappe.session.user}
		rows.extend(
			{**about, **place, **files.get(place["project"], {})} for place in rules.list_places(held, own, can_claim)
		)
	return rows


def explain(hit: rules.Found) -> str:
	"""Why a row matched, in the user's language (screens: in grey beside the name)."""
	fixed = {
		"exact": _("Same name"),
		"contains": _("Part of the name"),
		"sound": _("Sounds alike"),
		"short": _("Short name"),
		"pinyin": _("Pinyin"),
		"initials": _("Pinyin initials"),
		"alias": _("Also known so"),
		"affiliate": _("Affiliated company"),
		"mobile": _("Same mobile"),
		"contact": _("Contact person"),
	}
	return fixed.get(hit.reason) or _("Similar {0} %").format(round(hit.score))


def keep_pace() -> None:
	"""The check must not be a way to copy the database: past the settings each check waits, a second one at the
	same time is refused, and administrators are told once an hour."""
	user = frappe.session.user
	if is_administrator(user):
		return
	settings = frappe.get_cached_doc("Meeting Enterprise Settings")
	now = now_datetime()
	counts = {
		"minute": count_up(f"meeting_checks:{user}:{now:%Y%m%d%H%M}", 60),
		"day": count_up(f"meeting_checks:{user}:{now:%Y%m%d}", 86400),
	}
	if not rules.is_too_fast(counts, cint(settings.checks_per_minute), cint(settings.checks_per_day)):
		return
	report_haste(user, counts, now)
	wait_alone(user, flt(settings.slow_down_seconds))


def wait_alone(user: str, seconds: float) -> None:
	"""Nothing is locked and no snapshot is open while a check waits."""
	if not is_first(f"meeting_check_waits:{user}", seconds):
		frappe.throw(
			_("You check faster than a person can type. Wait {0} seconds, then go on.").format(int(seconds) or 1),
			title=_("Too many checks"),
			exc=errors.TooManyChecksError,
		)
	time.sleep(seconds)


def report_haste(user: str, counts: dict[str, int], now) -> None:
	if not is_first(f"meeting_checks_reported:{user}:{now:%Y%m%d%H}", 3600):
		return
	name = record("Too Many Checks", "", 0, details=frappe.as_json(counts))
	log("Too Many Checks", "Meeting Duplicate Check", name, after=counts)
	for administrator in get_administrators():
		notify(
			administrator,
			_("{0} made {1} duplicate checks today, {2} of them in one minute.", get_language(administrator)).format(
				get_fullname(user), counts["day"], counts["minute"]
			),
			"Meeting Duplicate Check",
			name,
		)


def record(
	kind: str,
	query: str,
	results: int,
	enterprise: str | None = None,
	details: str | None = None,
	user: str | None = None,
) -> str:
	"""One line of the log of checks, without the cost of a document: there is one for every few letters typed."""
	now, user, name = now_datetime(), user or frappe.session.user, make_name(16)
	frappe.db.bulk_insert(
		"Meeting Duplicate Check",
		CHECK_FIELDS,
		[
			(name, now, now, user, user, user, now, kind, query[:LOG_LENGTH], results, enterprise, details)
			+ (getattr(frappe.local, "request_ip", None),)
		],
	)
	return name


CHECK_FIELDS = [
	"name",
	"creation",
	"modified",
	"modified_by",
	"owner",
	"user",
	"checked_on",
	"kind",
	"query_text",
	"results",
	"enterprise",
	"details",
	"ip_address",
]


def search_link(text: str, start: int, page_length: int, filters: dict | list | None) -> list[tuple[str, str, str]]:
	"""(name, label, description) for Link fields."""
	if len(rules.normalise_name(text)) < rules.SHORTEST_NAME:
		return frappe.get_all(
			"Meeting Enterprise",
			filters=filters,
			fields=["name", "enterprise_name", "region"],
			order_by="modified desc",
			start=start,
			page_length=page_length,
			as_list=True,
		)
	found = index.find(text, start + page_length + 1)[start:]
	names = read_names([hit.enterprise for hit in found])
	if filters:
		allowed = frappe.get_all(
			"Meeting Enterprise", filters=filters, or_filters={"name": ("in", list(names))}, pluck="name"
		)
		names = {name: names[name] for name in allowed}
	rows = [(hit.enterprise, names[hit.enterprise], explain(hit)) for hit in found if hit.enterprise in names]
	return rows[:page_length]


def find_similar(full_name: str) -> dict:
	"""For the entry form: `exact` (the status of the same name, or None) and `similar`, the names above the
	threshold of the settings that the person must confirm to be other companies."""
	keep_pace()
	index.begin_fresh_snapshot()
	threshold = flt(frappe.get_cached_doc("Meeting Enterprise Settings").similar_from)
	hits = [hit for hit in index.find(full_name, 10) if rules.is_similar(full_name, hit, threshold)]
	rows = describe(hits, rules.Question.of(full_name))
	record("Quick Check", full_name, len(hits))
	same = rules.normalise_name(full_name)
	return {
		"exact": [row for row in rows if rules.normalise_name(row["enterprise_name"]) == same],
		"similar": [row for row in rows if rules.normalise_name(row["enterprise_name"]) != same],
	}


def confirm_different(full_name: str, enterprises: list[str]) -> str:
	"""Logs that a person looked at similar names and says theirs is another company."""
	names = read_names(enterprises[:MAX_ENTERPRISES])
	return record(
		"Confirmed Different",
		full_name,
		len(names),
		details=frappe.as_json([{"enterprise": key, "enterprise_name": value} for key, value in names.items()]),
	)
