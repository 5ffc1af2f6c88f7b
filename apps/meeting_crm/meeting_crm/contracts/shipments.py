"""Parcels: whom they go to, and what they make of the invoices in them."""

import frappe
from frappe import _
from frappe.utils import escape_html

from meeting_crm.contracts.invoices import INVOICE, RECEIVED, RECEIVER, RED, SENT, set_status
from meeting_crm.customers import hanging as checks


def fill(shipment) -> None:
	"""The customer's name, and from the first invoice what is not given: recipient, mobile, address."""
	_check_contents(shipment)
	first = next((row.invoice for row in shipment.contents if row.invoice), None)
	source = frappe.db.get_value(INVOICE, first, ["customer", "contract", *RECEIVER], as_dict=True) if first else None
	if source:
		complete_receivers([source])
		shipment.customer = shipment.customer or source.customer
		shipment.recipient = shipment.recipient or source.recipient
		shipment.mobile = shipment.mobile or source.recipient_mobile
		shipment.address = shipment.address or source.courier_address
	shipment.customer_name = frappe.db.get_value("Meeting Customer", shipment.customer, "customer_name")
	checks.check_not_in_future(shipment, "sent_on")
	checks.check_order(shipment, "sent_on", "received_on")


def _check_contents(shipment) -> None:
	"""A parcel tells where its invoice goes, and sends it: nobody packs an invoice that they may not read."""
	before = shipment.get_doc_before_save()
	packed = {row.invoice for row in before.contents} if before else set()
	for row in shipment.contents:
		if row.invoice and row.invoice not in packed and not frappe.has_permission(INVOICE, "read", row.invoice):
			frappe.throw(
				_("You may not read the invoice {0}. Finance sends it.").format(escape_html(row.invoice)),
				frappe.PermissionError,
			)


def complete_receivers(rows: list) -> None:
	"""What the title of an invoice does not say of its receiver, the execution of its contract may."""
	executions = frappe.get_all(  # why: the caller has the invoices, and answers for who reads them
		"Meeting Execution",
		{"contract": ("in", [row.contract for row in rows if row.contract] or [""])},
		["contract", "address", *RECEIVER],
	)
	known = {row.contract: {**row, "courier_address": row.courier_address or row.address} for row in executions}
	for row in rows:
		row.update({field: row[field] or known.get(row.contract, {}).get(field) for field in RECEIVER})


def follow(shipment) -> None:
	"""What lies in a parcel that was sent or received is sent or received itself."""
	for row in shipment.contents:
		invoice = row.invoice and frappe.db.get_value(INVOICE, row.invoice, ["docstatus", "status"], as_dict=True)
		if not invoice or invoice.docstatus != 1 or invoice.status == RED:
			continue
		if shipment.sent_on:
			set_status(row.invoice, RECEIVED if shipment.received_on else SENT)
		frappe.db.set_value(INVOICE, row.invoice, "shipment", shipment.name, update_modified=False)
