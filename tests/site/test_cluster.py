"""Whether a site's database is fit for a replica or a cluster is said, and what Frappe makes unfit is mended."""

import subprocess
import sys

import frappe
import pytest

from meeting_crm.setup import cluster
from support.site import BENCH


@pytest.fixture
def unfit_table():
	frappe.db.sql_ddl("create table `_meeting_unfit` (words text) engine = MyISAM")
	yield "_meeting_unfit"
	frappe.db.sql_ddl("drop table `_meeting_unfit`")


def test_an_installed_site_has_no_table_that_a_replica_would_miss():
	assert cluster.list_foreign_engines() == []
	assert cluster.list_keyless() == []
	assert [row for row in cluster.check() if row["check"] in ("engine", "key", "clock")] == []


def test_unfit_tables_are_named_and_mended_once(unfit_table):
	findings = [(row["check"], row["name"]) for row in cluster.check() if row["name"] == unfit_table]
	assert findings == [("engine", unfit_table), ("key", unfit_table)]
	frappe.db.sql(f"insert into `{unfit_table}` values ('kept')")
	cluster.prepare_tables()
	cluster.prepare_tables()
	assert [row for row in cluster.check() if row["name"] == unfit_table] == []
	assert frappe.db.sql(f"select * from `{unfit_table}`") == (("kept",),)


@pytest.mark.parametrize(
	("status", "variables", "found"),
	[
		({}, {"rpl_semi_sync_master_enabled": "ON"}, ["semi-sync"]),
		(
			{"Rpl_semi_sync_master_status": "ON", "Rpl_semi_sync_master_clients": "0"},
			{"rpl_semi_sync_master_enabled": "ON"},
			["semi-sync"],
		),
		(
			{"Rpl_semi_sync_master_status": "ON", "Rpl_semi_sync_master_clients": "1"},
			{"rpl_semi_sync_master_enabled": "ON"},
			[],
		),
	],
)
def test_a_replica_that_no_longer_confirms_is_told(status, variables, found):
	assert [row["name"] for row in cluster.find_replication(status, variables)] == found


def test_a_node_outside_the_cluster_and_a_second_writer_are_told():
	status = {"wsrep_ready": "OFF", "wsrep_cluster_status": "non-Primary", "wsrep_local_bf_aborts": "3"}
	found = [row["check"] for row in cluster.find_cluster(status, {"wsrep_sync_wait": "0"})]
	assert found == ["node", "sync", "writers"]
	healthy = {"wsrep_ready": "ON", "wsrep_cluster_status": "Primary"}
	assert list(cluster.find_cluster(healthy, {"wsrep_sync_wait": "1"})) == []


def test_the_command_names_what_is_wrong_and_ends_so(site, unfit_table):
	command = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "--site", site, "check-cluster"]
	answer = subprocess.run(command, cwd=BENCH / "sites", capture_output=True, text=True)
	assert answer.returncode == 1, answer.stderr
	assert f"engine, {unfit_table}: A row written here stays on this machine alone." in answer.stdout
