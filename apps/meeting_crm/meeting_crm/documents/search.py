"""Search in titles, descriptions, tags and contents, within what the person may see. Chinese has no spaces between words, so
it looks for the characters as they stand."""

import frappe
from frappe.utils import escape_html

from meeting_crm.documents.permissions import DOCUMENT, visible_documents_condition
from meeting_crm.documents.texts import TEXT, normalise

MAX_FOUND = 50
MAX_WORDS = 6
AROUND = 40


def search(text: str, limit: int = MAX_FOUND) -> list[dict]:
	"""Documents that hold every word of `text`: those with the first word in the title before the others, each newest first."""
	words = normalise(text or "").split()[:MAX_WORDS]
	if not words:
		return []
	limit = min(limit, MAX_FOUND)
	in_title = f"`tab{DOCUMENT}`.title like %(word0)s"
	rows = _find(words, in_title, limit)
	if len(rows) < limit:
		known = {row.name for row in rows}
		rows += [row for row in _find(words, "1=1", limit) if row.name not in known][: limit - len(rows)]
	for row in rows:
		row.snippet = make_snippet(row.pop("content") or "", words)
	return rows


def _find(words: list[str], condition: str, limit: int) -> list:
	"""Along the index of what was saved last, so that it ends when enough is found; the long texts are looked at last."""
	table = f"`tab{DOCUMENT}`"
	values: dict = {"limit": limit}
	conditions = [condition]
	for place, word in enumerate(words):
		values[f"word{place}"] = f"%{escape_like(word)}%"
		conditions.append(
			f"({table}.title like %(word{place})s or {table}.description like %(word{place})s "
			f"or {table}._user_tags like %(word{place})s or words.content like binary %(word{place})s)"
		)
	return frappe.db.sql(
		# raw SQL: the permission condition is SQL; a % in it must not be taken for a placeholder
		f"""select {table}.name, {table}.title, {table}.kind, {table}.folder, {table}.customer, {table}.status,
			{table}.saved_by, {table}.saved_on, {table}.current_version, {table}.file_size, words.content
		from {table} left join `tab{TEXT}` words on words.document = {table}.name
		where {table}.deleted_on is null and {visible_documents_condition().replace("%", "%%")} and {" and ".join(conditions)}
		order by {table}.saved_on desc limit %(limit)s""",
		values,
		as_dict=True,
	)


def escape_like(text: str) -> str:
	return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def make_snippet(content: str, words: list[str]) -> str:
	"""The text around the first word found, as HTML with the word marked; empty when only the title matched."""
	found = [(place, word) for word in words if (place := content.find(word)) >= 0]
	if not found:
		return ""
	place, word = min(found)
	start, end = max(0, place - AROUND), place + len(word) + AROUND
	before, after = content[start:place], content[place + len(word) : end]
	return (
		("…" if start else "")
		+ f"{escape_html(before)}<mark>{escape_html(word)}</mark>{escape_html(after)}"
		+ ("…" if end < len(content) else "")
	)
