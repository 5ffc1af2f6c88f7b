"""What is wrong in what somebody typed, in words."""

import frappe
from frappe import _
from frappe.utils import escape_html

from meeting_crm.core.numbers import Problem


class InvalidEntryError(frappe.ValidationError):
	http_status_code = 417


def get_label(field: str) -> str:
	return {
		"full_name": _("Registered Name"),
		"profile": _("Profile"),
		"landline": _("Landline"),
		"mobile": _("Mobile"),
		"phone": _("Office Phone"),
		"email": _("Email"),
		"fax": _("Fax"),
		"website": _("Website"),
		"address": _("Address"),
		"region": _("Region"),
		"remarks": _("Remarks"),
		"contacts": _("Contacts"),
		"person_name": _("Person Name"),
		"position": _("Position"),
		"segment": _("Segment"),
	}.get(field, field)


def describe(problem: Problem) -> str:
	"""One problem as a sentence in the user's language. What the user typed is escaped: the sentence is
	shown as HTML."""
	message = {
		"missing": _("{label} is missing. Fill it in."),
		"too_long": _("{label} has {0} characters; at most {1} are possible. Shorten it."),
		"strange": _("{label} contains {0}, which no name contains. Remove it."),
		"no_name": _("{label} is no name. Write the full registered name, with its branch."),
		"title": _(
			"{label} {0} is the title of a column or a sum, and no company. Leave the row out, or write the company's name."
		),
		"email_or_fax": _("E-mail and fax are both missing. Fill in one of them."),
		"impossible_mobile": _(
			"{label} {0} is no possible mobile number. Check its digits: 11 for a Chinese number, + and country code for a foreign one."
		),
		"impossible_phone": _(
			"{label} {0} is no possible telephone number. Write it as 0535-6212345, with + and country code for a foreign one."
		),
		"impossible_email": _("{label} {0} is no possible e-mail address. Write it as name@company.com."),
		"no_contact": _("There is no responsible person. Add at least one with name and position."),
		"too_many": _("{0} people are too many at once; at most {1} are possible. Add the others afterwards."),
		"no_segment": _("There is no segment {0}. Choose one of the list, or ask an administrator to add it."),
	}[problem.code]
	sentence = message.format(
		*(escape_html(str(value)) for value in problem.values),
		label=escape_html(problem.label) or get_label(problem.field),
	)
	return _("Person {0}: {1}").format(problem.row, sentence) if problem.row else sentence


def take_back_message() -> None:
	"""For whoever catches what Frappe has refused: neither its words nor its kind stay in the answer."""
	frappe.clear_last_message()
	frappe.local.response.pop("exc_type", None)


def throw_problems(problems: list[Problem]) -> None:
	"""Raises InvalidEntryError with all problems in one message; nothing happens where there is none."""
	if problems:
		frappe.throw(
			"<br>".join(describe(problem) for problem in problems),
			title=_("Please correct this first"),
			exc=InvalidEntryError,
		)
