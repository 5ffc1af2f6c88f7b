"""What can be done with enterprises, one function per use case. Nothing here commits."""

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import escape_html, now_datetime

from meeting_crm.core import numbers
from meeting_crm.core.problems import describe, take_back_message
from meeting_crm.enterprises import errors, rules

BASE_FIELDS = ("profile", "landline", "mobile", "email", "fax", "website", "address", "region")
CONTACT_FIELDS = ("person_name", "position", "mobile", "phone", "email")


def add_enterprise(full_name: str, base: dict, entered_by: str) -> str:
	"""Enters a company into the general database (A4) and its index in the same transaction.

	`base` holds the base file: BASE_FIELDS and `contacts`. Raises DuplicateEnterpriseError, which holds the
	existing one, when the name is there already, also when another person entered it a moment ago.
	"""
	if existing := find_by_name(full_name):
		raise errors.DuplicateEnterpriseError(existing)
	contacts = [{field: contact.get(field) for field in CONTACT_FIELDS} for contact in base.get("contacts") or []]
	enterprise = frappe.get_doc(
		{
			"doctype": "Meeting Enterprise",
			"enterprise_name": full_name,
			"entered_by": entered_by,
			**{field: base.get(field) for field in BASE_FIELDS},
			"contacts": contacts,
		}
	)
	try:
		enterprise.insert(ignore_permissions=True)  # why: salespeople enter companies they may not read afterwards
	except frappe.UniqueValidationError as error:
		take_back_message()
		raise errors.DuplicateEnterpriseError(find_by_name(full_name, fresh=True)) from error
	return enterprise.name


def find_by_name(full_name: str, fresh: bool = False) -> str | None:
	"""The enterprise of this name, however it is written, also the one it was merged into. `fresh` sees what
	others committed meanwhile."""
	name_key = rules.normalise_name(full_name)
	if not name_key:
		return None
	return frappe.db.get_value("Meeting Enterprise", {"name_key": name_key}, for_update=fresh) or frappe.db.get_value(
		"Meeting Enterprise Alias", {"alias_key": name_key, "source": "Merged"}, "enterprise"
	)


def prepare(enterprise) -> None:
	"""What a Meeting Enterprise derives from its name."""
	enterprise.enterprise_name = numbers.clean_name(enterprise.enterprise_name)
	if not rules.is_possible_name(enterprise.enterprise_name):
		frappe.throw(
			_(
				"{0} is no company name: it needs at least two letters or characters, at most {1}. Write the full registered name, with its branch."
			).format(escape_html(enterprise.enterprise_name[:60]), rules.NAME_LENGTH),
			title=_("Name not possible"),
			exc=errors.InvalidNameError,
		)
	if enterprise.has_value_changed("enterprise_name"):
		refuse_strange(enterprise.enterprise_name, errors.InvalidNameError)
	enterprise.name_key = rules.normalise_name(enterprise.enterprise_name)
	numbers.clean_fields(enterprise, BASE_FIELDS)
	enterprise.update(get_number_keys(enterprise))
	for row in enterprise.get("contacts"):
		numbers.clean_fields(row, CONTACT_FIELDS)
		row.update(get_number_keys(row))
	enterprise.region = enterprise.region or rules.find_region(enterprise.enterprise_name)
	enterprise.entered_by = enterprise.entered_by or frappe.session.user
	enterprise.entered_on = enterprise.entered_on or now_datetime()


def refuse_strange(name: str, error: type[errors.EnterpriseError]) -> None:
	"""Frappe rewrites names with tags after their key was made: what is stored must be what was compared."""
	if strange := numbers.get_strange_characters(name):
		problem = numbers.Problem("full_name", "strange", (strange,))
		frappe.throw(describe(problem), title=_("Name not possible"), exc=error)


def get_number_keys(values) -> dict:
	"""The keys under which numbers of the base file are compared; empty ones are NULL."""
	keys = numbers.get_keys(values)
	return {"mobile_key": keys["mobile_key"], "phone_key": keys["phone_key"]}


def lock_enterprise(enterprise: str) -> str:
	"""Locks the row and returns the enterprise's name; DoesNotExistError when it is gone."""
	name = frappe.db.get_value("Meeting Enterprise", enterprise, "enterprise_name", for_update=True)
	if name is None:
		frappe.throw(_("This company is no longer in the database. Search again."), exc=frappe.DoesNotExistError)
	return name


def get_base_file(enterprise: str) -> dict:
	"""The base file: name, BASE_FIELDS and `contacts`. For other services; callers check who may see it."""
	doc = frappe.get_doc("Meeting Enterprise", enterprise)
	return {
		"enterprise_name": doc.enterprise_name,
		**_clean(doc, BASE_FIELDS),
		"contacts": [_clean(row, CONTACT_FIELDS) for row in doc.contacts],
	}


def _clean(record, fieldnames) -> dict:
	"""Base files of before the rule are copied as the form would store them."""
	return {field: numbers.clean_field(field, record.get(field)) or None for field in fieldnames}


def read_names(enterprises: list[str]) -> dict[str, str]:
	"""{enterprise: its name}; open to everybody (A2)."""
	if not enterprises:
		return {}
	enterprise = DocType("Meeting Enterprise")
	return dict(
		frappe.qb.from_(enterprise)
		.where(enterprise.name.isin(enterprises))
		.select(enterprise.name, enterprise.enterprise_name)
		.run()
	)


def get_affiliates(enterprise: str) -> list[str]:
	"""The other enterprises of the same affiliate group (A6)."""
	group = frappe.db.get_value("Meeting Enterprise", enterprise, "affiliate_group")
	if not group:
		return []
	members = frappe.get_all(
		"Meeting Enterprise", filters={"affiliate_group": group}, pluck="name", order_by="enterprise_name"
	)
	return [member for member in members if member != enterprise]
