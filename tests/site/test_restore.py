"""A restore from the click to its undoing: real keeper, real migration, real web processes with people on them."""

import json
from pathlib import Path

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime
from frappe.utils.password import get_decrypted_password, update_password

from meeting_crm.administration import backups
from meeting_crm.administration.restoring import service, switching
from meeting_crm.core import runs
from meeting_crm.tests.factories import make_claim, make_project, make_user, unique
from support import sales
from support.keeper import run_keeper
from support.rest import PASSWORD
from support.restoring import clean_up

pytestmark = pytest.mark.timeout(1800)
ROOM = "meeting_crm.administration.api."


@pytest.fixture(autouse=True)
def cleaned(site):
	clean_up()
	yield
	frappe.connect()
	clean_up()


def reconnect() -> None:
	"""The switch has closed every connection."""
	frappe.db.close()
	frappe.connect()
	frappe.clear_cache()


def make_mail(subject: str) -> str:
	mail = frappe.get_doc(
		{
			"doctype": "Email Queue",
			"status": "Not Sent",
			"message": subject,
			"sender": "a@example.com",
			"recipients": [],
		}
	)
	mail.append("recipients", {"recipient": "b@example.com", "status": "Not Sent"})
	return mail.insert(ignore_permissions=True).name


def test_everything_goes_back_and_what_must_not_come_back_stays_away_and_undo_brings_it_again(rest):
	administrator, leaver, changed, seller = (
		make_user(None, "System Manager"),
		make_user(),
		make_user(),
		make_user(),
	)
	kept_note = frappe.get_doc({"doctype": "ToDo", "description": "written before"}).insert()
	file = frappe.get_doc(
		{"doctype": "File", "file_name": f"{unique()}.txt", "content": "合同", "is_private": 1}
	).insert()
	path = Path(file.get_full_path())
	mail = make_mail("before")
	claim = make_claim(make_project(seller), seller)
	call = sales.make_activity(claim.customer, assigned_to=seller).insert().name
	frappe.db.set_value("Meeting Activity", call, "start_reminder_on", add_to_date(now_datetime(), minutes=-1))
	frappe.db.set_value("Meeting Claim", claim.name, "to_tell_on", now_datetime())
	account = frappe.get_doc({"doctype": "Meeting Backup Settings", "secret_key": "top-secret-5", "is_scheduled": 1})
	account.save()
	frappe.db.commit()
	backup = rest(administrator).result(ROOM + "start_backup")
	run_keeper()
	frappe.db.rollback()
	assert frappe.db.get_value(backups.DOCTYPE, backup, "status") == "Done"

	# life goes on
	frappe.db.set_value("User", leaver, "enabled", 0)
	update_password(changed, "a-new-Pass-77")
	newcomer = make_user()
	lost_note = frappe.get_doc({"doctype": "ToDo", "description": "written after"}).insert()
	kept_note.description = "changed after"
	kept_note.save()
	frappe.db.set_value("Email Queue", mail, "status", "Sent")
	file.delete()
	assert not path.exists()
	frappe.db.commit()
	log_rows = frappe.db.count("Meeting Operation Log")
	boss, guest_of_today = rest(administrator), rest(seller)
	assert guest_of_today.call("frappe.auth.get_logged_user").status_code == 200

	facts = boss.result(ROOM + "inspect_backup", verb="GET", backup=backup)
	assert (facts["origin"], facts["problems"], facts["has_files"]) == ("This Site", [], True)
	restore = boss.result(ROOM + "start_restore", backup=backup, site_name=frappe.local.site, password=PASSWORD)
	assert boss.result("meeting_crm.core.api.get_run", doctype="Meeting Restore", name=restore)["status"] == "Queued"
	said = run_keeper(1500)
	reconnect()
	doc = frappe.get_doc(service.DOCTYPE, restore)
	assert (doc.status, doc.failure) == ("Done", None), said
	assert frappe.db.get_value("ToDo", kept_note.name, "description") == "written before"
	assert not frappe.db.exists("ToDo", lost_note.name)
	assert path.read_text() == "合同"
	assert frappe.db.get_value("User", leaver, "enabled") == 0
	assert not frappe.db.exists("User", newcomer)
	assert frappe.db.get_value("Email Queue", mail, "status") == "Error"
	assert frappe.db.count("Meeting Operation Log") > log_rows, "the log forgot"
	assert frappe.db.exists("Meeting Operation Log", {"operation": "Restored", "reference_name": restore})
	assert not frappe.db.get_value("Meeting Activity", call, "start_reminder_on"), "it would ring again"
	assert not frappe.db.get_value("Meeting Claim", claim.name, "to_tell_on")
	differences = json.loads(doc.differences)
	assert leaver in differences["stay_disabled"]
	assert newcomer in differences["accounts_missing"]
	assert get_decrypted_password("Meeting Backup Settings", "Meeting Backup Settings", "secret_key") == "top-secret-5"
	assert boss.result("frappe.auth.get_logged_user") == administrator, "whoever restores stays signed in"
	assert guest_of_today.call("frappe.auth.get_logged_user").status_code in (401, 403)
	rest(changed, "a-new-Pass-77")
	safety = frappe.get_doc(backups.DOCTYPE, doc.safety_backup)
	assert (safety.kind, safety.status, backups.get_path(safety).exists()) == ("Before a Restore", "Done", True)
	assert frappe.db.get_value(backups.DOCTYPE, backup, "status") == "Done", "backups are kept"

	after_restore = frappe.get_doc({"doctype": "ToDo", "description": "written in the restored site"}).insert()
	frappe.db.commit()
	boss.result(ROOM + "undo_restore", restore=restore)
	run_keeper()
	reconnect()
	doc.reload()
	assert (doc.status, doc.failure) == ("Undone", None)
	assert frappe.db.get_value("ToDo", kept_note.name, "description") == "changed after"
	assert frappe.db.exists("ToDo", lost_note.name)
	assert not frappe.db.exists("ToDo", after_restore.name)
	assert frappe.db.exists("User", newcomer)
	assert not path.exists()
	assert boss.call(ROOM + "undo_restore", restore=restore).status_code == 417
	assert not switching.get_journal().exists()
	assert "maintenance_mode" not in switching.get_settings_file().read_text()


def test_a_restore_can_be_undone_for_a_week_and_until_the_next_one():
	doc = made_up(now_datetime())
	assert service.can_be_undone(doc)
	doc.undo_until = add_to_date(now_datetime(), days=-1)
	assert not service.can_be_undone(doc)
	doc.undo_until = add_to_date(now_datetime(), days=1)
	newer = made_up(now_datetime())
	frappe.db.set_value(service.DOCTYPE, newer.name, "creation", add_to_date(now_datetime(), minutes=1))
	assert not service.can_be_undone(doc)


def test_what_can_no_longer_be_undone_is_removed():
	doc = made_up(add_to_date(now_datetime(), days=-8))
	folder = switching.get_folder(doc.name)
	folder.mkdir(parents=True)
	service.drop_what_is_too_old()
	assert not folder.exists()


def made_up(finished_on):
	doc = frappe.new_doc(service.DOCTYPE)
	doc.update({"status": runs.DONE, "purpose": "Restore", "undo_until": add_to_date(finished_on, days=7)})
	doc.flags.ignore_mandatory = True
	backups.insert(doc, "s")
	return doc


def test_the_benchmark_runs_at_the_size_of_a_test_site():
	from bench import backups as benchmark

	figures = benchmark.main(["--site", frappe.local.site, "--rounds", "1"])
	reconnect()
	assert figures["size"] < 1
	assert figures["closed"] > 0
