"""What an administrator's changes of the workflow of claims may not touch (B6)."""

import frappe
from frappe import _

STATE_FIELD = "workflow_state"


def check_workflow(doc, method: str | None = None) -> None:
	"""Frappe would submit or cancel all claims of a state whose document status says so, and nobody could change them any more."""
	if doc.document_type != "Meeting Claim":
		return
	if doc.workflow_state_field != STATE_FIELD:
		frappe.throw(
			_("The state of a claim is kept in the field {0}. Leave it as the workflow's field.").format(STATE_FIELD),
			title=_("Workflow of claims"),
		)
	for row in doc.states:
		if int(row.doc_status or 0):
			frappe.throw(
				_("Claims are neither submitted nor cancelled. Leave the document status of {0} at 0.").format(
					frappe.bold(_(row.state))
				),
				title=_("Workflow of claims"),
			)
