"""Rows of a file, of which the next ones are read and prepared while the database writes the last ones. No frappe import."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, islice, repeat

from meeting_crm.entry.importing.columns import ImportRow

# While the database writes a batch's lists, it asks for no rows: so many wait for it.
ROWS_AHEAD = 8000


class ReadAhead:
	def __init__(self, rows: Iterator[ImportRow], rows_a_step: int) -> None:
		self.rows = rows
		# the first step in pieces, so that the database begins at once
		first = [rows_a_step // part for part in (16, 16, 8, 4)]
		first.append(rows_a_step - sum(first))
		self.sizes = chain((size for size in first if size), repeat(rows_a_step))
		self.thread = ThreadPoolExecutor(1)
		self.coming = deque(self._begin() for _step in range(max(1, ROWS_AHEAD // rows_a_step)))

	def take(self) -> list[ImportRow]:
		"""The next rows; none at the end."""
		rows = self.coming.popleft().result()
		self.coming.append(self._begin())
		return rows

	def _begin(self) -> Future:
		return self.thread.submit(self._read, next(self.sizes))

	def _read(self, count: int) -> list[ImportRow]:
		rows = list(islice(self.rows, count))
		for row in rows:
			row.prepare()
		return rows
