"""Members of a project: who claims in it, who sees it, who left, and when it is closed or deleted."""

import re
from datetime import datetime

import frappe
import pytest
from frappe.utils import add_days, now_datetime, nowdate

from meeting_crm.claims import errors, service
from meeting_crm.claims.clock import expiry
from meeting_crm.meeting_projects import errors as project_errors
from meeting_crm.tests.factories import make_claim, make_enterprise, make_project, make_user
from support.claims import project_with

MIDDAY = datetime(2026, 11, 23, 12, 0, 0)


def state_of(claim) -> frappe._dict:
	return frappe.db.get_value(
		"Meeting Claim",
		claim,
		["workflow_state", "phase", "active_key", "protected_until", "ended_on", "holder", "contract"],
		as_dict=True,
	)


def test_only_members_claim_and_only_in_open_projects(zhang, li):
	project, enterprise = project_with(zhang), make_enterprise()
	with pytest.raises(project_errors.NotAMemberError):
		make_claim(project, li, enterprise)
	for values in ({"closed": 1}, {"end_date": add_days(nowdate(), -1)}, {"start_date": add_days(nowdate(), 1)}):
		with pytest.raises(project_errors.ProjectClosedError):
			make_claim(make_project(zhang, **values), zhang, enterprise)
	for name in ("PRJ-none", "' or 1=1 --", "<b>x</b>"):
		with pytest.raises(frappe.DoesNotExistError):
			make_claim(name, zhang, enterprise)
	with pytest.raises(frappe.DoesNotExistError):
		make_claim(project, zhang, "no such enterprise")


def test_a_project_closed_in_mid_protection(zhang):
	project = project_with(zhang)
	claim, other = make_claim(project, zhang, now=MIDDAY), make_claim(project, zhang, now=MIDDAY)
	doc = frappe.get_doc("Meeting Project", project)
	doc.closed = 1
	doc.save()
	with pytest.raises(project_errors.ProjectClosedError):
		service.extend(claim.name, "closed", now=MIDDAY)
	service.sign(claim.name, payment="it came in time", now=MIDDAY)
	expiry.end_expired([other.name], other.protected_until)
	assert state_of(other.name).workflow_state == "Released"


def test_who_left_a_project_keeps_what_runs_and_extends_nothing(zhang, li):
	project = project_with(zhang, li)
	claim = make_claim(project, zhang, now=now_datetime())
	doc = frappe.get_doc("Meeting Project", project)
	doc.members = [row for row in doc.members if row.user != zhang]
	doc.save()
	with pytest.raises(project_errors.NotAMemberError):
		service.extend(claim.name, "more time")
	with pytest.raises(errors.AlreadyHeldError):
		make_claim(project, li, claim.enterprise)
	assert service.sign(claim.name, payment="paid").phase == "Signed"


def test_members_may_use_their_projects_alone(zhang, li):
	project, other = make_project(zhang), make_project(li)
	frappe.set_user(zhang)
	assert frappe.get_list("Meeting Project", pluck="name", filters={"name": ("in", [project, other])}) == [project]
	frappe.set_user("Administrator")
	doc = frappe.get_doc("Meeting Project", project)
	claim = make_claim(project, zhang)
	doc.members = []
	doc.save()
	frappe.set_user(zhang)
	assert frappe.get_list("Meeting Project", pluck="name", filters={"name": project}) == []
	assert frappe.get_list("Meeting Claim", pluck="name", filters={"name": claim.name}) == [claim.name]


def test_an_administrator_among_the_members_still_sees_every_project(site):
	admin = make_user(None, "Meeting Administrator")
	make_project(admin)
	other = make_project()
	frappe.set_user(admin)
	assert frappe.get_list("Meeting Project", pluck="name", filters={"name": other}) == [other]


def test_a_member_removed_and_added_again_in_one_save(zhang, li):
	doc = frappe.get_doc("Meeting Project", make_project(zhang, li))
	doc.members = []
	doc.append("members", {"user": zhang, "manager": li})
	doc.save()
	doc.reload()
	assert [row.user for row in doc.members] == [zhang]
	doc.append("members", {"user": zhang})
	with pytest.raises(frappe.ValidationError):
		doc.save()


def test_a_project_without_claims_can_be_deleted_and_one_with_claims_cannot(zhang):
	empty, used = make_project(zhang), make_project(zhang)
	make_claim(used, zhang)
	frappe.db.bulk_insert(
		"Meeting Daily Shortfall", ("name", "project", "user", "day"), [(empty, empty, zhang, nowdate())]
	)
	frappe.delete_doc("Meeting Project", empty)
	assert not frappe.db.exists("Meeting Project Rules", {"project": empty})
	assert not frappe.db.exists("User Permission", {"allow": "Meeting Project", "for_value": empty})
	with pytest.raises(frappe.ValidationError):
		frappe.delete_doc("Meeting Project", used)


def test_the_project_in_use_follows_the_person_to_each_device(rest):
	user = make_user()
	older, foreign = make_project(user), make_project(make_user())
	make_project(user)
	frappe.db.commit()
	desk = rest(user)
	assert desk.call("meeting_crm.claims.api.choose_project", project=foreign).status_code == 403
	desk.result("meeting_crm.claims.api.choose_project", project=older)
	phone = rest(user)
	assert re.search(rf"meeting_project\W+{older}\W", phone.get(f"{phone.url}/app", timeout=60).text)
