"""The second database: who may do what in it, loading a dump into it, looking at what came out."""

import re
from collections.abc import Callable
from contextlib import closing, suppress
from typing import BinaryIO

import frappe
import pymysql
from frappe import _

from meeting_crm.administration.restoring import statements
from meeting_crm.administration.restoring.statements import RefusedError

NEEDED = ("tabDocType", "tabUser", "tabSingles", "tabDefaultValue", "__Auth", "tabInstalled Application", "tabHas Role")
LOADER_RIGHTS = "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, INDEX, ALTER, LOCK TABLES"
OLDEST_SERVER = (10, 6, 1)
"""Since then one RENAME of many tables is whole or not at all, also when the server is killed in it."""
STATEMENT_SECONDS = 3600
PACKET = 256 << 20


def get_name() -> str:
	return f"{frappe.conf.db_name}_r"


def connect(**values):
	"""As the site's own user."""
	return _connect(frappe.conf.db_name, frappe.conf.db_password, autocommit=True, **values)


def connect_as_loader():
	"""As the user who sees the second database and nothing else. Frappe of 2023 signs in with the database's name."""
	return _connect(get_name(), frappe.conf.db_password, autocommit=False, max_allowed_packet=PACKET)


def _connect(database: str, password: str, **values):
	settings = frappe.db.get_connection_settings()
	settings |= {"user": database, "password": password, "database": database, "charset": "utf8mb4", **values}
	settings.pop("conv", None)
	return pymysql.connect(**settings)


def write_grants(password: str = "***", host: str = "%") -> str:
	"""What the server's administrator runs once for this site."""
	stage = get_name()
	pattern = stage.replace("_", "\\_")
	site_user = frappe.conf.get("db_user") or frappe.conf.db_name
	return "\n".join(
		[
			f"CREATE DATABASE IF NOT EXISTS `{stage}` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;",
			f"CREATE OR REPLACE USER '{stage}'@'{host}' IDENTIFIED BY '{password}';",
			f"GRANT {LOADER_RIGHTS} ON `{pattern}`.* TO '{stage}'@'{host}';",
			f"GRANT ALL PRIVILEGES ON `{pattern}`.* TO '{site_user}'@'{host}';",
		]
	)


def require_ready() -> None:
	"""There is a second database, its user gets in, and the server can exchange tables at once."""
	try:
		with closing(connect_as_loader()) as connection:
			version = connection.get_server_info()
	except pymysql.MySQLError:
		frappe.throw(
			_(
				"This site has no second database yet, into which a backup is loaded while people go on working. Ask the server's administrator to run script/allow-restore, or these statements as root of the database, with the password of the site's settings:"
			)
			+ f"<pre>{frappe.utils.escape_html(write_grants())}</pre>",
			title=_("Restore is not set up"),
			exc=frappe.ValidationError,
		)
	numbers = tuple(int(part) for part in re.findall(r"\d+", version.replace("5.5.5-", ""))[:3])
	if "MariaDB" not in version or numbers < OLDEST_SERVER:
		frappe.throw(
			_("Restores need MariaDB {0} or later; this server is {1}.").format(
				".".join(map(str, OLDEST_SERVER)), version
			),
			exc=frappe.ValidationError,
		)


def clean() -> None:
	"""Nothing is in the second database afterwards: neither what a killed load left nor the tables of before the last restore."""
	with closing(connect()) as connection, connection.cursor() as cursor:
		cursor.execute(
			"select table_name, table_type from information_schema.tables where table_schema = %s", (get_name(),)
		)
		rows = cursor.fetchall()
		cursor.execute("set foreign_key_checks = 0")
		for table, kind in rows:
			what = {"SEQUENCE": "sequence", "VIEW": "view"}.get(kind, "table")
			cursor.execute(f"drop {what} if exists {quote(get_name())}.{quote(table)}")


def quote(name: str) -> str:
	return "`" + name.replace("`", "``") + "`"


def load(stream: BinaryIO, without_rows: set[str]) -> int:
	"""Every statement of the dump, one at a time. Rows of `without_rows` are checked and left out: those tables stay as they
	are. Returns the number of statements."""
	count, pending = 0, {}
	with closing(connect_as_loader()) as connection:
		run = connection.query
		run("set session unique_checks = 0, foreign_key_checks = 0, sql_notes = 0")
		run(f"set session max_statement_time = {STATEMENT_SECONDS}")
		with suppress(pymysql.MySQLError):  # only some users may; without it the replica gets the load too
			run("set session sql_log_bin = 0")
		for statement in statements.read_statements(stream):
			count += 1
			if statement.startswith(b"INSERT INTO") and statements.get_table(statement) in without_rows:
				continue
			if statement.startswith(b"CREATE TABLE"):
				statement, keys = statements.split_keys(statement)
				if keys:
					pending[statements.get_table(statement)] = keys
			_run(run, statement)
			if statement.startswith(b"UNLOCK"):
				_add_keys(run, pending)
		_add_keys(run, pending)
		connection.commit()
	return count


def _run(run: Callable[[bytes], object], statement: bytes) -> None:
	try:
		run(statement)
	except pymysql.MySQLError as error:
		raise RefusedError("database", f"{error.args[-1]}: {statements.show(statement)}") from None


def _add_keys(run: Callable[[bytes], object], pending: dict[str, list[bytes]]) -> None:
	for table in list(pending):
		_run(run, f"ALTER TABLE {quote(table)} ".encode() + b", ".join(b"ADD " + key for key in pending.pop(table)))


def look_through() -> None:
	"""What came out is a site of Frappe that somebody can administer, and nothing a dump of ours never holds."""
	stage = get_name()
	with closing(connect()) as connection, connection.cursor() as cursor:
		cursor.execute("select table_name, table_type from information_schema.tables where table_schema = %s", (stage,))
		kinds = dict(cursor.fetchall())
		if missing := sorted(set(NEEDED) - set(kinds)):
			raise RefusedError("no site", ", ".join(missing))
		strange = [table for table, kind in kinds.items() if kind not in ("BASE TABLE", "SEQUENCE")]
		for what, column in (("triggers", "trigger"), ("events", "event"), ("routines", "routine")):
			cursor.execute(f"select count(*) from information_schema.{what} where {column}_schema = %s", (stage,))
			strange += [what] if cursor.fetchone()[0] else []
		if strange:
			raise RefusedError("strange", ", ".join(strange))
		cursor.execute(
			f"""select count(*) from {quote(stage)}.`tabUser` user join {quote(stage)}.`tabHas Role` role on role.parent = user.name
			where user.enabled = 1 and role.role = 'System Manager' and user.name != 'Guest'"""
		)
		if not cursor.fetchone()[0]:
			raise RefusedError("nobody")


def read_versions() -> dict[str, str]:
	"""The apps of a dump that says them itself; a site that was never migrated says none."""
	with closing(connect()) as connection, connection.cursor() as cursor:
		cursor.execute(f"select app_name, app_version from {quote(get_name())}.`tabInstalled Application`")
		return dict(cursor.fetchall())
