"""A limit holds by every door: the form, the import, assignment, several at once; and a lost race is told."""

import threading
from datetime import datetime, timedelta

import frappe
import pytest

from meeting_crm.claims import errors, rules, service
from meeting_crm.claims.bulk import assignment, several
from meeting_crm.claims.clock import expiry
from meeting_crm.core import errors as core_errors
from meeting_crm.enterprises.errors import DuplicateEnterpriseError
from meeting_crm.entry import service as entry
from meeting_crm.entry.importing import columns, one_by_one, writing
from meeting_crm.tests.factories import entry_form, make_claim, make_enterprise, unique
from support.claims import project_with
from support.site import connect_beside

MIDDAY = datetime(2026, 11, 18, 12, 0, 0)


def import_row(name: str, project: str, user: str) -> str:
	titles = ["full_name", "profile", "landline", "mobile", "email", "person_name", "position", "person_mobile"]
	cells = [name, "冷链", "010-62345678", "13800138000", "a@example.com", "王经理", "总经理", "13800138000"]
	frappe.set_user(user)
	try:
		return one_by_one.enter(columns.read_row(2, cells, titles), project).result
	finally:
		frappe.set_user("Administrator")


def test_no_door_leads_around_the_cool_down(zhang, li):
	project = project_with(zhang, li, cooldown_days=3, daily_minimum=0)
	lost, other = make_claim(project, zhang), make_enterprise()
	service.release(lost.name, "wrong company")
	for source in rules.OWN_SOURCES:
		with pytest.raises(errors.CoolDownError):
			make_claim(project, zhang, lost.enterprise, source)
	rows = several.claim_several(project, [lost.enterprise, other], zhang)
	assert [(row["ok"], row.get("error")) for row in rows] == [(False, "CoolDownError"), (True, None)]
	with pytest.raises(DuplicateEnterpriseError):
		entry.enter(project, entry_form(lost.enterprise_name), zhang)
	assert import_row(lost.enterprise_name, project, zhang) == writing.DUPLICATE
	assert service.get_active_claim(project, lost.enterprise) is None
	assert several.claim_several(project, [lost.enterprise], li)[0]["ok"], "colleagues are free to"


def test_assigned_in_the_cool_down_it_is_the_managers_decision(zhang, li, manager):
	project = project_with(zhang, li, manager=manager, cooldown_days=3, max_claims_per_person=1)
	lost = make_claim(project, zhang)
	service.release(lost.name, "wrong company")
	with pytest.raises(frappe.PermissionError):
		assignment.assign(project, [lost.enterprise], [zhang], zhang)
	[row] = assignment.assign(project, [lost.enterprise], [zhang], manager)
	assert (row["ok"], row["holder"]) == (True, zhang)
	service.release(row["claim"], "still wrong")
	assert several.claim_several(project, [lost.enterprise], zhang)[0]["error"] == "ClaimedTooOftenError"


def test_no_door_leads_around_the_number_of_claims_of_a_company(zhang):
	project = project_with(zhang, max_claims_per_person=2)
	name = unique("只认两次")
	enterprise = entry.enter(project, entry_form(name), zhang)["enterprise"]
	service.release(service.get_active_claim(project, enterprise).name, "later")
	[again] = several.claim_several(project, [enterprise], zhang)
	service.release(again["claim"], "later")
	for source in rules.OWN_SOURCES:
		with pytest.raises(errors.ClaimedTooOftenError):
			make_claim(project, zhang, enterprise, source)
	assert several.claim_several(project, [enterprise], zhang)[0]["error"] == "ClaimedTooOftenError"
	assert import_row(name, project, zhang) == writing.DUPLICATE
	assert make_claim(project_with(zhang, max_claims_per_person=2), zhang, enterprise), "each project counts for itself"


@pytest.fixture
def rival(site):
	connection = connect_beside()
	yield connection
	connection.rollback()
	connection.close()


def test_a_deadlock_lost_while_the_project_is_locked_is_told(zhang, rival):
	"""REST locks a project before it saves it. Here the lock closes a circle with a claimer who has written more, so that the
	database makes the administrator's request give way."""
	project = project_with(zhang)
	claim = make_claim(project, zhang)
	frappe.db.commit()
	cursor = rival.cursor()
	for _change in range(5):
		cursor.execute(
			"update `tabMeeting Project` set modified = modified + interval 1 second where name = %s", (project,)
		)
	frappe.db.sql("select name from `tabMeeting Claim` where name = %s for update", (claim.name,))
	waiting = threading.Thread(
		target=cursor.execute, args=("select name from `tabMeeting Claim` where name = %s for update", (claim.name,))
	)
	waiting.start()
	with pytest.raises(core_errors.ClaimsBusyError) as told:
		frappe.get_doc("Meeting Project", project, for_update=True)
	waiting.join()
	assert "Save again" in str(told.value)


def test_a_claim_begins_after_the_one_it_waited_for(zhang, li, monkeypatch):
	"""Whoever marks a company dead holds its claim locked; the next one's protection does not begin before that end."""
	clock = [MIDDAY]
	end_expired = expiry.end_expired

	def wait_and_end(names, now):
		clock[0] += timedelta(seconds=3)
		return end_expired(names, now)

	project, enterprise = project_with(zhang, li), make_enterprise()
	make_claim(project, zhang, enterprise, now=MIDDAY - timedelta(days=15))
	monkeypatch.setattr(service, "now_datetime", lambda: clock[0])
	monkeypatch.setattr(service, "end_expired", wait_and_end)
	assert make_claim(project, li, enterprise).claimed_on == MIDDAY + timedelta(seconds=3)


def test_who_reopens_what_was_claimed_a_moment_ago_is_told(zhang, li, rest):
	project, enterprise = project_with(zhang, li), make_enterprise()
	claim = make_claim(project, zhang, enterprise)
	service.release(claim.name, "by mistake")
	rival = rest(li)
	frappe.db.sql("select 1 from `tabMeeting Claim` limit 1")  # the snapshot of whoever reopens
	rival.result("meeting_crm.claims.api.claim", project=project, enterprise=enterprise)
	with pytest.raises(errors.AlreadyHeldError):
		service.reopen(claim.name, "by mistake")
	assert not [message for message in frappe.local.message_log if "unique" in str(message)]
