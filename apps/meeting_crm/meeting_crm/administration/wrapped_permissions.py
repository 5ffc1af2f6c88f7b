"""Rights added to or taken from one person (E4), where the framework offers no hook.

What hooks reach: `has_permission` of a DocType is asked about documents, may only refuse, and answers for all hooks with the
first that speaks; `permission_query_conditions` narrows lists. What they do not reach, and why three functions of
`frappe.permissions` are wrapped here and nowhere else:

- create, export, import, report, print, e-mail and share of a DocType are decided by `get_role_permissions` alone;
- a right that is added can come from no hook;
- a right that is taken would come back through a share, which `has_permission` looks at after all hooks;
- what the desk offers is built from `get_valid_perms`.

`install` runs before each request and job and does its work once in a process. Where an operator allows no wrapped functions
(`meeting_personal_rights: 0` in the site's configuration), personal rights are without effect and the screen says so."""

import functools
import sys

import frappe
import frappe.permissions
from frappe import _

from meeting_crm.administration import rules
from meeting_crm.administration.log_coverage import get_printed_doctype
from meeting_crm.administration.rights import get_effects

WRAPPED = ("get_role_permissions", "has_permission", "get_valid_perms")


def install() -> None:
	if getattr(frappe.permissions.has_permission, "is_personal", False):
		return
	for name, wrap in zip(WRAPPED, (_wrap_role_permissions, _wrap_has_permission, _wrap_valid_perms), strict=True):
		original = getattr(frappe.permissions, name)
		wrapped = wrap(original)
		wrapped.is_personal = True
		for module in get_holders(name, original):
			setattr(module, name, wrapped)


def before_job(method=None, kwargs=None, transaction_type=None) -> None:
	install()


def get_holders(name: str, function) -> list:
	"""The framework's modules and ours that hold `function` as `name`: whoever imported it by name keeps the old one."""
	return [
		module
		for path, module in list(sys.modules.items())
		if path.split(".")[0] in ("frappe", "meeting_crm") and vars(module).get(name) is function
	]


def refuse_print() -> None:
	"""Before a request: the framework prints what may be read or printed, so that taking the right to print alone would not
	keep a record from being printed."""
	effects = _get(frappe.session.user)
	if not effects:
		return
	doctype = get_printed_doctype(frappe.request.path, frappe.form_dict)
	if doctype and effects.get(doctype, {}).get("print") == rules.REMOVE:
		frappe.throw(_("You may not print {0}.").format(_(doctype)), frappe.PermissionError)


def is_in_force() -> bool:
	return bool(frappe.conf.get("meeting_personal_rights", 1))


def _get(user: str | None) -> dict[str, dict[str, str]]:
	user = user or frappe.session.user
	return get_effects(user) if user not in rules.UNTOUCHABLE and is_in_force() else {}


def _wrap_role_permissions(original):
	@functools.wraps(original)
	def get_role_permissions(doctype_meta, user=None, *args, **kwargs):
		permissions = original(doctype_meta, user, *args, **kwargs)
		effects = _get(user)
		doctype = doctype_meta if isinstance(doctype_meta, str) else doctype_meta.name
		if doctype not in effects:
			return permissions
		return frappe._dict(rules.apply_rights(permissions, effects[doctype]))

	return get_role_permissions


def _wrap_has_permission(original):
	@functools.wraps(original)
	def has_permission(doctype, ptype="read", doc=None, user=None, *args, **kwargs):
		name = doctype if isinstance(doctype, str) else getattr(doctype, "doctype", None)
		if _get(user).get(name, {}).get(ptype) == rules.REMOVE:
			return False
		return original(doctype, ptype, doc, user, *args, **kwargs)

	return has_permission


def _wrap_valid_perms(original):
	@functools.wraps(original)
	def get_valid_perms(doctype=None, user=None, *args, **kwargs):
		rows, effects = original(doctype, user, *args, **kwargs), _get(user)
		if not effects:
			return rows
		kept = [
			frappe._dict(
				row, **{right: 0 for right, effect in effects.get(row.parent, {}).items() if effect == rules.REMOVE}
			)
			for row in rows
		]
		added = [
			frappe._dict(
				parent=name,
				role="",
				permlevel=0,
				if_owner=0,
				**{right: 1 for right, effect in given.items() if effect == rules.ADD},
			)
			for name, given in effects.items()
			if doctype in (None, name) and rules.ADD in given.values()
		]
		return kept + added

	return get_valid_perms
