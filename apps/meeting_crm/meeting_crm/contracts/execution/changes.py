"""The trail of an execution: what each save changed since it was submitted, whom it concerns, who confirmed it."""

import frappe
from frappe.query_builder import DocType
from frappe.utils import now_datetime

from meeting_crm.contracts.execution import describing
from meeting_crm.contracts.execution.rules import FINANCE, SHARED, SINGLE, SUITE, Change, Prices, find_changes, get_net
from meeting_crm.core.database import insert_rows
from meeting_crm.core.names import make_name_stem

CHANGE = "Meeting Execution Change"
KEPT = ("table", "row", "row_label", "fieldname", "kind", "old", "new", "for_finance", "for_logistics")
COLUMNS = ("name", *KEPT, "label")


def find(previous, execution) -> list[Change]:
	return find_changes(describing.to_texts(previous), describing.to_texts(execution), get_prices(execution.project))


def get_prices(project: str) -> Prices:
	"""What a person-night costs in this project: the agreed price, where its hotels agree on one; rooms of different prices
	say nothing before logistics has placed the guest."""
	block = DocType("Meeting Room Block")
	rows = (
		frappe.qb.from_(block)
		.where(block.project == project)
		.select(block.price_shared, block.price_sole)
		.distinct()
		.run(as_dict=True)
	)
	shared, sole = ({row[field] for row in rows if row[field]} for field in ("price_shared", "price_sole"))
	prices = {}
	if len(shared) == 1:
		prices[SHARED] = describing.to_decimal(shared.pop())
	if len(sole) == 1:
		prices[SINGLE] = prices[SUITE] = describing.to_decimal(sole.pop())
	return Prices(prices)


def record(execution: str, revision: int, changes: list[Change]) -> None:
	now, user, stem = now_datetime(), frappe.session.user, make_name_stem()
	rows = (
		(
			f"{stem}{place:08x}",
			*(getattr(change, field) for field in KEPT),
			describing.get_label(change.table, change.fieldname),
		)
		for place, change in enumerate(changes)
	)
	same = {
		"execution": execution,
		"revision": revision,
		**dict.fromkeys(("owner", "modified_by", "changed_by"), user),
		**dict.fromkeys(("creation", "modified", "changed_on"), now),
	}
	insert_rows(f"tab{CHANGE}", COLUMNS, rows, same=same)


def read(execution: str, after_revision: int = 0) -> list[Change]:
	return read_many({execution: after_revision})[execution]


def read_many(bases: dict[str, int]) -> dict[str, list[Change]]:
	"""{execution: changes after the revision given for it, in the order in which they were made}."""
	found: dict[str, list[Change]] = {execution: [] for execution in bases}
	if not bases:
		return found
	change = DocType(CHANGE)
	rows = (
		frappe.qb.from_(change)
		.where(change.execution.isin(list(bases)) & (change.revision > min(bases.values())))
		.select(change.execution, change.revision, *(change[field] for field in KEPT))
		.orderby(change.execution)
		.orderby(change.revision)
		.orderby(change.name)
		.run(as_dict=True)
	)
	for row in rows:
		execution = row.pop("execution")
		if row.revision > bases[execution]:
			found[execution].append(Change(**{**row, "old": row.old or "", "new": row.new or ""}))
	return found


def get_unconfirmed(execution: str, confirmed_revision: int, department: str) -> list[Change]:
	"""Net of what was changed back. Before the first confirmation the submission itself is what stands to be confirmed."""
	return get_net(read(execution, max(1, confirmed_revision)), department)


def mark_confirmed(execution: str, department: str, first: int, last: int) -> None:
	"""Who saw the changes after revision `first` up to `last`."""
	side = "finance" if department == FINANCE else "logistics"
	change = DocType(CHANGE)
	(
		frappe.qb.update(change)
		.set(change[f"{side}_confirmed_by"], frappe.session.user)
		.set(change[f"{side}_confirmed_on"], now_datetime())
		.where((change.execution == execution) & (change.revision > first) & (change.revision <= last))
		.where((change[f"for_{side}"] == 1) & change[f"{side}_confirmed_by"].isnull())
		.run()
	)
