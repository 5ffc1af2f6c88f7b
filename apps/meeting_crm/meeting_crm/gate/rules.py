"""What may become part of a query or the address of a file. Pure: knows no Frappe.

A text that Frappe writes into SQL must be one of a few shapes; everything else is refused, whoever sends it. A list of what
is dangerous would never be complete."""

import re
from collections.abc import Iterator

NAME_OF_DOCTYPE = r"[^\W\d]\w*(?:[ \-]\w+)*"
COLUMN = rf"(?:(?:`tab{NAME_OF_DOCTYPE}`|tab{NAME_OF_DOCTYPE}|`\w+`|\w+)\.)?(?:`\w+`|\w+)"
ALL_COLUMNS = rf"(?:(?:`tab{NAME_OF_DOCTYPE}`)\.)?\*"
CALL = rf"(?:count|sum|avg|min|max)\( ?(?:(?:distinct )?{COLUMN}|\*) ?\)"
ALIAS = r"(?: as (?:`\w+`|\w+))?"

is_doctype = re.compile(NAME_OF_DOCTYPE).fullmatch
is_column = re.compile(COLUMN).fullmatch
is_expression = re.compile(
	rf"(?:{ALL_COLUMNS}|(?:(?:distinct )?{COLUMN}|distinct\({COLUMN}\)|{CALL}){ALIAS})", re.IGNORECASE
).fullmatch
is_order = re.compile(rf"(?:{COLUMN}|{CALL})(?: +(?:asc|desc))?", re.IGNORECASE).fullmatch
is_direction = re.compile(r"asc|desc", re.IGNORECASE).fullmatch
is_function = re.compile(r"count|sum|avg|average|min|max|minimum|maximum", re.IGNORECASE).fullmatch

STORED_ADDRESS = re.compile(r"/(?P<private>private/)?files/(?P<name>[^/\\%?#\x00-\x1f]+)")
REMOTE_ADDRESS = re.compile(r"https?://[^/\s?#]+(?:[/?#]\S*)?", re.IGNORECASE)
RUNNING_CONTENT = frozenset(
	"htm html shtm shtml xhtml xht mht mhtml svg svgz xml xsl xslt xbl rss atom rdf mathml mml swf hta htc jsp php".split()
)


def is_list_of(shape, text: str) -> bool:
	return all(shape(part.strip(" ")) for part in text.split(","))


def get_strange_columns(value: object) -> Iterator[str]:
	"""Texts in what is sent as the fields of a query that are none."""
	if isinstance(value, str):
		if value and not is_list_of(is_expression, value):
			yield value
	elif isinstance(value, list):
		for part in value:
			if isinstance(part, list):  # [field, DocType], as saved reports have it
				yield from get_strange_columns(part[:1])
				yield from (name for name in part[1:] if isinstance(name, str) and not is_doctype(name))
			else:
				yield from get_strange_columns(part)


def get_strange_order(value: object) -> Iterator[str]:
	parts = value if isinstance(value, list) else [value]
	yield from (part for part in parts if isinstance(part, str) and part and not is_list_of(is_order, part))


def get_strange_filters(value: object, is_text: bool = False) -> Iterator[str]:
	"""What in filters is not a field, a condition and a value. `is_text`: a text stands for the name of a record there."""
	if isinstance(value, str):
		if value and not is_text:
			yield value
	elif isinstance(value, dict):
		for field, condition in value.items():
			if not is_column(field):
				yield field
			if isinstance(condition, list):
				yield from get_strange_range(condition)
	elif isinstance(value, list):
		for row in value:
			if isinstance(row, list) and row and isinstance(row[0], str):
				yield from get_strange_filter(row)
			else:
				yield from get_strange_filters(row)


def get_strange_filter(row: list) -> Iterator[str]:
	if len(row) < 3:
		yield str(row)
		return
	if len(row) == 3:
		field, rest = row[0], row[1:]
	else:
		field, rest = row[1], row[2:]
		if not is_doctype(row[0]):
			yield row[0]
	if not isinstance(field, str) or not is_column(field):
		yield str(field)
	if not isinstance(rest[0], str | None):
		yield str(rest[0])
	yield from get_strange_range(rest)


def get_strange_range(condition: list) -> Iterator[str]:
	"""Frappe writes the text after `between` into the query as it stands."""
	operator, value, *_rest = [*condition, None, None]
	if isinstance(operator, str) and operator.strip().lower() == "between" and isinstance(value, str):
		yield value or operator


def is_stored_address(address: str) -> bool:
	"""`/files/<name>` or `/private/files/<name>`, and nothing that a second decoding could turn into another."""
	match = STORED_ADDRESS.fullmatch(address)
	return match is not None and match["name"] not in (".", "..")


def is_remote_address(address: str) -> bool:
	return bool(REMOTE_ADDRESS.fullmatch(address))


def can_run(file_name: str) -> bool:
	"""Whether a browser would run what such a file holds as a page of the site it comes from."""
	endings = file_name.lower().rstrip(". ").split(".")[1:]
	return not RUNNING_CONTENT.isdisjoint(ending.strip() for ending in endings)
