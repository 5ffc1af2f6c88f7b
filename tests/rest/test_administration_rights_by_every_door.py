"""Rights taken from and given to one person, in each channel of the framework over HTTP (case 50)."""

import json

import frappe
import pytest

from meeting_crm.tests import factories
from meeting_crm.tests.factories import make_user

CONTACT, CUSTOMER = "Meeting Contact", "Meeting Customer"
SET = "meeting_crm.administration.api.set_right"


@pytest.fixture
def world(rest):
	holder, administrator = make_user(), make_user(None, "Meeting Administrator")
	claim = factories.make_claim(factories.make_project(holder), holder)
	return rest(holder), rest(administrator), holder, claim.customer


def take(admin, user: str, right: str, doctype: str = CONTACT) -> None:
	admin.result(SET, user=user, document_type=doctype, right=right, effect="Remove", reason="试用期")


def make_contact(client, customer: str) -> str:
	answer = client.resource("POST", CONTACT, json={"customer": customer, "person_name": factories.unique("人")})
	assert answer.status_code == 200, answer.text
	return answer.json()["data"]["name"]


def export(client, doctype: str) -> int:
	return client.call(
		"frappe.desk.reportview.export_query",
		doctype=doctype,
		file_format_type="CSV",
		title="x",
		view="Report",
		fields=[f"`tab{doctype}`.`name`"],
		filters=[],
	).status_code


def test_delete_taken_is_taken_in_every_channel(world):
	client, admin, user, customer = world
	name = make_contact(client, customer)
	take(admin, user, "delete")
	assert client.resource("DELETE", CONTACT, name).status_code == 403
	assert client.call("frappe.client.delete", doctype=CONTACT, name=name).status_code == 403
	client.call("frappe.desk.reportview.delete_items", doctype=CONTACT, items=[name])
	assert client.resource("GET", CONTACT, name).status_code == 200, (
		"a deletion of several answers 200: the row is what counts"
	)
	docinfo = client.call("frappe.desk.form.load.getdoc", verb="GET", doctype=CONTACT, name=name).json()["docinfo"]
	assert not docinfo["permissions"].get("delete")


def test_write_and_create_taken(world):
	client, admin, user, customer = world
	name = make_contact(client, customer)
	take(admin, user, "write")
	take(admin, user, "create")
	assert client.resource("PUT", CONTACT, name, json={"position": "x"}).status_code == 403
	assert (
		client.call("frappe.client.set_value", doctype=CONTACT, name=name, fieldname="position", value="x").status_code
		== 403
	)
	assert client.resource("POST", CONTACT, json={"customer": customer, "person_name": "新"}).status_code == 403
	doc = client.resource("GET", CONTACT, name).json()["data"] | {"doctype": CONTACT, "position": "x"}
	assert client.call("frappe.desk.form.save.savedocs", doc=json.dumps(doc), action="Save").status_code == 403


def test_read_taken_closes_lists_counts_searches_forms_prints_and_shares(world):
	client, admin, user, customer = world
	name = make_contact(client, customer)
	take(admin, user, "read")
	assert client.resource("GET", CONTACT).status_code == 403
	assert client.resource("GET", CONTACT, name).status_code == 403
	assert client.call("frappe.client.get_count", verb="GET", doctype=CONTACT).status_code == 403
	assert client.call("frappe.desk.reportview.get", doctype=CONTACT, fields=["name"]).status_code == 403
	assert client.call("frappe.desk.form.load.getdoc", verb="GET", doctype=CONTACT, name=name).status_code == 403
	assert client.call("frappe.desk.search.search_link", doctype=CONTACT, txt="").status_code == 403
	assert client.call("frappe.share.add", doctype=CONTACT, name=name, user=make_user(), read=1).status_code in (
		403,
		417,
	)
	printed = client.get(f"{client.url}/printview?doctype={CONTACT}&name={name}", timeout=60)
	assert printed.status_code == 403
	found = client.call("frappe.utils.global_search.search", verb="GET", text="人", doctype=CONTACT)
	assert found.status_code in (200, 403) and name not in found.text


def test_print_and_report_taken(world):
	client, admin, user, customer = world
	take(admin, user, "print", CUSTOMER)
	printed = client.get(f"{client.url}/printview?doctype={CUSTOMER}&name={customer}", timeout=60)
	assert printed.status_code == 403
	for command in ("frappe.utils.print_format.download_pdf", "frappe.www.printview.get_html_and_style"):
		given = {"doctype": CUSTOMER, "name": customer}
		arguments = {"doc": json.dumps(given)} if "html" in command else given
		assert client.call(command, **arguments).status_code == 403, command
	assert client.resource("GET", CUSTOMER, customer).status_code == 200


def test_export_given_and_taken_again(world):
	client, admin, user, _customer = world
	assert export(client, CUSTOMER) == 403
	admin.result(SET, user=user, document_type=CUSTOMER, right="export", effect="Add", reason="核对")
	assert export(client, CUSTOMER) == 200
	admin.result(SET, user=user, document_type=CUSTOMER, right="export", effect="Group", reason="")
	assert export(client, CUSTOMER) == 403


def test_a_job_run_as_the_person_obeys(world, worker, wait_until):
	"""Case 57."""
	client, admin, user, customer = world
	name = make_contact(client, customer)
	take(admin, user, "delete")
	frappe.set_user(user)
	frappe.enqueue("frappe.client.delete", doctype=CONTACT, name=name, job_id=factories.unique("job"))
	frappe.set_user("Administrator")
	frappe.db.commit()
	probe = factories.unique("done")
	frappe.enqueue("frappe.client.insert", doc={"doctype": "Note", "title": probe, "public": 1, "content": "x"})
	frappe.db.commit()
	wait_until(lambda: frappe.db.exists("Note", {"title": probe}), timeout=180)
	assert frappe.db.exists(CONTACT, name)


def test_a_colleague_notices_nothing(world, rest):
	client, admin, user, customer = world
	for right in ("delete", "read"):
		take(admin, user, right)
	colleague = rest(make_user())
	assert colleague.resource("GET", CONTACT).status_code == 200
