"""Who may do what to whose account, and what a person's own rights make of a role's. Pure decisions (E4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SYSTEM_ADMINISTRATOR, ADMINISTRATOR, STAFF = 1, 2, 3
LEVEL_OF_ROLE = {"System Manager": SYSTEM_ADMINISTRATOR, "Meeting Administrator": ADMINISTRATOR}
ROLE_OF_LEVEL = {level: role for role, level in LEVEL_OF_ROLE.items()}

ROOT = "Administrator"
UNTOUCHABLE = frozenset({ROOT, "Guest"})

READ, CREATE, PROFILE, PASSWORD, KEYS = "read", "create", "profile", "password", "keys"
ENABLE, DISABLE, DELETE, RENAME = "enable", "disable", "delete", "rename"
ROLES, DEMOTE, RIGHTS, END_SESSION = "roles", "demote", "rights", "end session"
ACTS = (READ, CREATE, PROFILE, PASSWORD, KEYS, ENABLE, DISABLE, DELETE, RENAME, ROLES, DEMOTE, RIGHTS, END_SESSION)
OWN_ACTS = frozenset({READ, PROFILE, PASSWORD, KEYS, END_SESSION})
LOSING_ACTS = frozenset({DISABLE, DELETE, DEMOTE})

ADD, REMOVE = "Add", "Remove"
RIGHTS_OF_A_PERSON = (
	"select",
	"read",
	"write",
	"create",
	"delete",
	"submit",
	"cancel",
	"print",
	"email",
	"report",
	"import",
	"export",
	"share",
)


@dataclass(frozen=True)
class Account:
	"""An account as the levels see it. `is_last`: without it nobody of level 1 is left who can sign in."""

	name: str
	level: int = STAFF
	is_last: bool = False


def get_level_of_roles(roles: Iterable[str]) -> int:
	return min((LEVEL_OF_ROLE.get(role, STAFF) for role in roles), default=STAFF)


def may_manage(actor: Account, target: Account, act: str) -> bool:
	"""E4. Level 1 manages everybody, level 2 manages staff, staff nobody. To oneself one changes profile, password and keys,
	reads, and ends one's own sessions. Administrator, Guest and the last account of level 1 stay."""
	if act in LOSING_ACTS and target.is_last:
		return False
	if actor.name == ROOT:
		return act not in LOSING_ACTS | {RENAME} or target.name not in UNTOUCHABLE
	if actor.name == target.name:
		return act in OWN_ACTS
	if target.name in UNTOUCHABLE:
		return False
	if act == READ:
		return actor.level <= ADMINISTRATOR
	return actor.level == SYSTEM_ADMINISTRATOR or (actor.level == ADMINISTRATOR and target.level > actor.level)


def may_give_role(actor: Account, role: str, is_own: bool) -> bool:
	"""Nobody gives a role above their own. `is_own`: one of this product or one that the company made; the framework's own
	roles open its tools, so only level 1 gives them."""
	if actor.name == ROOT or actor.level == SYSTEM_ADMINISTRATOR:
		return True
	return actor.level == ADMINISTRATOR and is_own and LEVEL_OF_ROLE.get(role, STAFF) > actor.level


def apply_rights(permissions: dict, effects: Mapping[str, str]) -> dict:
	"""What roles give (`permissions`, with their `if_owner` part), with the rights added to and taken from one person.
	Taking beats every role and ownership; what is added holds for others' records as for one's own."""
	applied = {**permissions, "if_owner": dict(permissions.get("if_owner") or {})}
	for right, effect in effects.items():
		applied[right] = int(effect == ADD)
		applied["if_owner"].pop(right, None)
	return applied
