"""The search index of this site: it follows every enterprise in the same transaction, and its upkeep.

Upkeep runs while people search and enter:
`bench --site … execute meeting_crm.enterprises.index.rebuild` and `… .verify`.
"""

import frappe

from meeting_crm.enterprises.search import store


def sql(query: str, values=None):
	return frappe.db.sql(query, values) if values else frappe.db.sql(query)


def create_tables() -> None:
	for statement in store.table_statements():
		frappe.db.sql_ddl(statement)
	store.begin_state(sql)


def compare_keys_exactly() -> None:
	"""Frappe's collation takes rare characters for one another; the key of a name must not."""
	((collation,),) = sql(
		"SELECT collation_name FROM information_schema.columns WHERE table_schema = DATABASE()"
		" AND table_name = 'tabMeeting Enterprise' AND column_name = 'name_key'"
	)
	if collation != "utf8mb4_bin":
		frappe.db.sql_ddl("ALTER TABLE `tabMeeting Enterprise` MODIFY name_key VARCHAR(140) COLLATE utf8mb4_bin")


def add_name(enterprise: str, name: str) -> None:
	store.add_name(sql, store.NameRow(enterprise, store.OWN_NAME, name))


def add_alias(enterprise: str, alias: str) -> None:
	store.add_name(sql, store.NameRow(enterprise, store.ALIAS, alias))


def remove_alias(enterprise: str, alias_key: str) -> None:
	store.remove_names(sql, enterprise, store.ALIAS, alias_key)


def follow_rename(enterprise) -> None:
	before = enterprise.get_doc_before_save()
	if before and before.name_key != enterprise.name_key:
		store.rename(sql, enterprise.name, enterprise.enterprise_name)


def remove(enterprise: str) -> None:
	store.remove_names(sql, enterprise)
