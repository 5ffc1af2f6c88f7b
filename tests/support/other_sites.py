"""More sites for tests that install, remove or fill: made in seconds from what script/test dumped while it made the test site."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import frappe
import pymysql

from groundwork import mariadb
from support.site import BENCH

FRAPPE_ALONE, WITH_THE_APP = (BENCH / "data" / name for name in ("frappe-alone.sql", "installed.sql"))


class OtherSite:
	def __init__(self, name: str, dump: Path, sites: Path = BENCH / "sites"):
		self.name, self.folder = name, sites / name
		self.database = f"_{name.replace('.', '_')}"
		config = json.loads((BENCH / "sites" / frappe.local.site / "site_config.json").read_text())
		for part in ("private/backups", "private/files", "public/files", "locks", "logs"):
			(self.folder / part).mkdir(parents=True)
		(self.folder / "site_config.json").write_text(json.dumps(config | {"db_name": self.database}))
		self.make_database(config["db_password"])
		self.load(dump)

	def connect(self, **values):
		conf = frappe.conf
		return pymysql.connect(
			host=conf.db_host, port=int(conf.db_port), user=conf.root_login, password=conf.root_password,
			autocommit=True, **values,
		)  # fmt: skip

	def make_database(self, password: str) -> None:
		with self.connect() as root, root.cursor() as cursor:
			cursor.execute(f"drop database if exists `{self.database}`")
			cursor.execute(f"create database `{self.database}` character set utf8mb4 collate utf8mb4_unicode_ci")
			for host in ("localhost", "127.0.0.1"):
				cursor.execute("create user if not exists %s@%s identified by %s", (self.database, host, password))
				cursor.execute(f"grant all on `{self.database}`.* to %s@%s", (self.database, host))

	def load(self, dump: Path) -> None:
		conf = frappe.conf
		command = [
			mariadb.find_program("mariadb", "mysql"),
			f"--host={conf.db_host}", f"--port={conf.db_port}", f"--user={conf.root_login}", self.database,
		]  # fmt: skip
		with dump.open("rb") as file:
			subprocess.run(command, env={**os.environ, "MYSQL_PWD": conf.root_password}, stdin=file, check=True)

	def read(self, statement: str) -> list[tuple]:
		with self.connect(database=self.database) as root, root.cursor() as cursor:
			cursor.execute(statement)
			return list(cursor.fetchall())

	def drop(self) -> None:
		with self.connect() as root, root.cursor() as cursor:
			cursor.execute(f"drop database if exists `{self.database}`")
		shutil.rmtree(self.folder, ignore_errors=True)
