"""The corrections of the snapshot by themselves: the framework's functions are called without the gate before them."""

import frappe
import pytest
from frappe.desk import query_report, reportview
from frappe.desk.doctype.note import note
from frappe.desk.form import assign_to
from frappe.desk.like import toggle_like

from meeting_crm.tests import factories

pytestmark = pytest.mark.skipif(
	not frappe.__version__.startswith("15.0.0-dev"), reason="upstream has corrections of its own"
)


@pytest.fixture
def colleague(site):
	owner, colleague = (factories.make_user(None, "Meeting Salesperson") for _each in range(2))
	frappe.flags.foreign_file = factories.make_customer(owner)
	frappe.set_user(colleague)
	return colleague


def test_a_foreign_record_is_not_liked(colleague):
	for name in (frappe.flags.foreign_file, 51.0, ""):
		with pytest.raises(frappe.PermissionError):
			toggle_like("Meeting Customer", name, "Yes")


def test_a_foreign_note_is_not_marked(colleague):
	frappe.set_user("Administrator")
	private = frappe.get_doc({"doctype": "Note", "title": factories.unique(), "public": 0}).insert().name
	frappe.set_user(colleague)
	with pytest.raises(frappe.PermissionError):
		note.mark_as_seen(private)


def test_a_foreign_record_is_not_assigned(colleague, monkeypatch):
	monkeypatch.setattr(frappe.local, "request", frappe._dict(method="POST"), raising=False)
	with pytest.raises(frappe.PermissionError):
		assign_to.add({"doctype": "Meeting Customer", "name": frappe.flags.foreign_file, "assign_to": [colleague]})


def test_a_report_runs_with_one_s_own_rights(colleague):
	with pytest.raises(frappe.PermissionError):
		query_report.run("Meeting Daily Volume", filters={}, user="Administrator")


@pytest.mark.parametrize(
	"field", ["lower((select 1)) `a.name.count(`", "ifnull((select(1)),'a.name.b')", "name;a.name", "sleep(5).name"]
)
def test_a_call_is_no_standard_field(site, field):
	with pytest.raises(frappe.DataError):
		reportview.is_standard(field)


def test_an_added_column_holds_what_one_may_read(colleague):
	assert frappe.flags.foreign_file not in query_report.get_data_for_custom_field("Meeting Customer", "customer_name")
