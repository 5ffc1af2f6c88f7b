"""What a person typed is text, whatever it looks like.

Frappe reads `<待定>` as a tag: a required field with nothing else in it counts as empty, `a<b & c>d` is stored as
`a<b>d</b>`, and what looks enough like HTML is stored with entities. Its lists and prints show stored text as HTML, so that
brackets cannot simply be left. In plain text they become the full-width ones, which look the same and open no tag.
"""

import re

PLAIN_FIELDTYPES = frozenset({"Data", "Small Text", "Text", "Long Text"})
PAIR = re.compile(r"<([^<>]*)>")
OPENING = re.compile(r"<(?=[A-Za-z/!?])")


def as_plain_text(text: str) -> str:
	return OPENING.sub("＜", PAIR.sub(r"＜\1＞", text)) if "<" in text else text


def keep_texts_plain(doc, method: str | None = None) -> None:
	"""Before Frappe looks for missing values and for markup, in the record and in its rows."""
	for document in (doc, *doc.get_all_children()):
		for field in document.meta.get("fields", {"fieldtype": ["in", tuple(PLAIN_FIELDTYPES)]}):
			value = document.get(field.fieldname)
			if isinstance(value, str) and "<" in value and field.options not in ("Email", "URL"):
				document.set(field.fieldname, as_plain_text(value))
