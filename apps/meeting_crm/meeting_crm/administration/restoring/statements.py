"""Which statements a dump may hold: a closed list, because a dump is a program that somebody else may have written.
Each goes to the server alone, as a database user who sees the second database and nothing else. Knows no Frappe."""

import re
from collections.abc import Iterator
from typing import BinaryIO

LONGEST = 256 << 20
SHOWN = 80


class RefusedError(Exception):
	"""The dump cannot be loaded; `code` says why, `detail` shows where."""

	def __init__(self, code: str, detail: str = ""):
		super().__init__(code, detail)
		self.code, self.detail = code, detail


NAME = rb"`(?:[^`]|``)+`"
ONE_SETTING = rb"@?@?\w+ *= *(?:@@?\w+|\w+|'[\w+:,-]*')"
ALLOWED = tuple(
	re.compile(pattern, re.DOTALL)
	for pattern in (
		rb"DROP TABLE IF EXISTS " + NAME + rb";\Z",
		rb"DROP SEQUENCE IF EXISTS " + NAME + rb";\Z",
		rb"CREATE SEQUENCE " + NAME + rb" start with [^;`']*;\Z",
		rb"(?:DO|SELECT) SETVAL\(" + NAME + rb", -?\d+, [01]\);\Z",
		rb"LOCK TABLES " + NAME + rb" WRITE;\Z",
		rb"UNLOCK TABLES;\Z",
		rb"INSERT INTO " + NAME + rb"(?: \(" + NAME + rb"(?:, " + NAME + rb")*\))? VALUES\s*\(.*\);\Z",
		rb"set autocommit=[01];\Z",
		rb"commit;\Z",
		rb"/\*M?!\d{5,6} ALTER TABLE " + NAME + rb" (?:DISABLE|ENABLE) KEYS \*/;\Z",
		rb"/\*M?!\d{5,6} SET (?:NAMES \w+|" + ONE_SETTING + rb"(?:, *" + ONE_SETTING + rb")*) \*/;\Z",
	)
)
# server-wide settings and what undoes the fences of the loading connection
FORBIDDEN_SETTING = re.compile(
	rb"GLOBAL|PERSIST|max_statement_time|sql_log|lock_wait|init_connect|general_log", re.IGNORECASE
)
CREATE = re.compile(rb"CREATE TABLE (" + NAME + rb") \(.*\n\) ENGINE=(InnoDB|MyISAM|Aria)([^\n]*);\Z", re.DOTALL)
FORBIDDEN_OPTION = re.compile(
	rb"DIRECTORY|CONNECTION\s*=|UNION\s*=|TABLESPACE|ENGINE_ATTRIBUTE|REFERENCES|SELECT|ENGINE\s*=", re.IGNORECASE
)
FORBIDDEN_COLUMN = re.compile(rb"\n\s*(?:CONSTRAINT[^\n]*)?FOREIGN KEY", re.IGNORECASE)
SECONDARY_KEY = re.compile(rb"  (?:UNIQUE |FULLTEXT )?KEY `")
TABLE_OF_INSERT = re.compile(rb"INSERT INTO `((?:[^`]|``)+)`")
COMPLETED = b"-- Dump completed"


def read_statements(stream: BinaryIO) -> Iterator[bytes]:
	"""The statements of a complete dump, each allowed. A dump's texts hold no line breaks of their own: they are escaped."""
	lines: list[bytes] = []
	size, last = 0, b""
	while line := stream.readline(LONGEST):
		if not lines and is_comment(line):
			last = line.strip() or last
			continue
		lines.append(line)
		size += len(line)
		if size >= LONGEST:
			raise RefusedError("too long", show(lines[0]))
		if line.rstrip(b"\r\n").endswith(b";"):
			statement = b"".join(lines).strip()
			check(statement)
			yield statement
			lines, size, last = [], 0, b""
	if lines:
		raise RefusedError("cut", show(lines[0]))
	if not last.startswith(COMPLETED):
		raise RefusedError("unfinished")


def is_comment(line: bytes) -> bool:
	return line.startswith(b"--") or not line.strip() or line.startswith(b"/*M!999999\\-")


def check(statement: bytes) -> None:
	if statement.startswith(b"CREATE TABLE"):
		match = CREATE.match(statement)
		if not match or FORBIDDEN_OPTION.search(match.group(3)) or FORBIDDEN_COLUMN.search(statement):
			raise RefusedError("statement", show(statement))
		return
	if not any(pattern.match(statement) for pattern in ALLOWED):
		raise RefusedError("statement", show(statement))
	if ALLOWED[-1].match(statement) and FORBIDDEN_SETTING.search(statement):
		raise RefusedError("statement", show(statement))


def show(statement: bytes) -> str:
	return statement[:SHOWN].decode(errors="replace").strip()


def split_keys(statement: bytes) -> tuple[bytes, list[bytes]]:
	"""CREATE TABLE without its secondary keys, and those: built after the rows they cost three quarters of the time.
	AUTO_INCREMENT needs its key at once."""
	if b"AUTO_INCREMENT" in statement.split(b"\n) ENGINE", 1)[0]:
		return statement, []
	kept: list[bytes] = []
	later: list[bytes] = []
	for line in statement.split(b"\n"):
		(later if SECONDARY_KEY.match(line) else kept).append(line)
	if not later:
		return statement, []
	last = max(place for place, line in enumerate(kept) if line.startswith(b"  "))
	kept[last] = kept[last].rstrip(b",")
	return b"\n".join(kept), [line.strip().rstrip(b",") for line in later]


def get_table(statement: bytes) -> str:
	"""The table that an INSERT, CREATE TABLE or DROP TABLE names."""
	return statement.split(b"`")[1].decode()
