"""Remembers which set-up steps are done. A stamp is written last and whole, so a killed step simply runs again."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from .settings import ROOT

STAMPS = ROOT / ".tools" / "stamps"


def digest(*parts: str | Path | Iterable[Path]) -> str:
	"""One value for texts and the contents of files; a file that is not there counts as such."""
	total = hashlib.sha256()
	for part in parts:
		if isinstance(part, str):
			total.update(part.encode())
		else:
			for path in [part] if isinstance(part, Path) else sorted(part):
				total.update(f"\0{path}\0".encode())
				total.update(path.read_bytes() if path.is_file() else b"missing")
	return total.hexdigest()[:24]


def read(name: str) -> str:
	path = STAMPS / name
	return path.read_text() if path.exists() else ""


def write(name: str, value: str) -> None:
	STAMPS.mkdir(parents=True, exist_ok=True)
	part = STAMPS / f"{name}.part"
	part.write_text(value)
	part.rename(STAMPS / name)


def is_done(name: str, value: str) -> bool:
	return read(name) == value
