"""Whitelisted functions of handovers (C9)."""

import frappe

from meeting_crm.core.rights import require_administrator
from meeting_crm.core.transactions import retried_on_conflict
from meeting_crm.handover import moves
from meeting_crm.handover import service as handover


@frappe.whitelist(methods=["POST"])
def make_handover(
	from_user: str,
	receivers: str | list[str],
	reason: str,
	customers: str | list[str] | None = None,
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
	require_administrator()
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
	return moves.undo(doc)


@frappe.whitelist()
@frappe.validate_and_sanitize_search_inputs
def search_givers(
	doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict | list | None = None
) -> list[tuple[str, str, str]]:
	"""C9: what the field of a handover offers. (user, full name, what they hold where the account is disabled)."""
	return handover.find_givers(txt, start, page_len)
