"""What people upload, made fit before Frappe stores it: a name that every disk and address takes, a picture that is what its
name says, and something in it."""

from io import BytesIO
from mimetypes import guess_type
from os.path import splitext

import frappe
from frappe import _
from frappe.core.doctype.file.utils import decode_file_content
from PIL import Image

LONGEST_NAME, LONGEST_ENDING = 120, 20
LONGEST_IN_BYTES = 200
"""Disks take 255 bytes, of which Frappe needs some to tell two files of the same name apart."""
MEANINGFUL = str.maketrans({"%": "％", "#": "＃", "?": "？", "\\": "＼"})
"""What an address reads as something else, in letters that look the same and mean nothing."""
JPEG_ENDINGS = (".jpg", ".jpeg")
JPEG_FORMATS = ("JPEG", "MPO")
HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"heif")


class UnusableFileError(frappe.ValidationError):
	"""Nothing in it, or not what its name says."""


def brings_content(file) -> bool:
	"""Whether a new File comes with content, be it empty, and not with the address or the name of a stored one."""
	content = file.get("content")
	return bool(content) or (content is not None and not file.file_url)


def prepare(file) -> None:
	"""A new File that brings its content: its `file_name` made fit, and the picture under it looked at."""
	if not brings_content(file):
		return
	if not file.content:
		_refuse(_("{0} is empty. Look at it on your computer, and choose it again."), file.file_name)
	file.file_name = make_name(file.file_name or "")
	stem, ending = splitext(file.file_name)
	if ending.lower() in JPEG_ENDINGS:
		file.file_name = stem + _find_ending(_read(file), ending, file.file_name)


def make_name(name: str) -> str:
	"""At most LONGEST_NAME letters and LONGEST_IN_BYTES bytes of `name`, with its ending."""
	stem, ending = splitext("".join(letter for letter in name.translate(MEANINGFUL) if letter.isprintable()))
	if len(ending) > LONGEST_ENDING:
		stem, ending = stem + ending, ""
	stem = (
		stem[: LONGEST_NAME - len(ending)].encode()[: LONGEST_IN_BYTES - len(ending.encode())].decode(errors="ignore")
	)
	return stem + ending


def is_what_it_is_called(name: str, content: bytes) -> bool:
	found = _get_format(content)
	return found is not None and guess_type(name)[0] == f"image/{found.lower()}"


def _read(file) -> bytes:
	if file.get("decode"):
		return decode_file_content(file.content)
	return file.content.encode() if isinstance(file.content, str) else file.content


def _find_ending(content: bytes, ending: str, name: str) -> str:
	"""Telephones and chat programs call .jpg what is none: Frappe reads the metadata of what is called so."""
	if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
		return ".heic"
	found = _get_format(content)
	if found is None:
		_refuse(_("{0} is damaged, or no picture. Open it, save it as JPG, and choose it again."), name)
	return ending if found in JPEG_FORMATS else f".{found.lower()}"


def _get_format(content: bytes) -> str | None:
	try:
		with Image.open(BytesIO(content)) as picture:
			picture.load()
			return picture.format
	except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
		return None


def _refuse(sentence: str, name: str) -> None:
	frappe.throw(
		sentence.format(frappe.bold(frappe.utils.escape_html(str(name)[:LONGEST_NAME]))),
		title=_("Not uploaded"),
		exc=UnusableFileError,
	)
