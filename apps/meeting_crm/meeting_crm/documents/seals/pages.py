"""Where a seal goes on a page, and the seal across the edges of all pages (骑缝章). Knows no Frappe."""

import subprocess
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pikepdf
from PIL import Image

from meeting_crm.documents.copies import parse_xml

POINTS_PER_MILLIMETRE = 72 / 25.4
BELOW_WORDS = 18
"""Points from the words to the seal's centre."""
MAX_STRIPS = 20
SECONDS = 60
OPACITY = 0.85
Box = tuple[float, float, float, float]
Piece = tuple[str, float, float, float]
"""A word with its left, right and lower edge."""
XHTML = "{http://www.w3.org/1999/xhtml}"


@dataclass(frozen=True)
class Place:
	"""A box on a page, in points from the lower left corner; the first page is 0."""

	page: int
	left: float
	bottom: float
	right: float
	top: float


def choose_place(pdf: bytes, words: list[str], millimetres: float) -> Place:
	"""Under the last place where the first of `words` that occurs stands; else low on the right of the last page."""
	side = millimetres * POINTS_PER_MILLIMETRE
	boxes = get_page_boxes(pdf)
	if found := find_words(pdf, words):
		page, left, bottom, right = found
		return _keep_inside(boxes[page], page, (left + right) / 2 + 10, bottom - BELOW_WORDS, side)
	x0, y0, x1, _y1 = boxes[-1]
	return _keep_inside(boxes[-1], len(boxes) - 1, x1 - side, y0 + side * 1.2, side)


def place_at(pdf: bytes, page: int, left_mm: float, top_mm: float, millimetres: float) -> Place:
	"""Where a person put it: millimetres from the page's upper left corner to the seal's. Raises ValueError for a page that
	is not there."""
	boxes = get_page_boxes(pdf)
	if not 1 <= page <= len(boxes):
		raise ValueError(f"no page {page}")
	box = boxes[page - 1]
	side = millimetres * POINTS_PER_MILLIMETRE
	x = box[0] + left_mm * POINTS_PER_MILLIMETRE + side / 2
	y = box[3] - top_mm * POINTS_PER_MILLIMETRE - side / 2
	return _keep_inside(box, page - 1, x, y, side)


def _keep_inside(box: Box, page: int, x: float, y: float, side: float) -> Place:
	half = side / 2
	x = min(max(x, box[0] + half), box[2] - half)
	y = min(max(y, box[1] + half), box[3] - half)
	return Place(page, round(x - half, 2), round(y - half, 2), round(x + half, 2), round(y + half, 2))


def get_page_boxes(pdf: bytes) -> list[Box]:
	with pikepdf.open(BytesIO(pdf)) as document:
		return [_read_box(page.mediabox) for page in document.pages]


def _read_box(box: pikepdf.Object) -> Box:
	left, bottom, right, top = (float(value) for value in box)
	return left, bottom, right, top


def find_words(pdf: bytes, words: list[str]) -> tuple[int, float, float, float] | None:
	"""(page, left, bottom, right) of the last occurrence of the first of `words` that the text holds. poppler counts from
	the top and splits a line where it sees a gap, so words are looked for in the joined line."""
	lines = _read_lines(pdf)
	for word in words:
		for page, height, pieces in reversed(lines):
			text = "".join(piece[0] for piece in pieces)
			place = text.rfind(word)
			if place < 0:
				continue
			touched, seen = [], 0
			for piece in pieces:
				if seen < place + len(word) and seen + len(piece[0]) > place:
					touched.append(piece)
				seen += len(piece[0])
			left = min(piece[1] for piece in touched)
			right = max(piece[2] for piece in touched)
			lowest = max(piece[3] for piece in touched)
			return page, left, height - lowest, right
	return None


def _read_lines(pdf: bytes) -> list[tuple[int, float, list[Piece]]]:
	with tempfile.TemporaryDirectory(prefix="meeting-seal-") as folder:
		path = Path(folder, "in.pdf")
		path.write_bytes(pdf)
		answer = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, timeout=SECONDS)
	lines: list[tuple[int, float, list[Piece]]] = []
	for number, page in enumerate(parse_xml(answer.stdout).iter(f"{XHTML}page")):
		height = float(page.get("height"))
		rows: dict[int, list[Piece]] = {}
		for word in page.iter(f"{XHTML}word"):
			left, right, lowest = (float(word.get(name)) for name in ("xMin", "xMax", "yMax"))
			rows.setdefault(round(lowest), []).append((word.text or "", left, right, lowest))
		lines.extend((number, height, sorted(pieces, key=lambda piece: piece[1])) for _, pieces in sorted(rows.items()))
	return lines


def group_pages(pages: int) -> list[range]:
	"""Groups of at most twenty pages share one seal; a single page left over joins its neighbours, and a single page has
	none."""
	if pages < 2:
		return []
	groups = [range(first, min(first + MAX_STRIPS, pages)) for first in range(0, pages, MAX_STRIPS)]
	if len(groups) > 1 and len(groups[-1]) == 1:
		last = groups.pop()
		groups[-1] = range(groups[-1].start, last.stop)
	return groups


def add_riding_seal(pdf: bytes, png: bytes, millimetres: float) -> bytes:
	"""The seal cut into one strip for each page of a group, at the right edge as the reader sees the page."""
	picture = Image.open(BytesIO(png)).convert("RGBA")
	height = millimetres * POINTS_PER_MILLIMETRE
	with pikepdf.open(BytesIO(pdf)) as document:
		for group in group_pages(len(document.pages)):
			edges = [round(picture.width * place / len(group)) for place in range(len(group) + 1)]
			for place, number in enumerate(group):
				strip = picture.crop((edges[place], 0, edges[place + 1], picture.height))
				_draw_strip(document, document.pages[number], strip, height * strip.width / picture.height, height)
		target = BytesIO()
		document.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)
	return target.getvalue()


def _draw_strip(document: pikepdf.Pdf, page: pikepdf.Page, strip: Image.Image, width: float, height: float) -> None:
	name = page.add_resource(_make_picture(document, strip), pikepdf.Name.XObject)
	matrix = _get_matrix(page, width, height)
	page.contents_add(b"q", prepend=True)
	page.contents_add(f"Q q {' '.join(f'{value:.3f}' for value in matrix)} cm {name} Do Q".encode())


def _get_matrix(page: pikepdf.Page, width: float, height: float) -> tuple[float, ...]:
	"""The right edge as it is shown: a page may be turned."""
	left, bottom, right, top = (float(value) for value in page.mediabox)
	turned = int(page.obj.get("/Rotate", 0)) % 360
	across, along = (left + right) / 2, (bottom + top) / 2
	return {
		0: (width, 0, 0, height, right - width, along - height / 2),
		90: (0, width, -height, 0, across + height / 2, top - width),
		180: (-width, 0, 0, -height, left + width, along + height / 2),
		270: (0, -width, height, 0, across - height / 2, bottom + width),
	}.get(turned, (width, 0, 0, height, right - width, along - height / 2))


def _make_picture(document: pikepdf.Pdf, strip: Image.Image) -> pikepdf.Stream:
	mask = strip.getchannel("A").point(lambda value: int(value * OPACITY))
	shade = _make_stream(document, mask.tobytes(), strip.size, pikepdf.Name.DeviceGray)
	picture = _make_stream(document, strip.convert("RGB").tobytes(), strip.size, pikepdf.Name.DeviceRGB)
	picture["/SMask"] = shade
	return picture


def _make_stream(document: pikepdf.Pdf, data: bytes, size: tuple[int, int], colours: pikepdf.Name) -> pikepdf.Stream:
	stream = pikepdf.Stream(document, data)
	stream["/Type"], stream["/Subtype"] = pikepdf.Name.XObject, pikepdf.Name.Image
	stream["/Width"], stream["/Height"] = size
	stream["/ColorSpace"], stream["/BitsPerComponent"] = colours, 8
	return stream
