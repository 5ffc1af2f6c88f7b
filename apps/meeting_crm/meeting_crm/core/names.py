"""Names of records that people never read. They begin with a letter: `74e9453095` is a number to JSON, and what Frappe
reads as one it does not find again."""

import secrets
from time import time_ns

LETTERS = "abcdefghjkmnpqrstuvwxyz"
LENGTH = 10


def make_name(length: int = LENGTH) -> str:
	"""A random name of `length` characters, a letter first."""
	return secrets.choice(LETTERS) + secrets.token_hex(length // 2 + 1)[: length - 1]


def make_name_stem() -> str:
	"""The beginning of the names of rows written together; a number of fixed length follows. They grow with time, so that
	a hundred thousand rows go to the end of the table and of the indexes that lead to it, and not all over them."""
	return f"t{time_ns():x}{secrets.token_hex(3)}"


def set_name(doc, method: str | None = None) -> None:
	"""Runs where Frappe would name a record by a hash of its own."""
	if (doc.meta.autoname or "hash").lower() == "hash" and not doc.meta.issingle:
		doc.name = make_name()
