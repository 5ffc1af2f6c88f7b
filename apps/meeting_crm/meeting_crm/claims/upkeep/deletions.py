"""A file whose deletion was approved: what protects it ends first, and what was signed stops it."""

import frappe
from frappe import _

from meeting_crm.claims import service
from meeting_crm.core.wording import join_words
from meeting_crm.customers.errors import StillReferredToError


def follow_decision(request, method: str | None = None) -> None:
	"""In the transaction of the decision. Raises StillReferredToError where a company was signed with this file."""
	if request.status != "Approved" or not request.has_value_changed("status"):
		return
	claims = frappe.get_all(
		"Meeting Claim",
		filters={"customer": request.customer, "phase": ("in", ("Negotiating", "Signed"))},
		fields=["name", "phase", "project_name"],
		order_by="claimed_on",
	)
	if signed := [claim.project_name for claim in claims if claim.phase == "Signed"]:
		frappe.throw(
			_("{0} was signed in {1}: its file stays. Do not delete it, or end the contract first.").format(
				frappe.bold(frappe.utils.escape_html(request.customer_name)),
				frappe.bold(frappe.utils.escape_html(join_words(signed))),
			),
			title=_("Still referred to"),
			exc=StillReferredToError,
		)
	for claim in claims:
		service.release(claim.name, _("The deletion of the file was approved"))
