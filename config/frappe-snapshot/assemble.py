"""Puts the snapshot of Frappe into apps/frappe.

The wheel is Frappe 15.0.0-dev under changed names. This file changes them back, adds the root files that a
wheel does not carry, and moves the finished tree into place in one rename, so a killed run leaves no half tree.
"""

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
WHEEL = "criscostack==1.0.0"
WHEEL_SHA256 = "dc58aaf29c59b7666edc953596e5b31f77d7286b2ed6b14c6a205b217c210349"
WHEEL_PACKAGE = "criscostack"
PACKAGE = "frappe"

# Longer names first: a shorter one is part of them.
RENAMES = (
	(b"Criscostack", b"Frappe"),
	(b"criscostack", b"frappe"),
	(b"CRISCOSTACK", b"FRAPPE"),
	(b"Criscoerp", b"ERPNext"),
	(b"criscoerp", b"erpnext"),
	(b"Crisco", b"Frappe"),
	(b"crisco", b"frappe"),
	(b"brik_helper", b"bench_helper"),
)
BINARY_SUFFIXES = {
	".png",
	".jpg",
	".jpeg",
	".gif",
	".ico",
	".woff",
	".woff2",
	".ttf",
	".eot",
	".otf",
	".pdf",
	".mp3",
	".gz",
	".zip",
	".mo",
}
ROOT_FILES = (
	"pyproject.toml",
	"requirements.txt",
	"package.json",
	"package-lock.json",
	".npmrc",
	"assets.mjs",
	"asset_plugins.mjs",
	"datepicker_seconds.js",
	"socketio.js",
)


def rename(data: bytes) -> bytes:
	for old, new in RENAMES:
		data = data.replace(old, new)
	return data


def download_wheel(folder: Path) -> Path:
	"""Fetch the pinned wheel with pip, so that the user's own mirror settings apply."""
	requirement = folder / "wheel.txt"
	requirement.write_text(f"{WHEEL} --hash=sha256:{WHEEL_SHA256}\n")
	subprocess.run(
		[
			sys.executable,
			"-m",
			"pip",
			"download",
			"--quiet",
			"--disable-pip-version-check",
			"--no-deps",
			"--require-hashes",
			"--dest",
			folder,
			"-r",
			requirement,
		],
		check=True,
	)
	return next(folder.glob("*.whl"))


def check_wheel(wheel: Path) -> None:
	found = hashlib.sha256(wheel.read_bytes()).hexdigest()
	if found != WHEEL_SHA256:
		raise SystemExit(f"{wheel} has sha256 {found}, expected {WHEEL_SHA256}. Delete the file and run set-up again.")


def unpack(wheel: Path, target: Path) -> None:
	with zipfile.ZipFile(wheel) as archive:
		for entry in archive.infolist():
			if entry.is_dir() or not entry.filename.startswith(f"{WHEEL_PACKAGE}/"):
				continue
			name = rename(entry.filename.encode()).decode()
			data = archive.read(entry)
			if Path(name).suffix.lower() not in BINARY_SUFFIXES:
				data = rename(data)
			path = target / name
			path.parent.mkdir(parents=True, exist_ok=True)
			path.write_bytes(data)


def add_root_files(target: Path) -> None:
	for name in ROOT_FILES:
		shutil.copyfile(HERE / name, target / name)


def correct(target: Path) -> None:
	"""Our own mendings of known weaknesses, a file each. A text that is not there exactly once is an error: the correction
	would do nothing, or something else."""
	for correction in sorted((HERE / "corrections").glob("*.txt")):
		_head, *parts = correction.read_text(encoding="utf-8").split("\n--- ")
		for part in parts:
			name, _, changes = part.partition("\n")
			path = target / name.removeprefix(f"{PACKAGE}/")
			text = path.read_text(encoding="utf-8")
			for change in changes.split("<<<<<<<\n")[1:]:
				old, new = change.split(">>>>>>>")[0].split("=======\n")
				if text.count(old) != 1:
					raise SystemExit(
						f"{correction.name} does not fit {name}: its text is there {text.count(old)} times."
					)
				text = text.replace(old, new)
			path.write_text(text, encoding="utf-8")


def assemble(destination: Path, wheel: Path | None = None) -> None:
	destination.parent.mkdir(parents=True, exist_ok=True)
	with tempfile.TemporaryDirectory(prefix=".frappe-", dir=destination.parent) as folder:
		work = Path(folder)
		if wheel is None:
			wheel = download_wheel(work)
		check_wheel(wheel)
		tree = work / "frappe"
		unpack(wheel, tree)
		correct(tree / PACKAGE)
		add_root_files(tree)
		if destination.exists():
			destination.rename(work / "old")
		tree.rename(destination)


def main() -> None:
	parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
	parser.add_argument("destination", type=Path, help="where the tree goes, such as apps/frappe")
	parser.add_argument("--wheel", type=Path, help="a wheel downloaded before, for machines without any registry")
	arguments = parser.parse_args()
	assemble(arguments.destination.resolve(), arguments.wheel)


if __name__ == "__main__":
	main()
