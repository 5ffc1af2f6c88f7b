"""Records for tests. Each function makes one record with sensible values; arguments override them.
Names are unique a call, so that tests never meet one another's records."""

from contextlib import contextmanager
from datetime import datetime

import frappe
from frappe.utils import add_days, nowdate

from meeting_crm.claims import service as claims
from meeting_crm.customers import service as customers
from meeting_crm.enterprises import service as enterprises

PASSWORD = "demo"

# Frappe makes the first user of a site without one a System Manager, whoever that is.
SYSTEM_MANAGER = "system.manager"


def unique(prefix: str = "") -> str:
	return f"{prefix}{frappe.generate_hash(length=10)}"


def make_user(name: str | None = None, *roles: str, department: str | None = None, **values) -> str:
	"""An enabled desk user with `roles` (Meeting Salesperson when none are given). Returns the e-mail."""
	email = f"{name or unique('user')}@test.meeting"
	if frappe.db.exists("User", email):
		return email
	if name != SYSTEM_MANAGER:
		make_user(SYSTEM_MANAGER, "System Manager")
	user = frappe.get_doc(
		{
			"doctype": "User",
			"email": email,
			"first_name": name or email.split("@")[0],
			"send_welcome_email": 0,
			"new_password": PASSWORD,
			"language": "en",
			"meeting_department": department,
			"roles": [{"role": role} for role in roles or ("Meeting Salesperson",)],
			**values,
		}
	)
	user.flags.no_welcome_mail = True
	user.flags.ignore_password_policy = True
	frappe.local.conf.throttle_user_limit = 1_000_000  # Frappe allows 60 new users an hour
	with caches_kept(), as_administrator():
		user.insert(ignore_permissions=True)  # why: a test's own set-up
	return email


@contextmanager
def as_administrator():
	"""Whoever the test acts as: levels let only those above make an account."""
	former = frappe.session.user
	frappe.session.user = "Administrator"
	try:
		yield
	finally:
		frappe.session.user = former


@contextmanager
def caches_kept():
	"""Each new user makes Frappe forget the whole site, which then takes a second to come back; not while it installs."""
	frappe.flags.in_install = True
	try:
		yield
	finally:
		frappe.flags.in_install = False


def make_department(name: str | None = None, manager: str | None = None, parent: str | None = None) -> str:
	return (
		frappe.get_doc(
			{
				"doctype": "Meeting Department",
				"department_name": name or unique("Department "),
				"manager": manager,
				"parent_meeting_department": parent,
			}
		)
		.insert(ignore_permissions=True)  # why: a test's own set-up
		.name
	)


def make_project(*members: str, manager: str | None = None, **values) -> str:
	"""An open project of 60 days around today with the default rules and `members`."""
	return (
		frappe.get_doc(
			{
				"doctype": "Meeting Project",
				"project_name": unique("Project "),
				"start_date": add_days(nowdate(), -30),
				"end_date": add_days(nowdate(), 30),
				"members": [{"user": user, "manager": manager} for user in members],
				**values,
			}
		)
		.insert(ignore_permissions=True)  # why: a test's own set-up
		.name
	)


def make_enterprise(full_name: str | None = None, entered_by: str | None = None, **base) -> str:
	return enterprises.add_enterprise(
		full_name or unique("测试企业"),
		{
			"profile": "测试企业简介",
			"landline": "010-62345678",
			"mobile": "13800138000",
			"email": "contact@example.com",
			"contacts": [{"person_name": "王经理", "position": "总经理", "mobile": "13800138000"}],
			**base,
		},
		entered_by or frappe.session.user,
	)


def make_claim(
	project: str,
	holder: str,
	enterprise: str | None = None,
	source: str = "Pool",
	now: datetime | None = None,
):
	"""A claim as the service makes it, at `now`. Returns the Meeting Claim document."""
	return claims.make_claim(project, enterprise or make_enterprise(), holder, source, now=now)


def make_customer(holder: str, enterprise: str | None = None) -> str:
	"""A customer file of `holder`, as a claim would make it."""
	return customers.ensure_file(enterprise or make_enterprise(), holder)


def entry_form(full_name: str | None = None, **values) -> dict:
	"""What the entry form sends (A4), complete and valid."""
	return {
		"full_name": full_name or unique("录入企业"),
		"profile": "从事冷链仓储与配送",
		"segment": "General",
		"landline": "021-58881234",
		"mobile": "13912345678",
		"email": "info@example.com",
		"fax": "",
		"remarks": "展会上认识",
		"contacts": [{"person_name": "李总", "position": "总经理", "mobile": "13912345678", "phone": "", "email": ""}],
		**values,
	}
