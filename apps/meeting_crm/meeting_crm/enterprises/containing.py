"""Enterprises whose name contains what somebody typed, for the lists of other rooms: among a million names as fast as among
a thousand, because the index of the duplicate check names the candidates."""

from collections.abc import Iterator

import numpy as np

from meeting_crm.enterprises import index
from meeting_crm.enterprises.search import letters, parts

FIRST_STEP, MAX_STEP = 2, 5000
"""Names read at first for each row that is wanted, and at most at once."""


class Candidates:
	"""Names that may contain one text of each group: those the index lists under the rarest group. The letters are compared
	when the names are read. `most`: there are no more than these."""

	def __init__(self, groups: list[list[str]], found: list[parts.Lists | letters.Letter], most: int) -> None:
		self.groups, self.found, self.most = groups, found, most

	def read_ids(self) -> np.ndarray:
		ids = [lists.read_common(index.sql) for lists in self.found]
		return ids[0] if len(ids) == 1 else np.unique(np.concatenate(ids))

	def read(self) -> list[str]:
		return parts.read_containing(index.sql, self.read_ids().tolist(), self.groups)

	def read_newest_first(self, wanted: int) -> Iterator[list[str]]:
		"""The names in steps that grow, those entered last first: who shows a page stops when it has the rows `wanted`."""
		ids = self.read_ids()
		end, step = len(ids), min(FIRST_STEP * wanted, MAX_STEP)
		while end > 0:
			start = max(0, end - step)
			yield parts.read_containing(index.sql, ids[start:end].tolist(), self.groups)
			end, step = start, min(2 * step, MAX_STEP)


def find(groups: list[list[str]]) -> Candidates | None:
	"""`groups` hold texts in normal form: a name answers that contains one text of each group. None where the index does not
	tell: common letters, and words that stand in legal forms alone."""
	best = None
	for texts in groups:
		found = [parts.find_lists(index.sql, text) or letters.find_letter(index.sql, text) for text in texts]
		if not found or None in found:
			continue
		most = sum(lists.shortest for lists in found)
		if best is None or most < best.most:
			best = Candidates(groups, found, most)
	return best
