"""What happens when a customer file or a contact is saved: in the desk, over REST or by a use case."""

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import cstr, escape_html, now_datetime

from meeting_crm.core import numbers as core_numbers
from meeting_crm.core import problems
from meeting_crm.core.people import is_administrator
from meeting_crm.core.wording import join_words
from meeting_crm.customers import errors, rules
from meeting_crm.customers.deletion import require_unused

# Set by use cases alone: over REST a read-only field is as writable as any other.
PROTECTED = ("owner", "enterprise", "holder", "source", "review_status", "project", "protected_until")


def set_first_holder(doc) -> None:
	if not doc.flags.by_service:
		doc.holder = frappe.session.user
		doc.claimed_on = now_datetime()


def clean_customer(doc) -> None:
	doc.customer_name = core_numbers.clean_name(doc.customer_name)
	core_numbers.clean_fields(doc, core_numbers.BASE_FIELDS)
	doc.enterprise = doc.enterprise or None
	doc.holder = doc.holder or None
	if doc.has_value_changed("customer_name"):
		problems.throw_problems(core_numbers.find_name_problems(doc.customer_name))
	for key in core_numbers.BASE_FIELDS:
		limit = core_numbers.TEXT_LENGTH if key in core_numbers.LONG_FIELDS else core_numbers.NAME_LENGTH
		if len(doc.get(key) or "") > limit:
			problems.throw_problems([core_numbers.Problem(key, "too_long", (len(doc.get(key)), limit))])


def validate_protected_fields(doc) -> None:
	if doc.flags.by_service:
		return
	previous = doc.get_doc_before_save()
	fields = PROTECTED if is_administrator() or not doc.enterprise else (*PROTECTED, "customer_name")
	if previous:
		changed = [field for field in fields if cstr(previous.get(field)) != cstr(doc.get(field))]
	else:
		changed = ["enterprise"] if doc.enterprise else []
	if changed:
		frappe.throw(
			_(
				"{0} is set by entering, claiming, assigning or handing over a company and cannot be typed in. Use those functions instead."
			).format(join_words(_(doc.meta.get_label(field)) for field in changed)),
			title=_("Not changed by hand"),
			exc=errors.ProtectedFieldError,
		)


def validate_category(doc) -> None:
	"""C1, C2: intended and formal customers are companies of the general database and come by entry or
	claim; a company of the general database is not private. While somebody holds it, the claim says which it is."""
	if doc.flags.by_service:
		return
	if doc.enterprise and doc.holder and doc.has_value_changed("category"):
		frappe.throw(
			_(
				"The category of {0} follows its claim while somebody holds it: intended until it is signed, then formal. Leave it as it is."
			).format(escape_html(doc.customer_name)),
			title=_("Not changed by hand"),
			exc=errors.ProtectedFieldError,
		)
	if not doc.enterprise and doc.category in rules.CLAIMED_CATEGORIES:
		frappe.throw(
			_(
				"An intended or formal customer is entered with the entry form or claimed, so that it is protected in a project. Choose another category here, or submit this file to the general database."
			),
			title=_("Enter it with the entry form"),
			exc=problems.InvalidEntryError,
		)
	if doc.enterprise and doc.category == "Social Relation":
		frappe.throw(
			_(
				"{0} is in the general database, so it cannot become a private social relation. Keep another category."
			).format(escape_html(doc.customer_name)),
			exc=problems.InvalidEntryError,
		)


def validate_numbers(doc) -> None:
	"""Numbers somebody types must be possible; old ones that came by import are left in peace."""
	if not doc.flags.by_service:
		changed = {key: doc.get(key) for key in core_numbers.CHECKS if doc.get(key) and doc.has_value_changed(key)}
		problems.throw_problems(core_numbers.find_impossible_numbers(changed))


def stamp_remarks(doc) -> None:
	"""A5: who noted what and when is not open to change."""
	previous = doc.get_doc_before_save()
	known = {row.name: row for row in previous.remarks} if previous else {}
	for row in doc.remarks:
		if old := known.get(row.name):
			row.noted_on, row.noted_by = old.noted_on, old.noted_by
			if not is_administrator() and old.noted_by != frappe.session.user:
				row.note = old.note
		else:
			row.noted_on = row.noted_on if doc.flags.by_service and row.noted_on else now_datetime()
			row.noted_by = row.noted_by if doc.flags.by_service and row.noted_by else frappe.session.user


def set_keys(doc) -> None:
	doc.update(core_numbers.get_keys(doc))


def rename_in_contacts(doc) -> None:
	if not doc.is_new() and doc.has_value_changed("customer_name"):
		contact = DocType("Meeting Contact")
		frappe.qb.update(contact).set(contact.customer_name, doc.customer_name).where(
			contact.customer == doc.name
		).run()


def validate_contact(doc) -> None:
	if not doc.customer:
		frappe.throw(_("The contact belongs to no customer. Choose the customer first."), frappe.MandatoryError)
	core_numbers.clean_fields(doc, core_numbers.CONTACT_FIELDS)
	previous = doc.get_doc_before_save()
	if previous and (previous.owner != doc.owner or previous.customer != doc.customer):
		frappe.throw(
			_(
				"A contact stays with the customer and the author it was written for. Write a new contact for the other customer."
			),
			exc=errors.ProtectedFieldError,
		)
	problems.throw_problems(core_numbers.find_contact_problems(_get_changed(doc), position_required=False))
	doc.customer_name = frappe.db.get_value("Meeting Customer", doc.customer, "customer_name")


def _get_changed(doc) -> dict:
	numbers = {key: doc.get(key) for key in ("mobile", "phone", "email") if doc.has_value_changed(key)}
	return {"person_name": doc.person_name, "position": doc.position, **numbers}


def keep_one_primary(doc) -> None:
	if doc.is_primary and doc.has_value_changed("is_primary"):
		contact = DocType("Meeting Contact")
		(
			frappe.qb.update(contact)
			.set(contact.is_primary, 0)
			.where((contact.customer == doc.customer) & (contact.name != doc.name) & (contact.is_primary == 1))
			.run()
		)


def validate_unused(doc) -> None:
	require_unused(doc.name, doc.customer_name)


def delete_people(doc) -> None:
	"""Contacts go with their file."""
	for name in frappe.get_all("Meeting Contact", filters={"customer": doc.name}, pluck="name", order_by="name"):
		frappe.delete_doc("Meeting Contact", name, ignore_permissions=True)  # why: part of the deleted file


def validate_share(doc, share) -> None:
	"""C8: files are shared with people by name, never with everyone."""
	if share.everyone:
		frappe.throw(
			_("A customer file is shared with people by name, not with everyone. Choose the colleagues."),
			exc=frappe.ValidationError,
		)
