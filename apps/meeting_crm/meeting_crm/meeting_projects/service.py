"""Projects: who takes part, which rules hold since when, whether work may go on."""

from datetime import date, datetime

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import escape_html, getdate, now_datetime
from frappe.utils.caching import request_cache

from meeting_crm.core.log import log_many
from meeting_crm.core.names import make_name
from meeting_crm.core.people import is_administrator
from meeting_crm.meeting_projects import own_days as own_days  # names where the company's own days come from
from meeting_crm.meeting_projects import rules as project_rules
from meeting_crm.meeting_projects.errors import NotAMemberError, ProjectClosedError
from meeting_crm.meeting_projects.rules import MAX_PER_DAY, ProjectRules, Reason

RULE_FIELDS = tuple(ProjectRules().as_dict())
PROJECT_FIELDS = (
	"name",
	"project_name",
	"start_date",
	"end_date",
	"closed",
	"keep_claim_rules",
	"rules_version",
	*RULE_FIELDS,
)


def get_project(project: str) -> frappe._dict:
	"""The project's settings. Raises DoesNotExistError with a sentence for the user."""
	return _read_project(project, "")


def lock_project(project: str) -> frappe._dict:
	"""The settings as they are now, and nobody changes them until this transaction ends. Claims share the
	lock; saving the project waits for them and they for it (first in the order of locks, claims.service)."""
	return _read_project(project, "lock in share mode")


def _read_project(project: str, lock: str) -> frappe._dict:
	rows = frappe.db.sql(
		f"select {', '.join(PROJECT_FIELDS)} from `tabMeeting Project` where name = %s {lock}",
		(project,),
		as_dict=True,
	)
	if not rows:
		frappe.throw(
			_("There is no project {0}. Choose one from your list of projects.").format(
				frappe.bold(frappe.utils.escape_html(str(project)[:140]))
			),
			title=_("Unknown project"),
			exc=frappe.DoesNotExistError,
		)
	return rows[0]


def get_rules(project: str) -> ProjectRules:
	"""The rules that hold in a project now (B1)."""
	return ProjectRules.of(get_project(project))


def describe_mistakes(rules: ProjectRules) -> list[str]:
	"""A sentence for each rule that cannot work: its label, and what is allowed."""
	allowed = {
		"protection_days": _("Protection lasts from 1 to 3650 days."),
		"reminder_days": _("Reminders cannot begin before the protection does."),
		"extension_days": _("An extension adds from 1 to 365 days."),
		"max_extensions": _("From 0 to 1000 extensions are possible."),
		"max_claims_per_person": _("From 0 to 1000 claims are possible."),
		"cooldown_days": _("From 0 to 3650 days of cool-down are possible."),
		"daily_minimum": _("The daily minimum is from 0 to {0}.").format(MAX_PER_DAY),
		"daily_maximum": _("The daily maximum is at least 1, not below the minimum, and at most {0}.").format(
			MAX_PER_DAY
		),
	}
	meta = frappe.get_meta("Meeting Project")
	return [f"{_(meta.get_label(field))}: {allowed[field]}" for field in rules.get_mistakes()]


def require_rules_that_work(rules: ProjectRules) -> None:
	mistakes = describe_mistakes(rules)
	if mistakes:
		frappe.throw("<br>".join(map(escape_html, mistakes)), title=_("These rules cannot work"))


@request_cache
def get_rules_of_version(version: str) -> ProjectRules:
	"""A locked claim may point at rules that were saved after this transaction's snapshot: a locking read sees them."""
	rows = frappe.db.sql(
		f"select {', '.join(RULE_FIELDS)} from `tabMeeting Project Rules` where name = %s lock in share mode",
		(version,),
		as_dict=True,
	)
	return ProjectRules.of(rows[0])


def get_rules_of_versions(versions: list[str]) -> dict[str, ProjectRules]:
	return {version: get_rules_of_version(version) for version in set(versions) if version}


def is_open(project: str, now: datetime | None = None) -> bool:
	return _get_obstacle(get_project(project), now) is None


def require_open(project: frappe._dict, now: datetime) -> None:
	"""Raises ProjectClosedError, saying why and what to do, unless companies may be claimed on that day."""
	obstacle = _get_obstacle(project, now)
	if obstacle is None:
		return
	message = {
		Reason.CLOSED: _("The project {0} is closed. Choose an open project, or ask an administrator to open it."),
		Reason.NOT_STARTED: _("The project {0} starts on {1}. Choose a project that runs, or wait for the start."),
		Reason.FINISHED: _(
			"The project {0} ended on {2}. Choose a project that runs, or ask an administrator to move the end."
		),
	}[obstacle]
	frappe.throw(
		message.format(
			frappe.bold(frappe.utils.escape_html(project.project_name)),
			frappe.format_value(project.start_date, "Date"),
			frappe.format_value(project.end_date, "Date"),
		),
		title=_("Project not open"),
		exc=ProjectClosedError,
	)


def require_not_closed(project: frappe._dict) -> None:
	"""For what may be prepared before a project starts."""
	if project.closed:
		require_open(project, now_datetime())


def _get_obstacle(project: frappe._dict, now: datetime | None) -> Reason | None:
	today = (now or now_datetime()).date()
	return project_rules.get_project_obstacle(
		getdate(project.start_date), getdate(project.end_date), bool(project.closed), today
	)


def is_member(project: str, user: str) -> bool:
	return bool(frappe.db.exists("Meeting Project Member", _member_filters(project, user)))


def require_member(project: str, user: str | None = None) -> None:
	"""A person acts only in projects they are a member of (A3)."""
	user = user or frappe.session.user
	if is_member(project, user):
		return
	name = get_project(project).project_name
	frappe.throw(
		_("{0} is not a member of the project {1}. An administrator can add members in the project.").format(
			frappe.bold(frappe.utils.escape_html(frappe.utils.get_fullname(user))),
			frappe.bold(frappe.utils.escape_html(name)),
		),
		title=_("Not a member"),
		exc=NotAMemberError,
	)


def get_members(project: str) -> list[frappe._dict]:
	"""Rows of user, full_name, manager, joined_on in the order of the project."""
	return frappe.get_all(
		"Meeting Project Member",
		filters={"parent": project, "parenttype": "Meeting Project"},
		fields=["user", "full_name", "manager", "joined_on"],
		order_by="idx asc",
	)


def add_members(project: str, users: list[str]) -> None:
	"""Whoever may change the project; others are refused by its permissions."""
	doc = frappe.get_doc("Meeting Project", project)
	present = {row.user for row in doc.members}
	for user in users:
		if user not in present:
			doc.append("members", {"user": user})
	doc.save()


def get_managers(project: str, user: str) -> list[str]:
	"""Who looks after a member here: the manager named in the project, else the one of the department."""
	manager = frappe.db.get_value("Meeting Project Member", _member_filters(project, user), "manager")
	if not manager:
		department = frappe.db.get_value("User", user, "meeting_department")
		manager = department and frappe.db.get_value("Meeting Department", department, "manager")
	return [manager] if manager and manager != user else []


def _member_filters(project: str, user: str) -> dict:
	return {"parent": project, "parenttype": "Meeting Project", "user": user}


def get_open_projects(user: str | None = None, on: date | None = None) -> list[frappe._dict]:
	"""Rows of name, project_name of the projects that run on a day; of one member, or all of them."""
	project, member = DocType("Meeting Project"), DocType("Meeting Project Member")
	on = on or now_datetime().date()
	query = (
		frappe.qb.from_(project)
		.where((project.closed == 0) & (project.start_date <= on) & (project.end_date >= on))
		.select(project.name, project.project_name)
		.orderby(project.start_date, order=frappe.qb.desc)
		.orderby(project.name, order=frappe.qb.desc)
	)
	if user:
		query = query.join(member).on(
			(member.parent == project.name) & (member.parenttype == "Meeting Project") & (member.user == user)
		)
	return query.run(as_dict=True)


def get_all_projects() -> list[str]:
	return frappe.get_all("Meeting Project", pluck="name", order_by="name")  # why: names for set-based jobs


def get_project_names(projects: list[str]) -> dict[str, str]:
	if not projects:
		return {}
	return dict(
		frappe.get_all(
			"Meeting Project",
			filters={"name": ("in", list(set(projects)))},
			fields=["name", "project_name"],
			as_list=True,
		)
	)


def record_rules(project, at: datetime) -> None:
	"""Keeps the rules of a saved project as a version of their own, so that a claim can point at the rules it was
	made under (B1, B13)."""
	number = frappe.db.count("Meeting Project Rules", {"project": project.name}) + 1
	frappe.get_doc(
		{
			"doctype": "Meeting Project Rules",
			"project": project.name,
			"version": number,
			"valid_from": at,
			"changed_by": frappe.session.user,
			**ProjectRules.of(project).as_dict(),
		}
	).insert(
		ignore_permissions=True,  # why: nobody writes the history by hand
		set_name=project.rules_version,
	)


def sync_user_permissions(project: str, users: set[str], former: set[str]) -> None:
	"""Members and their managers may use the project in links; nobody else. Administrators see every project, so
	they get no restriction."""
	existing = {
		row.user: row.name
		for row in frappe.get_all(
			"User Permission",
			filters={"allow": "Meeting Project", "for_value": project},
			fields=["name", "user"],
			order_by="creation asc",
		)
	}
	wanted = {user for user in users if not is_administrator(user)}
	missing = sorted(wanted - existing.keys())
	gone = sorted(user for user in existing if user in former and user not in wanted)
	if missing:
		_insert_user_permissions(project, missing)
	if gone:
		frappe.db.delete("User Permission", {"name": ("in", [existing[user] for user in gone])})
	log_many(
		[("Project Access Given", "Meeting Project", project, None, {"user": user}) for user in missing]
		+ [("Project Access Taken", "Meeting Project", project, {"user": user}, None) for user in gone]
	)
	for user in (*missing, *gone):
		frappe.cache.hdel("user_permissions", user)
		frappe.publish_realtime("update_user_permissions", user=user, after_commit=True)


def _insert_user_permissions(project: str, users: list[str]) -> None:
	now, author = now_datetime(), frappe.session.user
	frappe.db.bulk_insert(
		"User Permission",
		(
			"name",
			"creation",
			"modified",
			"owner",
			"modified_by",
			"user",
			"allow",
			"for_value",
			"apply_to_all_doctypes",
		),
		[(make_name(20), now, now, author, author, user, "Meeting Project", project, 1) for user in users],
	)
