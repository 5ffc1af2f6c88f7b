"""What a backup brings back that must not come back: sessions, leavers, old passwords and keys, mail that was sent since.
All of it in the second database, before anybody sees it."""

from collections.abc import Iterable
from contextlib import closing

import frappe
from frappe.utils import now_datetime

from meeting_crm.administration.restoring import stage

NOBODY = ("Administrator", "Guest")


def tidy(started_by: str) -> dict:
	"""Returns the differences that people are told: accounts that stay disabled, roles that come back, and who is missing."""
	with closing(stage.connect()) as connection, connection.cursor() as cursor:
		differences = {
			"stay_disabled": _disable_leavers(cursor),
			"roles_back": _find_roles(cursor),
			"accounts_missing": _find_missing(cursor),
			"mails_stopped": _stop_mail(cursor),
		}
		keep_sessions_of(cursor, started_by)
		_keep_passwords(cursor)
		_drop_revoked_keys(cursor)
		cursor.execute(f"update {_staged('Scheduled Job Type')} set last_execution = %s", (now_datetime(),))
		for path in frappe.get_hooks("meeting_tidy_restored"):
			frappe.get_attr(path)(cursor, _staged)
	return differences


def _staged(doctype: str) -> str:
	return f"{stage.quote(stage.get_name())}.{stage.quote('tab' + doctype)}"


def _live(doctype: str) -> str:
	return f"{stage.quote(frappe.conf.db_name)}.{stage.quote('tab' + doctype)}"


def _select(cursor, query: str, values: Iterable = ()) -> list[str]:
	cursor.execute(query, tuple(values))
	return [row[0] if len(row) == 1 else list(row) for row in cursor.fetchall()]


def keep_sessions_of(cursor, user: str) -> None:
	"""Everybody signs in again; the person who restores stays, if the account is there."""
	session, user_table = f"{stage.quote(stage.get_name())}.`tabSessions`", _staged("User")
	live = f"{stage.quote(frappe.conf.db_name)}.`tabSessions`"
	cursor.execute(f"delete from {session}")
	columns = ", ".join(map(stage.quote, _common_columns(cursor, "tabSessions")))
	cursor.execute(
		f"""insert into {session} ({columns}) select {columns} from {live} where user = %s
		and exists (select 1 from {user_table} account where account.name = %s and account.enabled = 1)""",
		(user, user),
	)


def _common_columns(cursor, table: str) -> list[str]:
	return _select(
		cursor,
		"""select column_name from information_schema.columns where table_schema = %s and table_name = %s and column_name in (
			select column_name from information_schema.columns where table_schema = %s and table_name = %s)""",
		(frappe.conf.db_name, table, stage.get_name(), table),
	)


def _disable_leavers(cursor) -> list[str]:
	condition = f"""staged.enabled = 1 and staged.name not in %s and not exists (
		select 1 from {_live("User")} live where live.name = staged.name and live.enabled = 1)"""
	gone = _select(cursor, f"select name from {_staged('User')} staged where {condition} order by name", (NOBODY,))
	cursor.execute(f"update {_staged('User')} staged set enabled = 0 where {condition}", (NOBODY,))
	return gone


def _find_roles(cursor) -> list[list[str]]:
	"""[person, role]: what people of today had lost since and have again."""
	return _select(
		cursor,
		f"""select staged.parent, staged.role from {_staged("Has Role")} staged
		join {_live("User")} user on user.name = staged.parent and user.enabled = 1
		where staged.parenttype = 'User' and staged.parent not in %s and not exists (
			select 1 from {_live("Has Role")} live
			where live.parenttype = 'User' and live.parent = staged.parent and live.role = staged.role)
		order by 1, 2 limit 500""",
		(NOBODY,),
	)


def _find_missing(cursor) -> list[str]:
	return _select(
		cursor,
		f"""select name from {_live("User")} live where live.enabled = 1 and not exists (
			select 1 from {_staged("User")} staged where staged.name = live.name) order by name limit 500""",
	)


def _stop_mail(cursor) -> int:
	return cursor.execute(
		f"update {_staged('Email Queue')} set status = 'Error' where status in ('Not Sent', 'Sending', 'Partially Sent')"
	)


def _keep_passwords(cursor) -> None:
	"""Of accounts that are there today: a password that was changed since, perhaps because it was known, stays changed."""
	staged, live = f"{stage.quote(stage.get_name())}.`__Auth`", f"{stage.quote(frappe.conf.db_name)}.`__Auth`"
	cursor.execute(
		f"""update {staged} staged join {live} live using (doctype, name, fieldname)
		set staged.password = live.password
		where doctype = 'User' and fieldname = 'password' and staged.encrypted = 0 and live.encrypted = 0"""
	)


def _drop_revoked_keys(cursor) -> None:
	cursor.execute(
		f"""update {_staged("User")} staged left join {_live("User")} live on live.name = staged.name
		set staged.api_key = null where staged.api_key is not null and not (staged.api_key <=> live.api_key)"""
	)
