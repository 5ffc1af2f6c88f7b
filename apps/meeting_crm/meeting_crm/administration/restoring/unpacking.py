"""The files of a backup, into a folder beside the live ones. Only plain files with honest paths, within what the disk holds."""

import os
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from meeting_crm.administration import bundle
from meeting_crm.administration.restoring.statements import RefusedError

FREE_SHARE = 0.9
"""Of the disk's free space that files may take."""


def unpack(reader: bundle.Reader, part: str, target: Path, watch: Callable[[int], None] = lambda done: None) -> int:
	"""Returns how many files there were."""
	target.mkdir(parents=True, exist_ok=True)
	left = int(shutil.disk_usage(target).free * FREE_SHARE)
	count = 0
	try:
		with reader.open_part(part, watch) as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
			for entry in archive:
				left -= max(0, entry.size)
				if left < 0:
					raise RefusedError("disk", entry.name[:80])
				_unpack_one(archive, entry, target)
				count += 1
	except tarfile.TarError:
		raise bundle.BadBundleError("damaged", part) from None
	return count


def _unpack_one(archive: tarfile.TarFile, entry: tarfile.TarInfo, target: Path) -> None:
	path = PurePosixPath(entry.name)
	content = archive.extractfile(entry) if entry.isreg() else None
	if not content or path.is_absolute() or ".." in path.parts or not path.parts:
		raise RefusedError("path", entry.name[:80])
	into = target.joinpath(*path.parts)
	into.parent.mkdir(parents=True, exist_ok=True)
	flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
	with os.fdopen(os.open(into, flags, 0o644), "wb") as file:
		shutil.copyfileobj(content, file, bundle.CHUNK)
