"""Makes the second database into which a backup is loaded beside the running site (once for each site; needs the database's
root). Runs with the bench's own Python in `sites`: -m groundwork.allow_restore <site>."""

import sys

import frappe
import pymysql

from meeting_crm.administration.restoring import stage


def allow_restore(site: str) -> None:
	frappe.init(site=site)
	frappe.connect()
	conf = frappe.conf
	address = (
		{"unix_socket": conf.db_socket}
		if conf.get("db_socket")
		else {"host": conf.db_host or "127.0.0.1", "port": int(conf.db_port or 3306)}
	)
	root = pymysql.connect(
		user=conf.root_login or "root", password=conf.root_password or "", autocommit=True, **address
	)
	with root, root.cursor() as cursor:
		cursor.execute("select host from mysql.global_priv where user = %s", (conf.get("db_user") or conf.db_name,))
		for (host,) in cursor.fetchall():
			for statement in stage.write_grants(conf.db_password, host).splitlines():
				cursor.execute(statement)
	frappe.destroy()


if __name__ == "__main__":
	allow_restore(*sys.argv[1:])
