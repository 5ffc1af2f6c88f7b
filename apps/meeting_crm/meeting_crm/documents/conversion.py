"""Office files to PDF by LibreOffice: one at a time, in a profile of its own, for a minute at most, and without a look at
anything outside the file."""

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import frappe
import pikepdf
from frappe import _
from frappe.utils.synchronization import filelock

from meeting_crm.documents import copies, files
from meeting_crm.documents.errors import ConversionError

OFFICE = Path(__file__).parent / "office"
PROGRAMS = ("soffice", "libreoffice")
SECONDS = 60
WAIT = 600
VERSION = "1"
"""Part of the name of every preview: raise it when what is made here changes."""


def make_pdf(content: bytes) -> bytes:
	"""The PDF of a Word or Excel file as it reads with all changes accepted. Raises ConversionError in words."""
	nature = files.recognise(content)
	if nature.kind not in (files.WORD, files.EXCEL):
		_refuse(_("Only Word and Excel files are turned into PDF."))
	if nature in (files.DOCX, files.XLSX):
		if files.find_archive_problem(content):
			_refuse(_("The file is damaged or unpacks to too much. Download it to look at it."))
		content = copies.prepare(content)
	program = next(filter(None, map(shutil.which, PROGRAMS)), None)
	if not program:
		_refuse(_("LibreOffice is not installed on the server, so there is no preview. Ask an administrator for it."))
	with filelock("meeting_libreoffice", timeout=WAIT), tempfile.TemporaryDirectory(prefix="meeting-office-") as folder:
		return _run(program, Path(folder), content, nature.extension)


def _run(program: str, folder: Path, content: bytes, extension: str) -> bytes:
	profile = folder / "profile" / "user"
	profile.mkdir(parents=True)
	shutil.copy(OFFICE / "registrymodifications.xcu", profile)
	source = folder / f"in.{extension}"
	source.write_bytes(content)
	process = subprocess.Popen(
		[
			"nice",
			program,
			f"-env:UserInstallation={(folder / 'profile').as_uri()}",
			"--headless",
			"--norestore",
			"--nolockcheck",
			"--convert-to",
			"pdf",
			"--outdir",
			str(folder),
			str(source),
		],
		cwd=folder,
		env={
			"PATH": os.environ.get("PATH", os.defpath),
			"HOME": str(folder),
			"LANG": "C.UTF-8",
			"TZ": os.environ.get("TZ", "UTC"),
			"FONTCONFIG_FILE": str(OFFICE / "fonts.conf"),
		},
		stdin=subprocess.DEVNULL,
		stdout=subprocess.DEVNULL,
		stderr=subprocess.DEVNULL,
		start_new_session=True,
	)
	try:
		process.wait(timeout=SECONDS)
	except subprocess.TimeoutExpired:
		_refuse(
			_("Turning this file into PDF takes longer than {0} seconds. Download it to look at it.").format(SECONDS)
		)
	finally:
		_end(process)
	result = folder / "in.pdf"
	if not result.exists():
		_refuse(_("LibreOffice cannot read this file. Download it and look at it in Word or Excel."))
	return result.read_bytes()


def _end(process: subprocess.Popen) -> None:
	"""The office's helpers go with it."""
	with suppress(ProcessLookupError):
		os.killpg(process.pid, signal.SIGKILL)
	process.wait()


def _refuse(message: str) -> None:
	frappe.throw(message, title=_("No preview"), exc=ConversionError)


def count_pages(pdf: bytes) -> int:
	with pikepdf.open(BytesIO(pdf)) as document:
		return len(document.pages)


def draw_page(pdf: Path, page: int, target: Path, dots_per_inch: int) -> None:
	"""One page as PNG."""
	stem = target.with_suffix("")
	subprocess.run(
		[
			"pdftoppm",
			"-png",
			"-r",
			str(dots_per_inch),
			"-f",
			str(page),
			"-l",
			str(page),
			"-singlefile",
			str(pdf),
			str(stem),
		],
		check=True,
		timeout=SECONDS,
		stdin=subprocess.DEVNULL,
		capture_output=True,
	)
