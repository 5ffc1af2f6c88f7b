"""Whose a record is stands in the database. A client that sends another owner or holder with a change gets nothing by it."""

import frappe
import pytest
from frappe.utils import add_days, now_datetime, nowdate

from meeting_crm.customers import sharing
from meeting_crm.documents import folders
from meeting_crm.tests import factories
from support.documents import as_user
from support.execution import make_signed
from support.rest import error_of


@pytest.fixture(scope="module")
def scene(site):
	holder, contract = make_signed()
	activity = frappe.get_doc(
		{
			"doctype": "Meeting Activity",
			"customer": contract.customer,
			"activity_type": "Call",
			"subject": factories.unique("电话"),
			"status": "Planned",
			"assigned_to": holder,
			"starts_on": now_datetime(),
		}
	).insert()
	colleague = factories.make_user()
	manager = factories.make_user(None, "Meeting Manager")
	theirs = factories.make_user(None, department=factories.make_department(manager=manager))
	frappe.set_user("Administrator")
	frappe.db.commit()
	return frappe._dict(
		holder=holder, contract=contract, activity=activity.name, colleague=colleague, manager=manager, theirs=theirs
	)


@pytest.mark.parametrize("doctype", ["Meeting Customer", "Meeting Activity"])
def test_a_share_to_write_does_not_make_an_author(scene, rest, doctype):
	"""Authors read for ever: whoever could make himself one would keep what was shared with him for a day."""
	name = scene.contract.customer if doctype == "Meeting Customer" else scene.activity
	with as_user(scene.holder):
		sharing.share("Meeting Customer", scene.contract.customer, [scene.colleague], True, None)
	client = rest(scene.colleague)
	for field in ("owner", "modified_by", "creation"):
		value = "2001-01-01 00:00:00" if field == "creation" else scene.colleague
		client.resource("PUT", doctype, name, json={field: value})
	doc = client.resource("GET", doctype, name).json()["data"]
	client.call("frappe.client.save", doc={**doc, "doctype": doctype, "owner": scene.colleague})
	client.call("frappe.client.set_value", doctype=doctype, name=name, fieldname="owner", value=scene.colleague)
	client.call(
		"frappe.desk.form.save.savedocs", doc={**doc, "doctype": doctype, "owner": scene.colleague}, action="Save"
	)
	frappe.db.rollback()
	assert frappe.db.get_value(doctype, name, "owner") == scene.holder
	assert frappe.db.get_value(doctype, name, "creation").year > 2001
	with as_user(scene.holder):
		sharing.revoke("Meeting Customer", scene.contract.customer, scene.colleague)
	assert rest(scene.colleague).resource("GET", doctype, name).status_code == 403


def test_nobody_writes_in_the_name_of_another(scene, rest):
	made = rest(scene.holder).resource(
		"POST",
		"Meeting Contact",
		json={
			"customer": scene.contract.customer,
			"person_name": "王经理",
			"owner": scene.colleague,
			"creation": "2001-01-01 00:00:00",
		},
	)
	assert made.status_code == 200, error_of(made)
	frappe.db.rollback()
	owner, creation = frappe.db.get_value("Meeting Contact", made.json()["data"]["name"], ["owner", "creation"])
	assert owner == scene.holder and creation.year > 2001


def test_a_foreign_folder_keeps_its_name(scene, rest):
	project = scene.contract.project
	doc = frappe.get_doc("Meeting Project", project)
	doc.append("members", {"user": scene.colleague})
	doc.save()
	with as_user(scene.holder):
		folder = frappe.get_doc(
			{
				"doctype": "Meeting Document Folder",
				"folder_name": factories.unique("夹"),
				"parent_folder": folders.get_project_folder(project),
			}
		).insert()
	answer = rest(scene.colleague).resource(
		"PUT", "Meeting Document Folder", folder.name, json={"owner": scene.colleague, "folder_name": "mine"}
	)
	assert answer.status_code in (403, 417), answer.text[:500]
	frappe.db.rollback()
	assert frappe.db.get_value("Meeting Document Folder", folder.name, "folder_name") == folder.folder_name


def test_a_foreign_leave_and_target_stay_where_they_are(scene, rest):
	leave = frappe.get_doc(
		{
			"doctype": "Meeting Leave",
			"user": scene.holder,
			"from_date": nowdate(),
			"to_date": add_days(nowdate(), 2),
			"reason": "年假",
		}
	).insert()
	target = frappe.get_doc(
		{
			"doctype": "Meeting Sales Target",
			"user": scene.holder,
			"month": "2026-11-01",
			"measure": "Signed",
			"amount": 10,
		}
	).insert()
	client = rest(scene.manager)
	for doctype, name, field in (
		("Meeting Leave", leave.name, "user"),
		("Meeting Sales Target", target.name, "user"),
		("Meeting Claim", scene.contract.claim, "holder"),
	):
		for user in (scene.manager, scene.theirs):
			answer = client.resource("PUT", doctype, name, json={field: user})
			assert answer.status_code == 403, f"{doctype}: {answer.status_code} {answer.text[:300]}"
		frappe.db.rollback()
		assert frappe.db.get_value(doctype, name, field) == scene.holder


def test_a_foreign_handover_stays_a_draft(scene, rest):
	with as_user(scene.holder):
		doc = frappe.get_doc(
			{
				"doctype": "Meeting Handover",
				"from_user": scene.holder,
				"reason": "x",
				"receivers": [{"user": scene.theirs}],
			}
		).insert(ignore_permissions=True)
	answer = rest(scene.colleague).resource(
		"PUT", "Meeting Handover", doc.name, json={"owner": scene.colleague, "reason": "mine"}
	)
	assert answer.status_code == 403, answer.text[:400]
