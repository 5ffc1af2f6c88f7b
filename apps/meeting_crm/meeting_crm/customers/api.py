"""Whitelisted functions of the customer file."""

import frappe
from frappe import _

from meeting_crm.claims.retry import retried_on_conflict
from meeting_crm.customers import (
	cockpit,
	errors,
	handover,
	handover_moves,
	permissions,
	reviewing,
	service,
	sharing,
	timeline,
)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def enter(project: str, customer: str | dict) -> dict:
	"""A4: enters a company and protects it for the session's user in `project`."""
	frappe.has_permission("Meeting Customer", "create", throw=True)
	return service.enter(project, read_form(customer), frappe.session.user)


@frappe.whitelist(methods=["POST"])
def check_entry(project: str, customer: str | dict) -> dict:
	"""Everything wrong with an entry form, and its numbers elsewhere, without entering it."""
	frappe.has_permission("Meeting Customer", "create", throw=True)
	entry = service.check_entry(project, read_form(customer), frappe.session.user)
	people = [entry.get_base(), *entry.contacts]
	return {"repeated": [row for values in people for row in service.check_numbers(values) if row["matches"]]}


@frappe.whitelist()
def check_numbers(
	mobile: str | None = None,
	phone: str | None = None,
	landline: str | None = None,
	email: str | None = None,
	fax: str | None = None,
	customer: str | None = None,
) -> list[dict]:
	"""C4 while typing. `customer`: the file being edited, whose own company is no repetition."""
	frappe.has_permission("Meeting Customer", "read", throw=True)
	values = {"mobile": mobile, "phone": phone, "landline": landline, "email": email, "fax": fax}
	own = None
	if customer:
		permissions.require_read(customer)
		own = frappe.db.get_value("Meeting Customer", customer, "enterprise")
	return service.check_numbers(values, own)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def add_remark(customer: str, note: str) -> dict:
	"""A5: a dated note in a file the user may change."""
	permissions.require_write(customer)
	return service.add_remark(customer, note)


def read_form(customer: str | dict) -> dict:
	try:
		form = frappe.parse_json(customer)
	except ValueError:
		form = None
	if not isinstance(form, dict):
		frappe.throw(
			_(
				"The entry form is not readable. Send it as a JSON object with full_name, profile, landline, mobile, contacts."
			),
			exc=errors.InvalidEntryError,
		)
	return form


@frappe.whitelist()
def get_cockpit(customer: str) -> dict:
	"""The customer form: protection, people, next steps, related records and what the user may do."""
	permissions.require_read(customer)
	return cockpit.get_cockpit(customer)


@frappe.whitelist()
def get_timeline(customer: str, before: str | None = None, limit: int = timeline.PAGE_LENGTH) -> dict:
	"""The file's story, newest first; `before` of a next page is `next` of the one before."""
	permissions.require_read(customer)
	return timeline.get_timeline(customer, before, max(1, min(limit, 100)))


@frappe.whitelist(methods=["POST"])
def share(customer: str, users: str | list, write: bool = False, until: str | None = None) -> list[dict]:
	"""C8: shares a file with people, to read or to write, until an instant or for good."""
	permissions.require_share(customer)
	sharing.share(permissions.CUSTOMER, customer, frappe.parse_json(users), write, until)
	return sharing.get_access(customer)


@frappe.whitelist(methods=["POST"])
def unshare(customer: str, user: str) -> list[dict]:
	"""C8: ends a share at once."""
	permissions.require_share(customer)
	sharing.revoke(permissions.CUSTOMER, customer, user)
	return sharing.get_access(customer)


@frappe.whitelist()
def get_access(customer: str) -> list[dict]:
	"""C8: who sees the file, and why."""
	permissions.require_read(customer)
	return sharing.get_access(customer)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def submit_to_database(customer: str, project: str | None = None) -> dict:
	"""C2: enters a private file's company into the general database; with a project it is protected there."""
	permissions.require_write(customer)
	return reviewing.submit_to_database(customer, project)


@frappe.whitelist(methods=["POST"])
def review(customer: str, decision: str, reason: str | None = None) -> None:
	"""C7: Approved or Rejected, by administrators. The holder is told, with the reason."""
	permissions.require_administrator()
	reviewing.review(customer, decision, reason)


@frappe.whitelist(methods=["POST"])
def request_deletion(customer: str, reason: str) -> str:
	"""C7: asks the administrators to delete a file nothing refers to. Answers the request's name."""
	permissions.require_write(customer)
	return reviewing.request_deletion(customer, reason)


@frappe.whitelist(methods=["POST"])
def decide_deletion(request: str, approve: bool, answer: str | None = None) -> None:
	"""C7: an administrator deletes the file or says why not."""
	permissions.require_administrator()
	reviewing.decide_deletion(request, approve, answer)


@frappe.whitelist(methods=["POST"])
def make_handover(
	from_user: str,
	receivers: str | list,
	reason: str,
	customers: str | list | None = None,
	draft: str | None = None,
) -> dict:
	"""C9: drafts a handover of everything of a person, or of the named files, and answers its preview. `draft`: one's
	earlier draft, which is drawn up anew."""
	handover.require_giver(from_user)
	doc = frappe.get_doc(handover.HANDOVER, draft) if draft else frappe.new_doc(handover.HANDOVER)
	doc.update(
		{
			"from_user": from_user,
			"reason": reason,
			"receivers": [{"user": user} for user in frappe.parse_json(receivers)],
			"customers": "\n".join(frappe.parse_json(customers) or []) if customers else None,
		}
	)
	doc.save()
	return {"handover": doc.name, **handover.preview(doc)}


@frappe.whitelist()
def preview_handover(handover_name: str) -> dict:
	"""C9: counts per kind and receiver, what stands in the way, and who has confirmed."""
	doc = frappe.get_doc(handover.HANDOVER, handover_name)
	doc.check_permission("read")
	return handover.describe(doc)


@frappe.whitelist(methods=["POST"])
def add_handover_members(handover_name: str) -> dict:
	"""C9: an administrator makes the receivers members of the projects whose protections they get. Answers the preview."""
	permissions.require_administrator()
	return handover.add_members(frappe.get_doc(handover.HANDOVER, handover_name))


@frappe.whitelist(methods=["POST"])
def start_handover(handover_name: str) -> str:
	"""C9: carries the handover out in the background. Answers its status."""
	doc = frappe.get_doc(handover.HANDOVER, handover_name)
	handover.require_giver(doc.from_user)
	handover.start(doc)
	return doc.status


@frappe.whitelist(methods=["POST"])
def confirm_handover(handover_name: str) -> dict:
	"""C9: a party signs the record of a handover. Answers who has signed, and when."""
	doc = frappe.get_doc(handover.HANDOVER, handover_name)
	doc.check_permission("read")
	return handover.confirm(doc)


@frappe.whitelist(methods=["POST"])
@retried_on_conflict
def undo_handover(handover_name: str) -> dict:
	"""C9: gives back what is still as the handover left it. Answers {returned: {DocType: n}, kept: n}."""
	doc = frappe.get_doc(handover.HANDOVER, handover_name)
	handover.require_giver(doc.from_user)
	return handover_moves.undo(doc)
