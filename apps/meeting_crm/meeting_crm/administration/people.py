"""People of the company (E1): made ready to work in one step, listed, disabled, given a new password."""

import secrets
from contextlib import contextmanager
from datetime import datetime

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.query_builder.functions import Count
from frappe.utils import cint, escape_html, strip_html, validate_email_address

from meeting_crm.administration import groups, levels, online, rules
from meeting_crm.core.numbers import is_possible_mobile, normalise_mobile

NO_MAIL = "@mobile.invalid"
"""Whoever has no e-mail address signs in with the mobile number; the account needs a name that looks like an address."""
LETTERS = "abcdefghjkmnpqrstuvwxyz"
CAPITALS = LETTERS.upper()
DIGITS = "23456789"
PEOPLE_PER_PAGE = 100
MAX_IMPORTED = 200
UNLIMITED, FRAMEWORKS_LIMIT = 1_000_000, 60
TITLES = frozenset({"姓名", "name", "Name", "full name", "Full Name"})


def make_person(
	full_name: str,
	email: str | None,
	department: str | None,
	roles: list[str],
	projects: list[str],
	mobile: str | None = None,
) -> dict:
	"""An account that can start at once. The password is in the answer and nowhere else."""
	full_name = (full_name or "").strip()
	if not full_name:
		frappe.throw(_("Enter the person's name."))
	number = _read_mobile(mobile)
	address = _read_address(email, number)
	roles = _read_roles(roles)
	if frappe.db.exists("User", address):
		frappe.throw(
			_("{0} has an account already. Open it in the list, or enter another address.").format(
				frappe.bold(escape_html(address))
			),
			frappe.DuplicateEntryError,
		)
	password = make_password()
	user = frappe.get_doc(
		{
			"doctype": "User",
			"email": address,
			"first_name": full_name,
			"mobile_no": number or None,
			"meeting_department": department or None,
			"language": frappe.db.get_single_value("System Settings", "language") or "zh",
			"send_welcome_email": 0,
			"new_password": password,
			"roles": [{"role": role} for role in roles],
		}
	)
	user.flags.no_welcome_mail = True
	user.flags.ignore_password_policy = True  # why: it is random, and the policy may not like that it has no words
	with _without_throttle():
		user.insert()
	for project in projects:
		_join(project, user.name)
	return {
		"user": user.name,
		"full_name": user.full_name,
		"sign_in_with": number if address.endswith(NO_MAIL) else user.name,
		"password": password,
		"projects": projects,
	}


@contextmanager
def _without_throttle():
	"""The framework lets sixty accounts an hour be made, against strangers who sign up; whoever comes here has the right."""
	former = frappe.conf.get("throttle_user_limit")
	frappe.conf.throttle_user_limit = UNLIMITED
	try:
		yield
	finally:
		frappe.conf.throttle_user_limit = former or FRAMEWORKS_LIMIT


def _read_mobile(mobile: str | None) -> str:
	if not (mobile or "").strip():
		return ""
	if not is_possible_mobile(mobile):
		frappe.throw(_("{0} is no mobile number. Enter 11 digits.").format(frappe.bold(escape_html(mobile))))
	number = normalise_mobile(mobile)
	if other := frappe.db.get_value("User", {"mobile_no": number}, "full_name"):
		frappe.throw(
			_("The mobile number {0} is that of {1}.").format(number, frappe.bold(escape_html(other))),
			frappe.DuplicateEntryError,
		)
	return number


def _read_address(email: str | None, number: str) -> str:
	email = (email or "").strip().lower()
	if not email and not number:
		frappe.throw(_("Enter an e-mail address or a mobile number: the person signs in with it."))
	if email and not validate_email_address(email):
		frappe.throw(_("{0} is no e-mail address.").format(frappe.bold(escape_html(email))))
	return email or f"{number}{NO_MAIL}"


def _read_roles(roles: list[str]) -> list[str]:
	roles = list(dict.fromkeys(roles))
	if not roles:
		frappe.throw(_("Choose at least one role: without one the person sees nothing."))
	if unknown := [role for role in roles if not frappe.db.exists("Role", {"name": role, "disabled": 0})]:
		frappe.throw(_("There is no role {0}.").format(frappe.bold(escape_html(unknown[0]))))
	return roles


def _join(project: str, user: str) -> None:
	doc = frappe.get_doc("Meeting Project", project, for_update=True)
	if user not in [row.user for row in doc.members]:
		doc.append("members", {"user": user})
		doc.save()


def import_people(text: str) -> list[dict]:
	"""Rows as a spreadsheet copies them. Each is made or refused by itself."""
	answers = []
	for line in (text or "").splitlines():
		cells = [cell.strip() for cell in line.split("\t" if "\t" in line else ",")]
		if not any(cells) or cells[0] in TITLES:
			continue
		if len(answers) >= MAX_IMPORTED:
			frappe.throw(_("At most {0} people at once. Import the others afterwards.").format(MAX_IMPORTED))
		answers.append(_import_row(*(cells + [""] * 5)[:5]))
	if not answers:
		frappe.throw(_("Paste rows with name, e-mail, mobile number, department and role."))
	return answers


def _import_row(full_name: str, email: str, mobile: str, department: str, role: str) -> dict:
	frappe.db.savepoint("row")
	try:
		if department and not frappe.db.exists("Meeting Department", department):
			frappe.throw(_("There is no department {0}.").format(frappe.bold(escape_html(department))))
		return make_person(full_name, email, department, [_find_role(role)], [], mobile)
	except (frappe.ValidationError, frappe.PermissionError) as refusal:
		frappe.db.rollback(save_point="row")
		frappe.clear_messages()
		return {"full_name": full_name, "problem": strip_html(str(refusal))}


def _find_role(text: str) -> str:
	"""By its name or what it is called in the reader's language; a salesperson where nothing is said."""
	names = {row["label"]: row["role"] for row in get_roles_to_give()}
	return names.get(text, text) if text else "Meeting Salesperson"


def make_password() -> str:
	"""Twelve letters and digits that cannot be mistaken for one another, easy to dictate: about 60 bits."""
	groups_of_four = [
		secrets.choice(CAPITALS) + secrets.choice(LETTERS) + secrets.choice(DIGITS) + secrets.choice(LETTERS)
		for _number in range(3)
	]
	return "-".join(groups_of_four)


def reset_password(user: str) -> str:
	levels.require_management(user, rules.PASSWORD)
	password = make_password()
	doc = frappe.get_doc("User", user)
	doc.new_password = password
	doc.logout_all_sessions = 1
	doc.flags.ignore_password_policy = True  # why: see make_person
	doc.save()
	return password


def set_enabled(user: str, enabled: bool) -> dict:
	levels.require_management(user, rules.ENABLE if enabled else rules.DISABLE)
	doc = frappe.get_doc("User", user)
	doc.enabled = int(enabled)
	doc.save()
	return {"user": user, "enabled": doc.enabled}


def delete_person(user: str) -> None:
	levels.require_management(user, rules.DELETE)
	frappe.delete_doc("User", user)


def change_person(
	user: str, department: str | None = None, group: str | None = None, roles: list[str] | None = None
) -> dict:
	"""E2 to E4 in one save. `roles` are those of the product that the person has besides the group's; others stay."""
	doc = frappe.get_doc("User", user)
	if department is not None:
		doc.meeting_department = department or None
	if roles is not None:
		ours = {row["role"] for row in get_roles_to_give()}
		doc.set("roles", [row for row in doc.roles if row.role not in ours or row.role in roles])
		doc.append_roles(*[role for role in roles if role in ours])
	if group:
		doc.meeting_group = group
	doc.save()
	return {"user": user, "group": doc.meeting_group, "roles": sorted(row.role for row in doc.roles)}


def end_sessions(doc, method: str | None = None) -> None:
	"""After a change of User: whoever is disabled, put into another group or given a password by somebody else begins anew."""
	before = doc.get_doc_before_save()
	if not before:
		return
	by_other = doc.flags.sets_password and frappe.session.user not in (doc.name, "Guest")
	moved = before.get("meeting_group") != doc.get("meeting_group")
	if (before.enabled and not doc.enabled) or moved or by_other:
		online.end_sessions_of(doc.name)


# lists


def get_roles_to_give() -> list[dict]:
	"""E3: our roles in one short list, each with the people who have it."""
	role, has_role, user = DocType("Role"), DocType("Has Role"), DocType("User")
	counted = dict(
		frappe.qb.from_(has_role)
		.join(user)
		.on((user.name == has_role.parent) & (user.enabled == 1))
		.where(has_role.parenttype == "User")
		.where(user.name.notin(list(rules.UNTOUCHABLE)))
		.groupby(has_role.role)
		.select(has_role.role, Count("*"))
		.run()
	)
	names = (
		frappe.qb.from_(role)
		.where((role.disabled == 0) & (role.name.like("Meeting %") | role.owner.notin(list(rules.UNTOUCHABLE))))
		.select(role.name)
		.orderby(role.creation)
		.orderby(role.name)
		.run(pluck=True)
	)
	return [{"role": name, "label": _(name), "people": counted.get(name, 0)} for name in names]


def get_people(
	text: str | None = None,
	department: str | None = None,
	group: str | None = None,
	status: str | None = None,
	start: int = 0,
) -> dict:
	"""`status`: Enabled, Disabled or Online. Everything that the list shows, in four queries whatever its length."""
	user, below = DocType("User"), DocType("Meeting Department")
	here = online.get_last_seen()
	query = frappe.qb.from_(user).where(user.name.notin(list(rules.UNTOUCHABLE))).where(user.user_type == "System User")
	if text:
		pattern = f"%{text.strip()}%"
		query = query.where(user.full_name.like(pattern) | user.name.like(pattern) | user.mobile_no.like(pattern))
	if department:
		branch = frappe.db.get_value("Meeting Department", department, ["lft", "rgt"])
		if branch:
			inside = frappe.qb.from_(below).where(below.lft[branch[0] : branch[1]]).select(below.name)
			query = query.where(user.meeting_department.isin(inside))
	if group:
		query = query.where(user.meeting_group == group)
	if status in ("Enabled", "Disabled"):
		query = query.where(user.enabled == int(status == "Enabled"))
	if status == "Online":
		query = query.where(user.name.isin(list(here) or [""]))
	rows = (
		query.select(
			user.name,
			user.full_name,
			user.enabled,
			user.mobile_no,
			user.user_image,
			user.meeting_department.as_("department"),
			user.meeting_group.as_("group"),
			user.last_active,
			user.last_login,
		)
		.orderby(user.enabled, order=frappe.qb.desc)
		.orderby(user.full_name)
		.orderby(user.name)
		.limit(PEOPLE_PER_PAGE + 1)
		.offset(max(cint(start), 0))
		.run(as_dict=True)
	)
	shown = rows[:PEOPLE_PER_PAGE]
	roles = _get_roles_of([row.name for row in shown])
	rights = _count_rights([row.name for row in shown])
	for row in shown:
		seen = here.get(row.name)
		row.update(
			roles=roles.get(row.name, []),
			level=rules.get_level_of_roles(roles.get(row.name, [])),
			rights=rights.get(row.name, 0),
			online=bool(seen and online.is_recent(seen)),
			last_seen=_latest(seen, row.last_active, row.last_login),
		)
		row["may"] = _get_acts(row)
	return {"people": shown, "has_more": len(rows) > PEOPLE_PER_PAGE}


def _latest(*moments: datetime | None) -> str | None:
	known = [frappe.utils.get_datetime(moment) for moment in moments if moment]
	return str(max(known)) if known else None


def _get_acts(row) -> list[str]:
	actor = rules.Account(frappe.session.user, levels.get_level())
	target = rules.Account(row.name, row.level)
	return [act for act in rules.ACTS if rules.may_manage(actor, target, act)]


def _get_roles_of(users: list[str]) -> dict[str, list[str]]:
	roles: dict[str, list[str]] = {}
	for row in frappe.get_all(  # why: the caller may see the people
		"Has Role",
		{"parenttype": "User", "parent": ["in", users or [""]]},
		["parent", "role"],
		order_by="idx asc",
	):
		roles.setdefault(row.parent, []).append(row.role)
	return roles


def _count_rights(users: list[str]) -> dict[str, int]:
	right = DocType("Meeting Personal Right")
	rows = (
		frappe.qb.from_(right).where(right.user.isin(users or [""])).groupby(right.user).select(right.user, Count("*"))
	)
	return dict(rows.run())


def get_choices() -> dict:
	"""What the dialogs about a person offer."""
	return {
		"roles": get_roles_to_give(),
		"groups": [
			{
				"group": row.name,
				"label": _(row.name),
				"level": cint(row.level),
				"roles": sorted(groups.get_roles_of_group(row.name)),
			}
			for row in frappe.get_all("Meeting User Group", fields=["name", "level"], order_by="level asc, name asc")
		],
		"projects": frappe.get_list(
			"Meeting Project", {"closed": 0}, ["name", "project_name"], order_by="start_date desc", limit=200
		),
	}
