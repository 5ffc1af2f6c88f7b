"""The three levels of accounts (E4), held at every door through which an account can be changed: the framework's forms and
functions, REST, import and our own dialogs all end in the events of this file."""

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import escape_html, get_fullname

from meeting_crm.administration import rules
from meeting_crm.administration.rules import Account

# fields that the account itself or the framework keeps, and that say nothing about who the person is
KEPT_BY_FRAME = frozenset(
	{"modified", "modified_by", "last_login", "last_ip", "last_active", "last_known_versions", "full_name", "user_type"}
	| {"reset_password_key", "last_reset_password_key_generated_on", "new_password", "api_secret", "onboarding_status"}
	| {"home_settings", "social_logins", "last_password_reset_date", "redirect_url", "meeting_group"}
)


def get_level(user: str | None = None) -> int:
	user = user or frappe.session.user
	return rules.SYSTEM_ADMINISTRATOR if user == rules.ROOT else rules.get_level_of_roles(frappe.get_roles(user))


def is_system_administrator(user: str | None = None) -> bool:
	return get_level(user) == rules.SYSTEM_ADMINISTRATOR


def get_account(user: str) -> Account:
	level = get_level(user)
	return Account(user, level, level == rules.SYSTEM_ADMINISTRATOR and is_last(user))


def is_last(user: str) -> bool:
	"""Whether nobody else of level 1 can sign in with an account of a person. The role's row is locked, so that two who
	disable each other at the same instant come one after the other."""
	if user in rules.UNTOUCHABLE:
		return False
	has_role, account = DocType("Has Role"), DocType("User")
	return not (
		frappe.qb.from_(has_role)
		.join(account)
		.on(account.name == has_role.parent)
		.where((has_role.parenttype == "User") & (has_role.role == rules.ROLE_OF_LEVEL[rules.SYSTEM_ADMINISTRATOR]))
		.where((account.enabled == 1) & account.name.notin([user, *rules.UNTOUCHABLE]))
		.select(account.name)
		.for_update()
		.limit(1)
		.run()
	)


def may_manage(target: str, act: str, user: str | None = None) -> bool:
	return rules.may_manage(get_account(user or frappe.session.user), get_account(target), act)


def require_management(target: str, act: str, user: str | None = None) -> None:
	"""Raises DoesNotExistError where nobody has the account: without a name the framework takes the one who asks."""
	if not target or not frappe.db.exists("User", target):
		frappe.throw(
			_("There is no account {0}. Choose one of the list of people.").format(
				frappe.bold(escape_html(str(target or "")[:140]))
			),
			frappe.DoesNotExistError,
			title=_("No such account"),
		)
	require(get_account(user or frappe.session.user), get_account(target), act)


def require(actor: Account, target: Account, act: str) -> None:
	if not rules.may_manage(actor, target, act):
		frappe.throw(_explain(actor, target, act), frappe.PermissionError, title=_("Not allowed"))


def _explain(actor: Account, target: Account, act: str) -> str:
	name = frappe.bold(escape_html(get_fullname(target.name)))
	if act in rules.LOSING_ACTS and target.is_last:
		return _(
			"{0} is the last system administrator who can sign in. Make somebody else a system administrator first."
		).format(name)
	if target.name in rules.UNTOUCHABLE:
		return _("{0} belongs to the system and stays as it is.").format(name)
	if actor.name == target.name:
		return _(
			"You cannot change your own group, roles and rights, nor disable or delete yourself. Ask another administrator."
		)
	if actor.level == rules.STAFF:
		return _("Only administrators may change the account of {0}.").format(name)
	return _("{0} has the same level as you or a higher one. A system administrator can do this.").format(name)


# document events of User


def note_password(doc, method: str | None = None) -> None:
	"""User.validate takes the new password out of the document before events of `validate` run."""
	doc.flags.sets_password = bool(doc.get("new_password"))


def validate_user(doc, method: str | None = None) -> None:
	actor, before = get_account(frappe.session.user), doc.get_doc_before_save()
	roles = {row.role for row in doc.roles}
	after = Account(doc.name, rules.get_level_of_roles(roles))
	if not before:
		if actor.name == "Guest" and after.level == rules.STAFF:
			return  # signing up, where the site allows it
		require(actor, after, rules.CREATE)
		_require_gifts(actor, roles)
		return
	former_roles = {row.role for row in before.roles}
	acts = _get_acts(doc, before, roles != former_roles)
	if not acts:
		return
	former_level = rules.SYSTEM_ADMINISTRATOR if doc.name == rules.ROOT else rules.get_level_of_roles(former_roles)
	is_losing = former_level == rules.SYSTEM_ADMINISTRATOR and (
		rules.DISABLE in acts or after.level != rules.SYSTEM_ADMINISTRATOR
	)
	if is_losing and rules.DISABLE not in acts:
		acts.add(rules.DEMOTE)
	target = Account(doc.name, former_level, is_losing and before.enabled and is_last(doc.name))
	for act in sorted(acts):
		require(actor, target, act)
	if rules.ROLES in acts:
		_require_gifts(actor, roles - former_roles)


def _get_acts(doc, before, roles_changed: bool) -> set[str]:
	acts = set()
	if roles_changed or doc.get("meeting_group") != before.get("meeting_group"):
		acts.add(rules.ROLES)
	if bool(doc.enabled) != bool(before.enabled):
		acts.add(rules.ENABLE if doc.enabled else rules.DISABLE)
	if doc.flags.sets_password:
		acts.add(rules.PASSWORD)
	if doc.api_key != before.api_key or (doc.api_secret and set(doc.api_secret) != {"*"}):
		acts.add(rules.KEYS)
	if _get_changed_fields(doc, before) - {"enabled", "api_key", "roles"}:
		acts.add(rules.PROFILE)
	return acts


def _get_changed_fields(doc, before) -> set[str]:
	return {
		field.fieldname
		for field in doc.meta.fields
		if field.fieldname not in KEPT_BY_FRAME
		and field.fieldtype not in frappe.model.no_value_fields
		and doc.has_value_changed(field.fieldname)
	} | {
		table.fieldname
		for table in doc.meta.get_table_fields()
		if table.fieldname not in KEPT_BY_FRAME and _rows(doc, table) != _rows(before, table)
	}


def _rows(doc, table) -> list[tuple]:
	columns = frappe.get_meta(table.options).get_valid_columns()
	own = [column for column in columns if column not in frappe.model.default_fields and column != "idx"]
	own = [column for column in own if column not in frappe.model.child_table_fields]
	return [tuple(str(row.get(column) or "") for column in own) for row in doc.get(table.fieldname) or []]


def _require_gifts(actor: Account, roles: set[str]) -> None:
	refused = sorted(role for role in roles if not rules.may_give_role(actor, role, is_own_role(role)))
	if refused:
		frappe.throw(
			_("You may not give the role {0}. A system administrator can.").format(
				frappe.bold(escape_html(", ".join(_(role) for role in refused)))
			),
			frappe.PermissionError,
			title=_("Not allowed"),
		)


def is_own_role(role: str) -> bool:
	"""One of this product, or one that somebody of the company made."""
	owner, is_custom = frappe.get_cached_value("Role", role, ["owner", "is_custom"]) or (rules.ROOT, 0)
	return role.startswith("Meeting ") or bool(is_custom) or owner not in rules.UNTOUCHABLE


def validate_deletion(doc, method: str | None = None) -> None:
	require_management(doc.name, rules.DELETE)


def validate_renaming(doc, method: str, old: str, new: str, merge: bool = False) -> None:
	require_management(old, rules.RENAME)
	if merge and frappe.db.exists("User", new):
		require_management(new, rules.RENAME)


def refuse_loose_role(doc, method: str | None = None) -> None:
	"""Rows of roles are written with the user they belong to; by itself such a row would pass every rule above."""
	if doc.parenttype == "User" and frappe.session.user != rules.ROOT:
		frappe.throw(
			_("Give and take roles on the user's own page, so that the rules of user groups are kept."),
			frappe.PermissionError,
		)


def validate_share(doc, method: str | None = None) -> None:
	"""Each person's own account is shared with them by the framework; with nobody else."""
	if doc.share_doctype == "User" and doc.user != doc.share_name:
		frappe.throw(_("An account is not shared. Ask an administrator to change it."), frappe.PermissionError)


PTYPE_ACTS = {
	"create": rules.CREATE,
	"write": rules.PROFILE,
	"delete": rules.DELETE,
	"share": rules.ROLES,
	"submit": rules.ROLES,
	"cancel": rules.ROLES,
	"amend": rules.ROLES,
	"import": rules.CREATE,
}


def has_user_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	"""The document check of User, in place of the framework's own. Others than administrators reach only themselves."""
	user = user or frappe.session.user
	if doc.is_new():
		return get_level(user) <= rules.ADMINISTRATOR
	if ptype == "select":
		return doc.name not in rules.UNTOUCHABLE
	actor = Account(user, get_level(user))
	return rules.may_manage(actor, Account(doc.name, get_level(doc.name)), PTYPE_ACTS.get(ptype, rules.READ))
