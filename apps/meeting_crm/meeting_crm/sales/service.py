"""Use cases of sales: activities, opportunities, quotations, maintenance. None of them commits."""

from datetime import timedelta

import frappe
from frappe import _
from frappe.utils import add_days, get_datetime, getdate, now_datetime

from meeting_crm.core import log
from meeting_crm.customers.errors import InvalidTimeError, SalesError
from meeting_crm.customers.service import get_unheld
from meeting_crm.sales import policies, rules
from meeting_crm.sales.errors import QuotationError

ACTIVITY = "Meeting Activity"
QUOTATION = "Meeting Quotation"
OPPORTUNITY = "Meeting Opportunity"
NEXT_FIELDS = (
	"subject",
	"activity_type",
	"starts_on",
	"ends_on",
	"remind_before",
	"assigned_to",
	"contact",
	"opportunity",
	"project",
)
INHERITED_FIELDS = ("customer", "project", "contact", "opportunity")
MAX_CHOICES = 100
TOLERANCE = timedelta(minutes=5)
"""By which a person's clock may be ahead of the server's."""
MAX_EVENTS = 2000


def record_activity(values: dict, next_values: dict | None, attachments: list[str] | None) -> dict:
	"""C5: what was done, and in the same step what comes next."""
	activity = frappe.get_doc({"doctype": ACTIVITY, "starts_on": now_datetime(), **_given(values)})
	activity.insert()
	_attach(activity, attachments or [])
	following = _plan_next(activity, next_values) if next_values else None
	return {"activity": activity.name, "next_activity": following}


def _plan_next(activity, values: dict) -> str:
	inherited = {field: activity.get(field) for field in INHERITED_FIELDS}
	following = frappe.get_doc(
		{
			"doctype": ACTIVITY,
			**inherited,
			"status": "Planned",
			**_given({field: values.get(field) for field in NEXT_FIELDS}),
			"previous_activity": activity.name,
		}
	)
	if not following.starts_on:
		frappe.throw(_("When is the next activity? Enter its time."), title=_("Time missing"), exc=InvalidTimeError)
	return following.insert().name


def _given(values: dict) -> dict:
	return {field: value for field, value in values.items() if value not in (None, "")}


def _attach(activity, files: list[str]) -> None:
	"""Files that the user has just uploaded, by name or address."""
	for reference in files:
		name = frappe.db.get_value("File", {"owner": frappe.session.user, "name": reference}) or frappe.db.get_value(
			"File", {"owner": frappe.session.user, "file_url": reference, "attached_to_name": None}
		)
		if not name:
			frappe.throw(
				_("The file {0} was not found among your uploads. Upload it again.").format(
					frappe.utils.escape_html(reference)
				)
			)
		file = frappe.get_doc("File", name)
		file.attached_to_doctype, file.attached_to_name, file.is_private = ACTIVITY, activity.name, 1
		file.save(ignore_permissions=True)  # why: their own upload, found by its owner


def finish_activity(activity, values: dict, next_values: dict | None) -> dict:
	"""Marks a planned activity as done, with when it happened, what came of it and what comes next."""
	activity.update(_given(values))
	activity.status = "Done"
	activity.save()
	following = _plan_next(activity, next_values) if next_values else None
	return {"activity": activity.name, "next_activity": following}


def check_happened(starts_on) -> None:
	if starts_on > now_datetime() + TOLERANCE:
		frappe.throw(
			_("{0} lies in the future. Enter when it happened, or plan it as the next step.").format(
				frappe.format(starts_on, "Datetime")
			),
			title=_("Not happened yet"),
			exc=InvalidTimeError,
		)


def get_choices(customer: str) -> dict:
	"""What an activity of `customer` can name: its people, its open opportunities, and what may have come of it."""
	return {
		"contacts": frappe.get_list(
			"Meeting Contact",
			filters={"customer": customer},
			fields=["name", "person_name", "position", "mobile"],
			order_by="is_primary desc, creation",
			limit=MAX_CHOICES,
		),
		"opportunities": frappe.get_list(
			OPPORTUNITY,
			filters={"customer": customer, "stage": ("not in", rules.CLOSED_STAGES)},
			fields=["name", "opportunity_name", "project", "stage"],
			order_by="modified desc",
			limit=MAX_CHOICES,
		),
		"outcomes": frappe.get_list(
			"Meeting Activity Outcome",
			filters={"disabled": 0},
			pluck="name",
			order_by="sequence, creation",
			limit=MAX_CHOICES,
		),
	}


def check_times(activity) -> None:
	for field in ("starts_on", "ends_on"):
		activity.set(field, get_datetime(activity.get(field)) if activity.get(field) else None)
	if not activity.starts_on:
		return
	_keep_length(activity)
	activity.ends_on = rules.get_end(activity.starts_on, activity.ends_on)
	if activity.ends_on < activity.starts_on:
		frappe.throw(
			_("The activity ends before it starts. Correct one of the two times."),
			title=_("Times in the wrong order"),
			exc=InvalidTimeError,
		)


def _keep_length(activity) -> None:
	"""Who moves only the start means the whole activity."""
	before = activity.get_doc_before_save()
	if not before or not before.ends_on or not activity.ends_on:
		return
	moved = activity.starts_on - get_datetime(before.starts_on)
	if moved and activity.ends_on == get_datetime(before.ends_on):
		activity.ends_on += moved


def set_reminders(activity) -> None:
	"""Only a change of plan sets new reminders: saving a result does not ring again."""
	if activity.status != "Planned":
		activity.early_reminder_on = activity.start_reminder_on = None
	elif activity.is_new() or any(map(activity.has_value_changed, ("starts_on", "remind_before", "status"))):
		activity.early_reminder_on, activity.start_reminder_on = rules.get_reminder_times(
			activity.starts_on, activity.remind_before, now_datetime()
		)
	else:
		# What rang meanwhile must not be written back from the form that was open.
		sent = frappe.db.get_value(ACTIVITY, activity.name, ["early_reminder_on", "start_reminder_on"])
		activity.early_reminder_on, activity.start_reminder_on = sent


def set_done_on(activity) -> None:
	"""What is done before its planned time happened now; what is recorded as done in the future is a mistake."""
	if activity.status != "Done":
		activity.done_on = None
	elif not activity.done_on:
		activity.done_on = now_datetime()
		if _is_as_planned(activity) and activity.starts_on > activity.done_on:
			activity.starts_on, activity.ends_on = activity.done_on, rules.get_end(activity.done_on, None)
		check_happened(activity.starts_on)


def _is_as_planned(activity) -> bool:
	return bool(activity.get_doc_before_save()) and not activity.has_value_changed("starts_on")


def forget_follower(activity) -> None:
	"""The next activity stays when the one before it is deleted."""
	frappe.db.set_value(ACTIVITY, {"previous_activity": activity.name}, "previous_activity", None)


def get_due_activities(user: str, days: int = 0, limit: int = 20) -> list[dict]:
	"""Planned activities of `user` until the end of today plus `days`, the oldest first. With a company that nobody holds any
	more there is nothing left to do."""
	now = now_datetime()
	rows = frappe.get_list(
		ACTIVITY,
		filters={
			"assigned_to": user,
			"status": "Planned",
			"starts_on": ["<", add_days(getdate(now), days + 1)],
			"customer": ["not in", [*_get_lost_files(user), ""]],
		},
		fields=[
			"name",
			"subject",
			"activity_type",
			"starts_on",
			"ends_on",
			"customer",
			"customer_name",
			"project",
			"contact",
			"opportunity",
			"outcome",
			"result",
		],
		order_by="starts_on asc",
		limit=limit,
	)
	for row in rows:
		row.overdue = rules.is_overdue("Planned", row.ends_on, now)
	return rows


def _get_lost_files(user: str) -> list[str]:
	"""Files with planned activities of `user` whose company went back to the pool; the plans return with the company."""
	planned = frappe.get_all(
		ACTIVITY, {"assigned_to": user, "status": "Planned", "customer": ("is", "set")}, pluck="customer", distinct=True
	)
	return sorted(get_unheld(planned))


def get_events(start: str, end: str, filters: list | None = None) -> list[dict]:
	"""Activities that touch the time from `start` to `end`, with the style the calendar shows them in."""
	now = now_datetime()
	rows = frappe.get_list(
		ACTIVITY,
		filters=[*(filters or []), [ACTIVITY, "starts_on", "<", end], [ACTIVITY, "ends_on", ">=", start]],
		fields=["name", "subject", "customer_name", "starts_on", "ends_on", "status", "activity_type", "assigned_to"],
		order_by="starts_on asc",
		limit=MAX_EVENTS,
	)
	for row in rows:
		row.title = f"{row.subject} · {row.customer_name}"
		row.overdue = rules.is_overdue(row.status, row.ends_on, now)
		row.all_day = 0  # else Frappe 15.55 takes it for a whole day's, which the day view does not show
		row.doctype = ACTIVITY
	return rows


def move_activity(activity, starts_on: str, ends_on: str | None) -> None:
	"""Dragged on the calendar: this one alone, also within a series."""
	activity.starts_on, activity.ends_on = starts_on, ends_on
	activity.save()


def set_stage(opportunity) -> None:
	if opportunity.is_new() or opportunity.has_value_changed("stage"):
		before = opportunity.get_doc_before_save()
		untouched = not opportunity.probability or (before and before.probability == opportunity.probability)
		if untouched or opportunity.stage in rules.CLOSED_STAGES:
			opportunity.probability = rules.STAGE_PROBABILITY.get(opportunity.stage, 0)  # Frappe refuses another stage
	if opportunity.stage not in rules.CLOSED_STAGES:
		opportunity.closed_on = None
	elif not opportunity.closed_on:
		opportunity.closed_on = getdate()
	if opportunity.stage != "Lost":
		opportunity.lost_reason = None


def check_lost_reason(opportunity) -> None:
	if opportunity.stage == "Lost" and not (opportunity.lost_reason or "").strip():
		frappe.throw(
			_("Why was the opportunity lost? Enter the reason, so that others can learn from it."),
			title=_("Reason missing"),
			exc=SalesError,
		)


def check_resolution(maintenance) -> None:
	if maintenance.status == "Closed" and not (maintenance.resolution or "").strip():
		frappe.throw(
			_("What was done for the customer? Enter the resolution, then close."),
			title=_("Resolution missing"),
			exc=SalesError,
		)


def set_closed_on(maintenance) -> None:
	if maintenance.status != "Closed":
		maintenance.closed_on = None
	elif not maintenance.closed_on:
		maintenance.closed_on = now_datetime()


def set_validity(quotation) -> None:
	if not quotation.valid_until:
		quotation.valid_until = getdate(quotation.quoted_on) + timedelta(days=rules.VALID_DAYS)


def set_draft_status(quotation) -> None:
	"""The status follows from what was done with the quotation, not from what a client sends."""
	if quotation.docstatus == 0:
		quotation.status, quotation.answer_note = "Draft", None


def keep_status(quotation) -> None:
	"""After sending, only `answer_quotation` and a contract change the status."""
	if not quotation.flags.answering:
		before = quotation.get_doc_before_save()
		quotation.status, quotation.answer_note = before.status, before.answer_note


def check_no_contract(quotation) -> None:
	if quotation.status == "Contracted":
		frappe.throw(
			_("A contract was signed on this quotation. It stays as long as the contract is in force."),
			title=_("Contract signed"),
			exc=QuotationError,
		)


def set_policy(quotation) -> None:
	enterprise = frappe.db.get_value("Meeting Customer", quotation.customer, "enterprise")
	policies.apply(quotation, enterprise, quotation.quoted_on)


def check_still_valid(quotation) -> None:
	if getdate(quotation.valid_until) < getdate():
		frappe.throw(
			_("The quotation was valid until {0}. Amend it with a new date, then go on.").format(
				frappe.format(quotation.valid_until, "Date")
			),
			title=_("Quotation expired"),
			exc=QuotationError,
		)


def answer_quotation(quotation, answer: str, note: str | None) -> None:
	"""What the customer said. Until a contract is signed the answer can still change."""
	if quotation.docstatus != 1 or quotation.status == "Contracted":
		frappe.throw(
			_("Only a quotation that was sent and has no contract yet can be answered."),
			title=_("Not open"),
			exc=QuotationError,
		)
	if answer == "Accepted":
		check_still_valid(quotation)
	quotation.status, quotation.answer_note = answer, note
	quotation.flags.answering = True
	quotation.save()


def check_quotation_of(contract) -> None:
	"""A contract takes over only a quotation that was sent to the same customer."""
	row = frappe.db.get_value(
		QUOTATION, contract.quotation, ["customer", "docstatus", "status", "valid_until"], as_dict=True
	)
	if not row or row.customer != contract.customer or row.docstatus != 1:
		frappe.throw(
			_("The quotation is not one that was sent to this customer. Start the contract from the quotation itself."),
			title=_("Wrong quotation"),
			exc=QuotationError,
		)


def require_open_quotation(quotation) -> None:
	if quotation.docstatus != 1:
		frappe.throw(
			_("Submit the quotation first, then make the contract."), title=_("Not sent yet"), exc=QuotationError
		)
	if quotation.status in ("Rejected", "Contracted", "Cancelled"):
		frappe.throw(
			_("The quotation is {0}. Amend it or make a new one for another contract.").format(_(quotation.status)),
			title=_("Not open"),
			exc=QuotationError,
		)
	if quotation.status != "Accepted":
		check_still_valid(quotation)


def mark_contracted(quotation: str) -> None:
	"""What was hoped for is won with the contract made from its quotation."""
	_set_quotation_status(quotation, "Contracted")
	_set_opportunity_stage(quotation, "Won")


def unmark_contracted(quotation: str) -> None:
	"""And is open again when that contract is taken back, where no other one of it stands."""
	_set_quotation_status(quotation, "Accepted")
	opportunity = frappe.db.get_value(QUOTATION, quotation, "opportunity")
	if not frappe.db.exists(QUOTATION, {"opportunity": opportunity or "", "status": "Contracted"}):
		_set_opportunity_stage(quotation, "Negotiation")


def _set_opportunity_stage(quotation: str, stage: str) -> None:
	opportunity = frappe.db.get_value(QUOTATION, quotation, "opportunity")
	if not opportunity:
		return
	doc = frappe.get_doc(OPPORTUNITY, opportunity, for_update=True)
	if doc.stage == stage or (stage == "Negotiation" and doc.stage != "Won"):
		return
	doc.stage, doc.lost_reason = stage, None
	doc.save(ignore_permissions=True)  # why: it follows the contract, which its signer may submit


def _set_quotation_status(quotation: str, status: str) -> None:
	before = frappe.db.get_value(QUOTATION, quotation, "status", for_update=True)
	frappe.db.set_value(QUOTATION, quotation, "status", status)
	log.log("Changed", QUOTATION, quotation, {"status": before}, {"status": status})
