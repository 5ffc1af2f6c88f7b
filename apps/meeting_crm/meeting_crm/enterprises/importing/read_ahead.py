"""Rows of a file, of which the next ones are read and prepared while the database writes the last ones. No frappe import."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from meeting_crm.enterprises.importing.columns import ImportRow

# While the database writes a batch's lists, it asks for no rows: so many wait for it.
ROWS_AHEAD = 5000


class ReadAhead:
	def __init__(self, rows: Iterator[ImportRow], rows_a_step: int) -> None:
		self.rows, self.rows_a_step = rows, rows_a_step
		self.thread = ThreadPoolExecutor(1)
		self.coming = deque(self.thread.submit(self._read) for _ in range(max(1, ROWS_AHEAD // rows_a_step)))

	def take(self) -> list[ImportRow]:
		"""The next rows; none at the end."""
		rows = self.coming.popleft().result()
		self.coming.append(self.thread.submit(self._read))
		return rows

	def _read(self) -> list[ImportRow]:
		rows = list(islice(self.rows, self.rows_a_step))
		for row in rows:
			row.prepare()
		return rows
