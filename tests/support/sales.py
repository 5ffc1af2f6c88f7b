"""Records and files that the tests of sales and contracts share."""

import zipfile
from io import BytesIO

import frappe
from frappe.utils import add_to_date, nowdate

from meeting_crm.contracts import payments
from meeting_crm.tests import factories

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32
EXECUTABLE = b"MZ\x90\x00" + b"\x00" * 64


def make_package(*names: str) -> bytes:
	content = BytesIO()
	with zipfile.ZipFile(content, "w") as package:
		for name in names:
			package.writestr(name, "<x/>")
	return content.getvalue()


DOCX = make_package("[Content_Types].xml", "word/document.xml")
XLSX = make_package("[Content_Types].xml", "xl/workbook.xml")
DOCM = make_package("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")


def upload(file_name: str = "contract.pdf", content: bytes = PDF, is_private: int = 1) -> str:
	"""A file of the session's user; the address that an Attach field holds."""
	return (
		frappe.get_doc(
			{
				"doctype": "File",
				"file_name": f"{frappe.generate_hash(length=8)}-{file_name}",
				"content": content + frappe.generate_hash(length=12).encode(),
				"is_private": is_private,
			}
		)
		.insert()
		.file_url
	)


def make_held(**project_values):
	"""A salesperson with a project, an enterprise they hold in it, and their file: (user, project, claim)."""
	user = factories.make_user()
	project = factories.make_project(user, **project_values)
	return user, project, factories.make_claim(project, user)


def make_late_payment() -> tuple[str, str]:
	"""Money registered in time and confirmed after the protection ran out: (claim, payment)."""
	user, _project, claim = make_held()
	frappe.set_user(user)
	name = payments.register(claim.name, 500, nowdate()).name
	frappe.set_user("Administrator")
	frappe.db.set_value("Meeting Claim", claim.name, "protected_until", add_to_date(None, seconds=-1, as_datetime=True))
	payments.confirm(name)
	return claim.name, name


def make_contract(held, /, **values):
	"""A draft of the session's user, not saved."""
	return frappe.get_doc(
		{
			"doctype": "Meeting Contract",
			"customer": held.customer,
			"project": held.project,
			"amount": 12000,
			"attachment": upload() if "attachment" not in values else None,
			**values,
		}
	)


def make_activity(customer: str, **values):
	return frappe.get_doc(
		{
			"doctype": "Meeting Activity",
			"customer": customer,
			"subject": "电话回访",
			"starts_on": add_to_date(None, hours=2, as_datetime=True),
			**values,
		}
	)


def make_quotation(held, /, **values):
	"""A quotation that was sent."""
	quotation = frappe.get_doc(
		{
			"doctype": "Meeting Quotation",
			"customer": held.customer,
			"project": held.project,
			"items": [{"item_name": "标准展位", "quantity": 2, "rate": 9800}],
			**values,
		}
	).insert()
	quotation.submit()
	return quotation
