"""Contents of documents on disk, each once, under the hash of its bytes. A blob is there before the row that names it, so
that a crash leaves at most a blob that nobody names. It is no File: the framework would serve it to whoever may read any
File of the same address, and delete it together with one."""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import frappe
from frappe import _

from meeting_crm.documents.errors import ContentMissingError
from meeting_crm.documents.rules import hash_content

FOLDER = ("private", "files", "meeting_documents")
HASH = re.compile(r"[0-9a-f]{64}")
ORPHAN_DAYS = 7


def store(content: bytes) -> str:
	"""Puts the bytes on disk and returns their hash. Storing the same again costs a look and renews its age, so that the
	nightly clean-up cannot take it between here and the row."""
	sha256 = hash_content(content)
	path = get_path(sha256)
	if _is_whole(path, content):
		os.utime(path)
		return sha256
	path.parent.mkdir(parents=True, exist_ok=True)
	part = path.with_name(f".{sha256}.{os.getpid()}.{frappe.generate_hash(length=8)}")
	try:
		with part.open("xb") as handle:
			handle.write(content)
			handle.flush()
			os.fsync(handle.fileno())
		part.replace(path)
		_sync_folder(path.parent)
	finally:
		part.unlink(missing_ok=True)
	return sha256


def _is_whole(path: Path, content: bytes) -> bool:
	"""A damaged blob is written again from the good bytes at hand."""
	try:
		return path.stat().st_size == len(content) and path.read_bytes() == content
	except FileNotFoundError:
		return False


def _sync_folder(folder: Path) -> None:
	handle = os.open(folder, os.O_RDONLY)
	try:
		os.fsync(handle)
	finally:
		os.close(handle)


def read(sha256: str) -> bytes:
	try:
		return get_path(sha256).read_bytes()
	except FileNotFoundError:
		frappe.throw(
			_(
				"The content of this version is not on the disk. Tell an administrator: it must come back from the last backup. Other versions are not affected."
			),
			title=_("Content missing"),
			exc=ContentMissingError,
		)


def get_path(sha256: str) -> Path:
	if not HASH.fullmatch(sha256 or ""):
		raise ValueError(f"no hash of a content: {sha256!r}")
	return get_folder() / sha256[:2] / sha256


def get_folder() -> Path:
	return Path(frappe.get_site_path(*FOLDER))


def walk() -> Iterator[Path]:
	folder = get_folder()
	if folder.exists():
		yield from (path for path in folder.glob("??/*") if HASH.fullmatch(path.name))


def find_damage(hashes: list[str]) -> list[str]:
	"""Those of `hashes` whose blob is missing or holds other bytes."""
	damaged = []
	for sha256 in hashes:
		path = get_path(sha256)
		if not path.exists() or hash_content(path.read_bytes()) != sha256:
			damaged.append(sha256)
	return damaged


def remove_orphans(known: set[str], days: int = ORPHAN_DAYS) -> int:
	"""Blobs that no row names and that are older than `days`, and what a killed write left half done."""
	oldest, removed = time.time() - days * 86_400, 0
	for path in walk():
		if path.name not in known and path.stat().st_mtime < oldest:
			path.unlink()
			removed += 1
	for part in get_folder().glob("??/.*"):
		if part.stat().st_mtime < oldest:
			part.unlink(missing_ok=True)
	return removed
