"""Two folders change places in one step of the file system, or a file is replaced by a whole new one."""

import ctypes
import json
import os
from pathlib import Path

AT_FDCWD = -100
RENAME_EXCHANGE = 2


def exchange(one: Path, other: Path) -> None:
	"""Raises OSError where the file system cannot, or when one of them is missing; then nothing has changed."""
	libc = ctypes.CDLL(None, use_errno=True)
	result = libc.renameat2(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), ctypes.c_uint(RENAME_EXCHANGE))
	if result:
		number = ctypes.get_errno()
		raise OSError(number, os.strerror(number), str(one))
	for folder in {one.parent, other.parent}:
		sync(folder)


def can_exchange(folder: Path) -> bool:
	"""Tried out on two empty folders."""
	one, other = folder / ".probe-one", folder / ".probe-other"
	for path in (one, other):
		path.mkdir(exist_ok=True)
	try:
		exchange(one, other)
	except (OSError, AttributeError):
		return False
	finally:
		for path in (one, other):
			path.rmdir()
	return True


def write_json(path: Path, value: dict) -> None:
	"""Whole or not at all, also when the machine loses power."""
	part = path.with_name(path.name + ".new")
	mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
	with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as file:
		json.dump(value, file, indent=1, sort_keys=True)
		file.flush()
		os.fsync(file.fileno())
	os.rename(part, path)
	sync(path.parent)


def sync(folder: Path) -> None:
	handle = os.open(folder, os.O_RDONLY)
	try:
		os.fsync(handle)
	finally:
		os.close(handle)
