"""Which claims stand on a page of a list, and how many there are, quick whatever the size of the table.

Of several people, or of two phases at once, no index gives the newest claims in order; of each person and phase it does.
So the first rows of each are read from the index alone, and the page is chosen among them. Counting stops at a limit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import frappe
from pypika import Order

from meeting_crm.claims.rules import ENDED, NEGOTIATING, SIGNED
from meeting_crm.meeting_projects import service as projects

OF_HOLDER = "holder_phase_claimed_on_protected_until_project_index"
OF_PHASE = "phase_claimed_on_index"
OF_END = "project_phase_protected_until_holder_index"
MAX_PEOPLE = 100
"""Who leads more people meets one of their claims soon along the order of everybody's."""

ALONG = {"signed_on": "project_signed_on_holder_index", "ended_on": "project_ended_on_holder_index"}
"""By which index all claims of a project are read in an order, the latest first."""

IN_INDEX = frozenset({"claimed_on", "protected_until"})


@dataclass(frozen=True)
class Part:
	index: str
	condition: str
	values: dict
	is_in_order: bool


@dataclass(frozen=True)
class Listed:
	"""A list of claims of one kind: of `holders` in one project or all, or of everybody (None) in all projects."""

	kind: str
	now: datetime
	holders: Sequence[str] | None = None
	project: str | None = None
	ending_before: datetime | None = None

	def is_quick(self, order: str) -> bool:
		if self.holders is None:
			return self.ending_before is None and order == "claimed_on"
		return len(self.holders) <= MAX_PEOPLE and order in IN_INDEX

	def find(self, order: str, direction: Order, start: int, length: int) -> list[str]:
		ordered = f"`{order}` {direction.value}, name {direction.value}"
		values, parts = {"rows": start + length, "start": start, "length": length}, []
		for number, part in enumerate(self._get_parts(each_holder=order == "claimed_on", running_index=OF_PHASE)):
			condition = part.condition
			for key, value in part.values.items():
				condition = condition.replace(f"%({key})s", f"%({key}_{number})s")
				values[f"{key}_{number}"] = value
			inside = f"`{order}` {direction.value}" if part.is_in_order else ordered
			parts.append(
				f"(select `{order}`, name from `tabMeeting Claim` force index ({part.index}) where {condition} order by {inside} limit %(rows)s)"
			)
		# raw SQL: the query builder has no ordered parts of a union
		return frappe.db.sql_list(
			f"""select name from ({" union all ".join(parts)}) found order by {ordered}
			limit %(length)s offset %(start)s""",
			values,
		)

	def is_met_soon(self, order: str, is_long: bool) -> bool:
		return is_long and order in ALONG and bool(self.project) and self.holders is not None

	def find_along(self, order: str, start: int, length: int) -> list[str]:
		"""Where people have many claims in a project: everybody's in this order until the page is full. The index tells whose a
		claim is, so only theirs are looked at."""
		phases, values = [], {"project": self.project, "holders": tuple(self.holders), "now": self.now}
		for phase, end in self._get_phases():
			phases.append(f"(claim.phase = '{phase}'" + (f" and claim.protected_until {end} %(now)s)" if end else ")"))
		before = "and claim.protected_until <= %(ending)s" if self.ending_before else ""
		# raw SQL: the query builder has no straight_join, and a condition outside the index would read every row of it backwards
		return frappe.db.sql_list(
			f"""select found.name
			from `tabMeeting Claim` found force index ({ALONG[order]})
			straight_join `tabMeeting Claim` claim on claim.name = found.name
			where found.project = %(project)s and found.holder in %(holders)s and ({" or ".join(phases)}) {before}
			order by found.{order} desc, found.holder desc, found.name desc limit %(length)s offset %(start)s""",
			{**values, "ending": self.ending_before, "start": start, "length": length},
		)

	def count(self, limit: int | None) -> int:
		total = 0
		for part in self._get_parts(each_holder=False, running_index=OF_END):
			stop = "" if limit is None else f"limit {limit - total}"
			[[number]] = frappe.db.sql(
				f"""select count(*) from (
					select 1 from `tabMeeting Claim` force index ({part.index}) where {part.condition} {stop}
				) counted""",
				part.values,
			)
			total += number
			if total == limit:
				break
		return total

	def _get_parts(self, each_holder: bool, running_index: str) -> list[Part]:
		"""Running claims are few; sorting them costs less than a part for each holder."""
		parts = []
		for phase, end in self._get_phases():
			if self.holders is None:
				parts.append(self._get_part(phase, end, None, self._choose(end, running_index)))
			elif each_holder and phase != NEGOTIATING:
				parts += [self._get_part(phase, end, (holder,), OF_HOLDER) for holder in self.holders]
			else:
				parts.append(self._get_part(phase, end, tuple(self.holders), OF_HOLDER))
		return parts

	def _choose(self, end: str | None, running_index: str) -> str:
		if end == ">":
			return running_index
		return OF_END if end else OF_PHASE

	def _get_phases(self) -> list[tuple[str, str | None]]:
		"""The phases of a kind, and on which side of now their protection ends (design, invariant 4)."""
		if self.kind == "signed":
			return [(SIGNED, None)]
		return [(NEGOTIATING, ">")] if self.kind == "protected" else [(ENDED, None), (NEGOTIATING, "<=")]

	def _get_part(self, phase: str, end: str | None, holders: tuple[str, ...] | None, index: str) -> Part:
		conditions, values = ["phase = %(phase)s"], {"phase": phase}
		if end:
			conditions.append(f"protected_until {end} %(now)s")
			values["now"] = self.now
		is_in_order = holders is not None and len(holders) == 1
		if is_in_order:
			conditions.append("holder = %(holder)s")
			values["holder"] = holders[0]
		elif holders is not None:
			conditions.append("holder in %(holders)s")
			values["holders"] = holders
		if self.project:
			conditions.append("project = %(project)s")
			values["project"] = self.project
		elif index == OF_END:
			conditions.append("project in %(projects)s")
			values["projects"] = projects.get_all_projects() or [""]
		if self.ending_before:
			conditions.append("protected_until <= %(ending)s")
			values["ending"] = self.ending_before
		return Part(index, " and ".join(conditions), values, is_in_order and phase != NEGOTIATING)
