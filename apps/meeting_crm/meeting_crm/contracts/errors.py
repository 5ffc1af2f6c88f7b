"""What can stand against a contract. Each error is the caller's to correct."""

import frappe


class ContractError(frappe.ValidationError):
	http_status_code = 417


class NoActiveClaimError(ContractError):
	"""Nobody, or somebody else, holds the enterprise in the project at this second."""

	http_status_code = 409


class AmountError(ContractError):
	pass


class PlanMismatchError(ContractError):
	pass


class DateError(ContractError):
	pass


class ForeignCustomerError(frappe.PermissionError):
	pass


class AllocationError(ContractError):
	pass


class PaymentStateError(ContractError):
	"""Somebody was quicker, or the payment is not one that this can be done with."""

	http_status_code = 409


class RefundTooLargeError(ContractError):
	http_status_code = 409


class BankNumberTakenError(ContractError):
	http_status_code = 409


class ContractInUseError(ContractError):
	"""It has money or an invoice."""

	http_status_code = 409


class ChangeError(ContractError):
	pass


class NeedsManagerError(frappe.PermissionError):
	pass


class StatementUnreadableError(ContractError):
	pass


class StatementStateError(ContractError):
	http_status_code = 409


class InvoiceError(ContractError):
	pass


class TaxNumberError(ContractError):
	pass


class InvoiceStateError(ContractError):
	http_status_code = 409


class InvoiceTooLargeError(ContractError):
	http_status_code = 409


class TemplateUnusableError(ContractError):
	pass
