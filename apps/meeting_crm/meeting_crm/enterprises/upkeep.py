"""Commands and jobs that keep the search index in order while people search and enter.

`bench --site SITE execute meeting_crm.enterprises.upkeep.rebuild`
`bench --site SITE execute meeting_crm.enterprises.upkeep.verify`
"""

import frappe
from frappe import _

from meeting_crm.enterprises import errors, index
from meeting_crm.enterprises.search import letters, store, upkeep

# Entries of some hundred names: a delta of this size is searched as fast as none.
WORTH_FOLDING = 20_000
MAX_STEPS = 50
# Each is one more block that a search reads of every list.
WORTH_JOINING = 8
NAMES_A_STEP = 10_000
WRONG_NAMES = f"""
	SELECT indexed.id FROM {store.NAMES} indexed
	LEFT JOIN `tabMeeting Enterprise` enterprise ON enterprise.name = indexed.enterprise
	WHERE enterprise.name IS NULL OR indexed.kind = {store.OWN_NAME}
	AND indexed.norm != enterprise.name_key COLLATE utf8mb4_bin"""
MISSING_NAMES = f"""
	SELECT enterprise.name, {store.OWN_NAME}, enterprise.name_key FROM `tabMeeting Enterprise` enterprise
	LEFT JOIN {store.NAMES} indexed ON indexed.enterprise = enterprise.name AND indexed.kind = {store.OWN_NAME}
	WHERE indexed.id IS NULL
	UNION ALL SELECT alias.enterprise, {store.ALIAS}, alias.alias_key FROM `tabMeeting Enterprise Alias` alias
	LEFT JOIN {store.NAMES} indexed ON indexed.enterprise = alias.enterprise AND indexed.kind = {store.ALIAS}
	AND indexed.norm = alias.alias_key COLLATE utf8mb4_bin WHERE indexed.id IS NULL
	LIMIT %s"""


def rebuild() -> dict:
	"""Writes the lists anew and switches to them; dead entries go. Then takes up names that the index lacks or has wrong, as
	after a restore. Answers what `verify` answers afterwards."""
	try:
		index.rebuild()
	except upkeep.RebuildRunningError:
		frappe.throw(
			_(
				"The index is being rebuilt already. Wait until that is done; one that was killed is taken over after 10 minutes."
			),
			exc=errors.EnterpriseError,
		)
	_mend_names()
	return verify()


def _mend_names() -> None:
	index.begin_fresh_snapshot()
	for (number,) in index.sql(WRONG_NAMES):
		index.sql(f"DELETE FROM {store.NAMES} WHERE id = %s", (number,))
	frappe.db.commit()  # nosemgrep  why: a step of the command; run again, it goes on
	while rows := index.sql(MISSING_NAMES, (NAMES_A_STEP,)):
		store.add_entries(index.sql, [store.add_names(index.sql, [store.NameRow(*row) for row in rows])])
		frappe.db.commit()  # nosemgrep  why: as above


def verify() -> dict:
	"""Counts of what is wrong with the index; all but `names`, `entries` and `dead` must be 0."""
	index.begin_fresh_snapshot()
	unlisted = letters.count_missing(index.sql)
	return {**upkeep.verify(index.sql), "unlisted_letters": unlisted, **compare_with_enterprises()}


def compare_with_enterprises() -> dict[str, int]:
	own = store.OWN_NAME
	((unindexed,),) = index.sql(
		f"""SELECT COUNT(*) FROM `tabMeeting Enterprise` enterprise LEFT JOIN {store.NAMES} indexed
		ON indexed.enterprise = enterprise.name AND indexed.kind = {own}
		WHERE indexed.id IS NULL OR indexed.norm != enterprise.name_key COLLATE utf8mb4_bin"""
	)
	((orphaned,),) = index.sql(
		f"""SELECT COUNT(*) FROM {store.NAMES} indexed LEFT JOIN `tabMeeting Enterprise` enterprise
		ON enterprise.name = indexed.enterprise WHERE enterprise.name IS NULL"""
	)
	((aliases,),) = index.sql(
		f"""SELECT COUNT(*) FROM `tabMeeting Enterprise Alias` alias LEFT JOIN {store.NAMES} indexed
		ON indexed.enterprise = alias.enterprise AND indexed.kind = {store.ALIAS}
		AND indexed.norm = alias.alias_key COLLATE utf8mb4_bin WHERE indexed.id IS NULL"""
	)
	return {"unindexed": unindexed, "orphaned": orphaned, "unindexed_aliases": aliases}


def fold_delta() -> None:
	"""Scheduled: moves what single entries wrote into the lists, some thousand at a time, a commit for each, and joins the
	blocks that this and imports left. A rebuild that was killed is done again: while it is not, nothing can be moved."""
	if upkeep.was_killed(index.sql):
		frappe.enqueue("meeting_crm.enterprises.jobs.rebuild_index", queue="long", timeout=3600)
		return
	if store.count_waiting(index.sql, WORTH_FOLDING) >= WORTH_FOLDING:
		for _step in range(MAX_STEPS):
			if not index.fold_delta():
				break
	if store.count_loose(index.sql) >= WORTH_JOINING:
		index.join_blocks()


def extend_letters() -> None:
	"""Scheduled: takes up new names into the lists of letters, some thousand at a time, a commit for each. On a site that has
	none yet, all of them."""
	while index.extend_letters():
		continue
