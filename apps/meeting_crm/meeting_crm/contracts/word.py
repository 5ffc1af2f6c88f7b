"""Contracts as Word files from templates that administrators upload with a kind. A template is code of somebody's: it runs in a
sandbox, and what is filled in is text, never markup."""

from io import BytesIO

import frappe
from docxtpl import DocxTemplate
from frappe import _
from frappe.utils import escape_html, formatdate, strip_html
from jinja2 import TemplateError
from jinja2.sandbox import SandboxedEnvironment

from meeting_crm.contracts import rules
from meeting_crm.contracts.errors import TemplateUnusableError
from meeting_crm.core.money_words import get_amount_in_words

CONTRACT, KIND = "Meeting Contract", "Meeting Contract Kind"


def fill(contract) -> tuple[str, bytes]:
	"""(file name, content) of the contract in the template of its kind."""
	address = frappe.get_cached_value(KIND, contract.contract_kind, "word_template")
	name = address and frappe.db.get_value("File", {"file_url": address}, "name", order_by="creation")
	if not name:
		frappe.throw(
			_("{0} has no Word template. An administrator uploads one with the kind of contract.").format(
				frappe.bold(_(contract.contract_kind))
			),
			title=_("No template"),
			exc=TemplateUnusableError,
		)
	with open(frappe.get_doc("File", name).get_full_path(), "rb") as template:
		return f"{contract.name}.docx", render(template.read(), get_values(contract))


def render(template: bytes, values: dict) -> bytes:
	result = BytesIO()
	try:
		document = DocxTemplate(BytesIO(template))
		document.render(values, SandboxedEnvironment(), autoescape=True)
		document.save(result)
	except (TemplateError, ValueError, KeyError, OSError, AttributeError, TypeError) as error:
		frappe.throw(
			_(
				"The Word template cannot be filled: {0}. Correct the placeholder in the template and upload it again."
			).format(escape_html(str(error))),
			title=_("Template not usable"),
			exc=TemplateUnusableError,
		)
	return result.getvalue()


def check_template(kind) -> None:
	"""A template is tried with an empty contract when it is uploaded, not when a customer waits."""
	if not kind.word_template or not kind.has_value_changed("word_template"):
		return
	file = frappe.get_doc("File", {"file_url": kind.word_template})
	with open(file.get_full_path(), "rb") as stored:
		content = stored.read()
	if rules.get_file_kind(content) != "docx":
		frappe.throw(
			_("{0} is no Word file (.docx) without macros.").format(escape_html(file.file_name or "")),
			title=_("Template not usable"),
			exc=TemplateUnusableError,
		)
	render(content, get_values(frappe.new_doc(CONTRACT)))


def get_values(contract) -> dict:
	"""What templates may name; plain values, no documents."""
	project = frappe.db.get_value("Meeting Project", contract.project, "project_name") if contract.project else ""
	return {
		"company": frappe.db.get_single_value("Meeting Customer Settings", "company_name") or "",
		"contract": {
			"number": contract.name or "",
			"paper_number": contract.paper_number or "",
			"customer": contract.enterprise_name or "",
			"project": project or "",
			"signed_on": formatdate(contract.signed_on) if contract.signed_on else "",
			"amount": f"{contract.amount or 0:,.2f}",
			"amount_in_words": get_amount_in_words(contract.amount),
			"terms": strip_html(contract.terms or ""),
			"salesperson": frappe.utils.get_fullname(contract.holder) if contract.holder else "",
			"our_signatory": contract.our_signatory or "",
		},
		"items": [
			{
				"name": row.item_name,
				"description": row.description or "",
				"quantity": f"{row.quantity:g}",
				"unit": row.unit or "",
				"rate": f"{row.rate:,.2f}",
				"amount": f"{row.amount:,.2f}",
			}
			for row in contract.items
		],
		"plan": [
			{"label": row.label, "due_on": formatdate(row.due_on), "amount": f"{row.amount:,.2f}"}
			for row in contract.plan
		],
	}
