"""Is the database of this site fit for a second place: a replica, or a cluster with one writer? docs/production.md.

`bench --site SITE check-cluster` says what is not, and what to do about each."""

from collections.abc import Iterator
from datetime import datetime, timezone

import frappe
from frappe import _
from frappe.utils.background_jobs import get_redis_conn

MAX_SECONDS_APART = 2


def check() -> list[dict]:
	"""Rows of check, name, text: everything found wrong, with what to do now. Empty where the site is fit."""
	status = dict(
		frappe.db.sql("show global status where Variable_name like 'wsrep%' or Variable_name like 'Rpl_semi%'")
	)
	variables = dict(frappe.db.sql("show global variables where Variable_name regexp 'wsrep|rpl_semi|binlog|log_bin'"))
	findings = [*find_tables(), *find_wrong_clocks(), *find_forgetful_queue(), *find_replication(status, variables)]
	if variables.get("wsrep_on") == "ON":
		findings += [*find_cluster(status, variables), *find_sequences()]
	return findings


def print_problems() -> bool:
	"""Whether the site is fit."""
	findings = check()
	for row in findings:
		print(f"{row['check']}, {row['name']}: {row['text']}")
	print(f"{len(findings)} things to do." if findings else "Nothing to do: the database is fit for a second place.")
	return not findings


def prepare_tables() -> None:
	"""After installation and each migration: a replica or another node holds what this one holds. Frappe makes three tables
	in an engine that is not replicated within a transaction, and four without a key by which a row is found again."""
	for table in list_foreign_engines():
		frappe.db.sql_ddl(f"alter table `{table}` engine = InnoDB")
	for table in list_keyless():
		frappe.db.sql_ddl(
			f"alter table `{table}` add column `meeting_key` bigint not null auto_increment invisible primary key"
		)


def list_foreign_engines() -> list[str]:
	return frappe.db.sql_list(
		"""select table_name from information_schema.tables
		where table_schema = database() and table_type = 'BASE TABLE' and engine != 'InnoDB' order by table_name"""
	)


def list_keyless() -> list[str]:
	return frappe.db.sql_list(
		"""select held.table_name from information_schema.tables held
		left join information_schema.table_constraints keyed on keyed.table_schema = held.table_schema
			and keyed.table_name = held.table_name and keyed.constraint_type in ('PRIMARY KEY', 'UNIQUE')
		where held.table_schema = database() and held.table_type = 'BASE TABLE' and keyed.table_name is null
		order by held.table_name"""
	)


def find_tables() -> Iterator[dict]:
	again = _("Run bench migrate, which mends it.")
	for table in list_foreign_engines():
		yield _finding("engine", table, _("A row written here stays on this machine alone."), again)
	for table in list_keyless():
		yield _finding("key", table, _("Without a key other machines search the whole table for each change."), again)


def find_wrong_clocks() -> Iterator[dict]:
	now = datetime.now(timezone.utc).replace(tzinfo=None)
	seconds, microseconds = get_redis_conn().time()
	clocks = {
		"MariaDB": frappe.db.sql("select utc_timestamp(6)")[0][0],
		"Redis": datetime.fromtimestamp(seconds + microseconds / 1e6, timezone.utc).replace(tzinfo=None),
	}
	for name, clock in clocks.items():
		apart = (clock - now).total_seconds()
		if abs(apart) > MAX_SECONDS_APART:
			yield _finding(
				"clock",
				name,
				_("Its clock is {0} seconds apart from this machine's: protection would end at two times.").format(
					round(apart)
				),
				_("Let all machines follow one time server."),
			)


def find_forgetful_queue() -> Iterator[dict]:
	if get_redis_conn().config_get("appendonly").get("appendonly") != "yes":
		yield _finding(
			"queue",
			"redis_queue",
			_("Jobs that wait are lost when it ends."),
			_("Set appendonly yes in its configuration."),
		)


def find_replication(status: dict[str, str], variables: dict[str, str]) -> Iterator[dict]:
	"""A primary whose replica fell back to asynchronous answers for what only one machine has."""
	if variables.get("rpl_semi_sync_master_enabled") == "ON":
		if status.get("Rpl_semi_sync_master_status") != "ON" or status.get("Rpl_semi_sync_master_clients") == "0":
			yield _finding(
				"replica",
				"semi-sync",
				_("No replica confirms what is committed: what is answered for now dies with this machine."),
				_("Start the replica, and see Rpl_semi_sync_master_clients rise."),
			)
	elif variables.get("log_bin") == "ON" and frappe.db.sql("show slave hosts"):
		yield _finding(
			"replica",
			"asynchronous",
			_("The replica follows without confirming: the last second is lost when this machine dies."),
			_("Set rpl_semi_sync_master_enabled and rpl_semi_sync_slave_enabled."),
		)


def find_cluster(status: dict[str, str], variables: dict[str, str]) -> Iterator[dict]:
	if status.get("wsrep_ready") != "ON" or status.get("wsrep_cluster_status") != "Primary":
		yield _finding(
			"node",
			status.get("wsrep_cluster_status") or "?",
			_("This node does not belong to the part of the cluster that may write."),
			_("Let the proxy ask wsrep_ready and wsrep_cluster_status, and send people to another node."),
		)
	if not int(variables.get("wsrep_sync_wait") or 0) & 1:
		yield _finding(
			"sync",
			"wsrep_sync_wait",
			_("A company entered on another node is not found in the check for a moment."),
			_("Set wsrep_sync_wait = 1."),
		)
	conflicts = int(status.get("wsrep_local_cert_failures") or 0) + int(status.get("wsrep_local_bf_aborts") or 0)
	if conflicts:
		yield _finding(
			"writers",
			str(conflicts),
			_("Other nodes wrote at the same time: imports, handovers and changes of rules fail then."),
			_("Send all web processes and workers to one node."),
		)


def find_sequences() -> Iterator[dict]:
	for (sequence,) in frappe.db.sql(
		"select table_name from information_schema.tables where table_schema = database() and table_type = 'SEQUENCE'"
	):
		if frappe.db.sql(f"select increment from `{sequence}`")[0][0] != 0:
			yield _finding(
				"sequence",
				sequence,
				_("Two nodes give the same number."),
				f"alter sequence `{sequence}` increment by 0",
			)


def _finding(check: str, name: str, what: str, advice: str) -> dict:
	return {"check": check, "name": name, "text": f"{what} {advice}"}
