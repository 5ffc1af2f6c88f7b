"""Reads docs/rest-api.md and docs/rest/: their examples, and the endpoints they name."""

import re
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
EXAMPLE = re.compile(
	r"```http\n(?P<verb>GET|POST|PUT|DELETE) (?P<path>\S+) +as (?P<who>\w+)\n(?P<body>.*?)```\s*"
	r"```(?P<kind>json|text)\n(?P<answer>.*?)```",
	re.DOTALL,
)
ENDPOINT = re.compile(r"^#+ `(meeting_crm\.[\w.]+)`", re.MULTILINE)


@dataclass(frozen=True)
class Example:
	"""One call: who makes it, what is sent, and what comes back. `{words}` stand for records of a scenario."""

	verb: str
	path: str
	who: str
	body: str
	kind: str
	answer: str

	@property
	def title(self) -> str:
		return f"{self.verb} {self.path.rsplit('/', 1)[-1]} as {self.who}"


def text() -> str:
	return "\n".join(page.read_text() for page in (DOCS / "rest-api.md", *sorted((DOCS / "rest").glob("*.md"))))


def examples() -> list[Example]:
	return [Example(**found.groupdict()) for found in EXAMPLE.finditer(text())]


def endpoints() -> set[str]:
	return set(ENDPOINT.findall(text()))


def fill(text: str, records: dict[str, str]) -> str:
	return re.sub(r"\{([a-z_]+)\}", lambda word: records[word[1]], text)


def missing_from(documented, actual, path: str = "answer") -> list[str]:
	"""Where `actual` lacks a key that `documented` shows, or has another type there."""
	if isinstance(documented, dict) and isinstance(actual, dict):
		return [
			problem
			for key, value in documented.items()
			for problem in (
				missing_from(value, actual[key], f"{path}.{key}") if key in actual else [f"{path}.{key} is missing"]
			)
		]
	if isinstance(documented, list) and isinstance(actual, list):
		if documented and not actual:
			return [f"{path} is empty"]
		return missing_from(documented[0], actual[0], f"{path}[0]") if documented else []
	if documented is None or isinstance(actual, type(documented)) or {type(documented), type(actual)} <= {int, float}:
		return []
	return [f"{path} is {type(actual).__name__}, documented as {type(documented).__name__}"]
