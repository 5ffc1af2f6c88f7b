"""Steps of the main job over REST, for the tests that play it."""

import base64
from datetime import timedelta

import frappe
from frappe.utils import now_datetime

from support.rest import error_of

PDF = base64.b64encode(b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n").decode()


def rows_of(client, name: str, project: str) -> list[dict]:
	rows = client.result("meeting_crm.entry.api.check_duplicates", name=name)
	return [row for row in rows if row["enterprise_name"] == name and row["project"] == project]


def pool(client, project: str, text: str) -> list[dict]:
	return client.result("meeting_crm.claims.api.pool", project=project, text=text)


def let_protection_end(claim: str) -> None:
	frappe.db.rollback()
	frappe.db.set_value("Meeting Claim", claim, "protected_until", now_datetime() - timedelta(seconds=1))
	frappe.db.commit()


def make_contract(client, customer: str, project: str) -> str:
	made = client.resource("POST", "Meeting Contract", json={"customer": customer, "project": project, "amount": 28000})
	assert made.status_code == 200, error_of(made)
	name = made.json()["data"]["name"]
	assert client.resource("PUT", "Meeting Contract", name, json={"docstatus": 1}).status_code == 417, (
		"no attachment yet"
	)
	upload = client.result(
		"frappe.client.attach_file",
		filename=f"{name}.pdf",
		filedata=PDF,
		decode_base64=1,
		doctype="Meeting Contract",
		docname=name,
		docfield="attachment",
		is_private=1,
	)
	submitted = client.resource(
		"PUT", "Meeting Contract", name, json={"attachment": upload["file_url"], "docstatus": 1}
	)
	assert submitted.status_code == 200, error_of(submitted)
	return name
