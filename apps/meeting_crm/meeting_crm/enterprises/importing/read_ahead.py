"""Rows of a file, of which the next ones are read and prepared while the database writes the last ones. No frappe import."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice

from meeting_crm.enterprises.importing.columns import ImportRow


class ReadAhead:
	def __init__(self, rows: Iterator[ImportRow]) -> None:
		self.rows = rows
		self.ready: Iterator[ImportRow] = iter(())
		self.coming: Future | None = None
		self.thread = ThreadPoolExecutor(1)

	def __iter__(self) -> "ReadAhead":
		return self

	def __next__(self) -> ImportRow:
		while True:
			for row in self.ready:
				return row
			if not self.coming:
				return next(self.rows)
			self.ready, self.coming = iter(self.coming.result()), None

	def begin(self, count: int) -> None:
		"""Reads up to `count` rows in the background; whoever asks for the next one waits until that is done."""
		self.coming = self.coming or self.thread.submit(self._read, count)

	def _read(self, count: int) -> list[ImportRow]:
		rows = list(islice(self.rows, count))
		for row in rows:
			if not row.problems:
				row.prepared  # noqa: B018 (computed once and kept)
		return rows
