"""The search index of this site: it follows every enterprise in the same transaction."""

from collections.abc import Callable, Iterable, Sequence

import frappe
import numpy as np

from meeting_crm.core.transactions import attempts
from meeting_crm.enterprises import rules
from meeting_crm.enterprises.rules import Found
from meeting_crm.enterprises.search import engine, highlight, letters, store, upkeep
from meeting_crm.enterprises.search.ranking import read_query

STEP_ATTEMPTS = 8


def sql(query: str, values=None):
	return frappe.db.sql(query, values) if values else frappe.db.sql(query)


def create_tables() -> None:
	for statement in (*store.table_statements(), letters.TABLE):
		frappe.db.sql_ddl(statement)
	store.begin_state(sql)
	frappe.db.commit()  # nosemgrep  why: as the statements before it; what comes next may be a transaction of its own


def drop_tables() -> None:
	for table in (*store.TABLES, letters.LETTERS):
		frappe.db.sql_ddl(f"drop table if exists `{table}`")


def compare_keys_exactly() -> None:
	"""Frappe's collation takes rare characters for one another; the key of a name must not."""
	((collation,),) = sql(
		"SELECT collation_name FROM information_schema.columns WHERE table_schema = DATABASE()"
		" AND table_name = 'tabMeeting Enterprise' AND column_name = 'name_key'"
	)
	if collation != "utf8mb4_bin":
		frappe.db.sql_ddl("ALTER TABLE `tabMeeting Enterprise` MODIFY name_key VARCHAR(140) COLLATE utf8mb4_bin")


def begin_fresh_snapshot() -> None:
	"""What others committed a moment ago must be found, but MariaDB's snapshot began with the first read of
	this request. Where something was written already, that must stay: then the old snapshot does."""
	if not frappe.db.transaction_writes:
		frappe.db.begin()


def find(text: str, limit: int) -> list[Found]:
	hits = engine.search(sql, text, limit)
	found = [Found(hit.enterprise, hit.score, hit.reason) for hit in hits]
	return with_affiliates(found)[:limit] if any(hit.reason == "alias" for hit in found) else found


def with_affiliates(found: list[Found]) -> list[Found]:
	"""An alias of one member stands for its group: people call all of them 中石化."""
	answer = {hit.enterprise: hit for hit in found if hit.reason != "alias"}
	ordered: dict[str, Found] = {}
	for hit in found:
		ordered.setdefault(hit.enterprise, hit)
		if hit.reason != "alias":
			continue
		rows = sql(
			"""SELECT other.name FROM `tabMeeting Enterprise` this JOIN `tabMeeting Enterprise` other
			ON other.affiliate_group = this.affiliate_group AND other.name != this.name
			WHERE this.name = %s AND this.affiliate_group > '' ORDER BY other.name_key LIMIT 5""",
			(hit.enterprise,),
		)
		for (other,) in rows:
			ordered.setdefault(other, answer.get(other) or Found(other, hit.score - 1, "affiliate"))
	return list(ordered.values())


def find_among(text: str, enterprises: set[str], limit: int) -> list[Found]:
	hits = engine.search_among(sql, text, sorted(enterprises), limit)
	return [Found(hit.enterprise, hit.score, hit.reason) for hit in hits]


def find_marks(text: str, reason: str, shown: str) -> list[list[int]]:
	query = read_query(text)
	return highlight.find_marks(query, reason, shown) if query else []


def add_name(enterprise: str, name_key: str) -> None:
	store.add_name(sql, store.NameRow(enterprise, store.OWN_NAME, name_key))


def add_alias(enterprise: str, alias_key: str) -> None:
	store.add_name(sql, store.NameRow(enterprise, store.ALIAS, alias_key))


def remove_alias(enterprise: str, alias_key: str) -> None:
	store.remove_names(sql, enterprise, store.ALIAS, alias_key)


def follow_rename(enterprise) -> None:
	before = enterprise.get_doc_before_save()
	if before and before.name_key != enterprise.name_key:
		store.rename(sql, enterprise.name, enterprise.name_key)


def add_names(names: Iterable[tuple[str, str, rules.Prepared]]) -> np.ndarray:
	"""Many rows of (enterprise, name key, prepared). Returns their entries, which `add_entries` must write before the
	transaction ends."""
	return store.add_names(sql, [store.NameRow(enterprise, store.OWN_NAME, *rest) for enterprise, *rest in names])


def add_entries(entries: Sequence[np.ndarray]) -> None:
	store.add_entries(sql, entries)


def find_cores(cores: Iterable[str]) -> dict[str, list[str]]:
	"""{core: up to three names} of the companies whose name has one of these own parts."""
	return store.find_cores(sql, sorted(set(cores)))


def remove(enterprise: str) -> None:
	store.remove_names(sql, enterprise)


def fold_delta(most: int = 200_000) -> int:
	"""Moves what single entries wrote into the lists; a scheduled job. Answers the number of entries."""
	return transact(lambda: store.fold_delta(sql, most))


def extend_letters() -> int:
	"""Takes up the next thousands of names into the lists of letters; answers how many."""
	return transact(lambda: letters.extend(sql))


def join_blocks() -> None:
	upkeep.join_blocks(sql, transact)


def rebuild() -> dict[str, int]:
	return upkeep.rebuild(sql, transact)


def transact(step: Callable):
	"""A step of a command or job in a transaction of its own, which begins fresh; again where it lost a deadlock."""
	for attempt in attempts(STEP_ATTEMPTS):
		with attempt:
			frappe.db.begin()
			answer = step()
			frappe.db.commit()  # nosemgrep  why: a step stands by itself, locks are held for the shortest time
	return answer
