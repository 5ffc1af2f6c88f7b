"""Pure decisions of the document library: titles, versions, locks. The clock is an argument."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

MAX_TITLE = 140
LEASE = timedelta(minutes=3)
"""How long a lock of the product's own editors lives without a sign of life."""

STORED, UNCHANGED, CONFLICT = "stored", "unchanged", "conflict"

FORBIDDEN_IN_TITLES = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def clean_title(title: str) -> str:
	"""A title that is also a file name on every system. Control characters that turn the reading direction would hide an
	extension, so they go."""
	title = INVISIBLE.sub("", unicodedata.normalize("NFC", title or ""))
	title = FORBIDDEN_IN_TITLES.sub(" ", title)
	return re.sub(r"\s+", " ", title).strip(" .")


def split_title(title: str) -> tuple[str, str]:
	"""Stem and extension without the point; no extension when what follows the point is no such."""
	match = re.fullmatch(r"(.+)\.([A-Za-z0-9]{1,5})", title)
	return (match[1], match[2]) if match else (title, "")


def with_extension(title: str, extension: str) -> str:
	"""`title` with the extension of its content, shortened in its stem where it is too long."""
	stem, given = split_title(title)
	if not extension or _is_same_extension(given, extension):
		extension = given
	elif given and not _is_known_extension(given):
		stem = title
	end = f".{extension}" if extension else ""
	return f"{stem[: MAX_TITLE - len(end)].strip()}{end}"


def _is_same_extension(one: str, other: str) -> bool:
	alike = ({"jpg", "jpeg"}, {"txt", "csv", "md", "json", "log", "xml", "html", "htm", "svg"})
	one, other = one.lower(), other.lower()
	return one == other or any({one, other} <= group for group in alike)


def _is_known_extension(extension: str) -> bool:
	known = {"doc", "docx", "docm", "xls", "xlsx", "xlsm", "pdf", "png", "jpg", "jpeg", "gif", "webp", "bmp", "txt"}
	return extension.lower() in known


def number_title(title: str, number: int) -> str:
	stem, extension = split_title(title)
	end = f" ({number})" + (f".{extension}" if extension else "")
	return f"{stem[: MAX_TITLE - len(end)]}{end}"


def make_title_key(place: str, title: str) -> str:
	"""One living document per place and title, whatever the case or the width of its letters."""
	return hashlib.sha256(f"{place}\n{unicodedata.normalize('NFKC', title).casefold()}".encode()).hexdigest()


def hash_content(content: bytes) -> str:
	return hashlib.sha256(content).hexdigest()


def hash_token(token: str) -> str:
	return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True)
class Writing:
	"""One attempt to write: on which version it rests, and whether somebody else edits at this moment."""

	base_version: int
	current_version: int
	same_content: bool
	locked_by_other: bool


def decide_writing(writing: Writing) -> str:
	"""STORED: becomes the current version. UNCHANGED: nothing to keep. CONFLICT: kept as a version beside the current one,
	because it rests on an older one or because somebody is editing: nobody's text replaces another's unseen."""
	if writing.same_content:
		return UNCHANGED
	if writing.locked_by_other or writing.base_version != writing.current_version:
		return CONFLICT
	return STORED


@dataclass(frozen=True)
class Lock:
	key: str | None = None
	user: str | None = None
	until: datetime | None = None

	def is_held(self, now: datetime) -> bool:
		return bool(self.key and self.until and self.until > now)

	def is_held_by(self, token: str | None, now: datetime) -> bool:
		return self.is_held(now) and token is not None and hash_token(token) == self.key

	def is_held_by_other(self, token: str | None, now: datetime) -> bool:
		return self.is_held(now) and not self.is_held_by(token, now)


def get_watermark_lines(name: str, now: datetime, word: str) -> list[str]:
	return [part for part in (word, name, now.strftime("%Y-%m-%d %H:%M")) if part]
