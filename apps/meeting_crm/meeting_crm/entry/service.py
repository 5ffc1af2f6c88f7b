"""Entering a company (A4) and submitting a private relation to the general database (C2)."""

from collections.abc import Mapping
from typing import NoReturn

import frappe
from frappe import _
from frappe.utils import escape_html

from meeting_crm.claims import service as claims
from meeting_crm.core import numbers
from meeting_crm.core.problems import InvalidEntryError, throw_problems
from meeting_crm.customers.added_fields import get_added_fields
from meeting_crm.customers.service import CUSTOMER, save_by_service
from meeting_crm.enterprises import errors
from meeting_crm.enterprises import service as enterprises
from meeting_crm.entry import rules
from meeting_crm.meeting_projects.service import require_member


def enter(project: str, data: Mapping, user: str | None = None) -> dict:
	"""A4: the company, the salesperson's own file with its people, and the protection, or nothing of it.

	Raises InvalidEntryError with everything wrong in the form at once, DuplicateEnterpriseError with the
	status only, and whatever forbids the claim. The caller's transaction is rolled back then.
	"""
	user = user or frappe.session.user
	entry = check_entry(project, data, user)
	enterprise = add_enterprise(entry.full_name, entry.get_base(), user)
	claim = claims.make_claim(project, enterprise, user, "Entry")
	_complete_entered_file(claim.customer, entry)
	return {
		"customer": claim.customer,
		"enterprise": enterprise,
		"claim": claim.name,
		"protected_until": claim.protected_until,
	}


def find_entered(project: str, full_name: str, user: str) -> dict | None:
	"""What `user` would have been told of their entry; None where it was not done."""
	enterprise = enterprises.find_by_name(full_name, fresh=True)
	claim = enterprise and claims.find_own(project, enterprise, user)
	if not claim or frappe.db.get_value("Meeting Enterprise", enterprise, "entered_by") != user:
		return None
	return {
		"customer": claim["customer"],
		"enterprise": enterprise,
		"claim": claim["claim"],
		"protected_until": claim["protected_until"],
	}


def check_entry(project: str, data: Mapping, user: str) -> rules.Entry:
	"""The form as it will be stored, after every check that needs no lock."""
	entry = rules.read_entry(data)
	problems = rules.find_problems(entry)
	if entry.segment and not frappe.db.exists("Meeting Segment", {"name": entry.segment, "disabled": 0}):
		problems.append(numbers.Problem("segment", "no_segment", (numbers.shorten(entry.segment),)))
	for field in get_added_fields():
		if data.get(field.fieldname) not in (None, ""):
			entry.added[field.fieldname] = data[field.fieldname]
		elif field.reqd:
			problems.append(numbers.Problem(field.fieldname, "missing", label=_(field.label)))
	throw_problems(problems)
	require_member(project, user)
	return entry


def _complete_entered_file(customer: str, entry: rules.Entry) -> None:
	doc = frappe.get_doc("Meeting Customer", customer)
	doc.segment = entry.segment
	doc.source = "Entry"
	doc.update(entry.added)
	for note in entry.remarks:
		doc.append("remarks", {"note": note})
	save_by_service(doc)


def submit_to_database(customer: str, project: str | None = None) -> dict:
	"""C2: enters the file's company after the duplicate check, and protects it where a project is given."""
	doc = frappe.get_doc(CUSTOMER, customer)
	if doc.enterprise:
		frappe.throw(
			_("{0} is already in the general database.").format(escape_html(doc.customer_name)),
			exc=InvalidEntryError,
		)
	entry = rules.read_entry(
		{**doc.as_dict(), "full_name": doc.customer_name, "remarks": None, "contacts": _get_people(customer)}
	)
	throw_problems(rules.find_problems(entry))
	doc.enterprise = add_enterprise(entry.full_name, entry.get_base(), frappe.session.user)
	doc.category = "Intended"
	save_by_service(doc)
	claim = claims.make_claim(project, doc.enterprise, frappe.session.user, "Entry") if project else None
	return {
		"customer": doc.name,
		"enterprise": doc.enterprise,
		"claim": claim.name if claim else None,
		"protected_until": claim.protected_until if claim else None,
	}


def _get_people(customer: str) -> list[dict]:
	return frappe.get_all(  # why: the caller may change the file
		"Meeting Contact",
		filters={"customer": customer},
		fields=list(numbers.CONTACT_FIELDS),
		order_by="is_primary desc, creation",
	)


def add_enterprise(full_name: str, base: Mapping, entered_by: str) -> str:
	"""As `enterprises.service.add_enterprise`; who is refused reads the status of the company that is there."""
	try:
		return enterprises.add_enterprise(full_name, base, entered_by)
	except errors.DuplicateEnterpriseError as error:
		throw_duplicate(error.args[0], full_name)


def throw_duplicate(enterprise: str, full_name: str) -> NoReturn:
	"""Reads the statuses past the transaction's snapshot: the other entry may be a moment old."""
	statuses = claims.get_statuses([enterprise], fresh=True).get(enterprise) or []
	described = "; ".join(
		_("{0} in {1}").format(_(status["status"]), escape_html(status["project_name"])) for status in statuses
	)
	frappe.throw(
		_(
			"{0} is in the database already ({1}). Look it up in the duplicate check, and claim it there if it is uncontacted."
		).format(frappe.bold(escape_html(full_name)), described or _("Uncontacted")),
		title=_("Already entered"),
		exc=errors.DuplicateEnterpriseError,
	)
