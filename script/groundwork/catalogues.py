"""Writes main.pot and zh.po from zh.csv, with the bench's own Python: catalogues.py <zh.csv> <folder>."""

import csv
import sys
from datetime import datetime, timezone
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

PROJECT = "Meeting CRM"
AUTHORS = "Meeting CRM contributors"
HEADER = "# Written from translations/zh.csv; change that file."
# A date that stays: the same translations always make the same file.
EPOCH = datetime(2026, 1, 1, tzinfo=timezone.utc)


def read_rows(path: Path) -> list[tuple[str, str, str | None]]:
	"""Message, translation and, where a row has one, context."""
	with path.open(encoding="utf-8", newline="") as file:
		rows = [row for row in csv.reader(file) if row]
	return [(row[0], row[1], row[2] if len(row) > 2 and row[2] else None) for row in rows]


def make_catalogue(rows: list[tuple[str, str, str | None]], language: str | None) -> Catalog:
	catalogue = Catalog(
		locale=language, domain="messages", project=PROJECT, charset="utf-8", fuzzy=False,
		creation_date=EPOCH, revision_date=EPOCH, last_translator=AUTHORS, language_team=AUTHORS, header_comment=HEADER,
	)  # fmt: skip
	for message, translation, context in rows:
		catalogue.add(message, translation if language else None, context=context)
	return catalogue


def main(source: Path, folder: Path) -> None:
	rows = read_rows(source)
	for name, language in (("main.pot", None), ("zh.po", "zh")):
		with (folder / name).open("wb") as file:
			write_po(file, make_catalogue(rows, language), width=0, sort_output=True, omit_header=False)


if __name__ == "__main__":
	main(Path(sys.argv[1]), Path(sys.argv[2]))
