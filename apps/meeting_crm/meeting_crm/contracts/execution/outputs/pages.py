"""Lists and badges as PDF, with the letters of Noto Sans CJK inside, so that every printer has them."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import segno
from fpdf import FPDF

from meeting_crm.contracts.execution.outputs.sheets import DAY, MONEY, NUMBER, Sheet, join_titles

FAMILY = "letters"
FACES = {"": "NotoSansCJK-Regular.ttc", "B": "NotoSansCJK-Bold.ttc"}
SIMPLIFIED = 2
"""Place of the simplified Chinese forms in Noto's collection."""

MARGIN, LINE, SIZE, PADDING = 8, 3.6, 7, 0.8
HEAD_GREY = 237
MAX_LINES = 12
WIDEST_ON_A4 = 260
"""Characters of the Latin alphabet; wider lists take the larger sheet, so that a cell keeps more than a few letters."""

DAY_WIDTH = 14
"""A day stands on one line."""

POINT = 0.3528
"""Millimetres."""


class FontMissingError(RuntimeError):
	"""Noto Sans CJK is not installed on this machine."""


@cache
def find_face(name: str) -> str:
	listed = subprocess.run(["fc-list", ":lang=zh", "file"], capture_output=True, text=True).stdout
	for line in listed.splitlines():
		path = line.rstrip(": ").strip()
		if Path(path).name == name:
			return path
	raise FontMissingError(name)


class Paper(FPDF):
	"""A document in Noto Sans CJK that knows how wide each character is."""

	note = ""

	def __init__(self, orientation: str = "L", size: str | tuple[float, float] = "A4"):
		super().__init__(orientation=orientation, unit="mm", format=size)
		self.set_auto_page_break(False)
		self.set_margins(MARGIN, MARGIN)
		for style, face in FACES.items():
			self.add_font(FAMILY, style, find_face(face), collection_font_number=SIMPLIFIED)
		self.widths: dict[str, float] = {}

	def measure(self, text: str) -> float:
		"""Width of the text at one point, in millimetres; both styles are alike but for a hair."""
		widths, total = self.widths, 0.0
		for character in text:
			width = widths.get(character)
			if width is None:
				self.set_font(FAMILY, "B", 100)
				width = widths[character] = self.get_string_width(character) / 100
			total += width
		return total

	def wrap(self, text: str, size: float, width: float) -> list[str]:
		"""Lines that fit; Chinese breaks anywhere, and so do words that are too long."""
		lines, room = [], width / size
		for paragraph in text.split("\n"):
			line, used = "", 0.0
			for character in paragraph:
				step = self.measure(character)
				if used + step > room and line:
					head, tail = _break(line)
					lines.append(head)
					line, used = tail, self.measure(tail)
				line, used = line + character, used + step
			lines.append(line)
		return lines if len(lines) <= MAX_LINES else [*lines[: MAX_LINES - 1], "…"]

	def fill_bars(self, bars: Sequence[tuple[float, float, float, float]]) -> None:
		"""Black rectangles (left, top, width, height) as one path: one by one, ten thousand badges take minutes."""
		scale, bottom = self.k, self.h
		path = " ".join(
			f"{left * scale:.2f} {(bottom - top) * scale:.2f} {width * scale:.2f} {-height * scale:.2f} re"
			for left, top, width, height in bars
		)
		self.set_fill_color(0)
		self._out(f"{path} f")

	def footer(self) -> None:
		if self.note:
			self.set_font(FAMILY, "", SIZE)
			self.text(MARGIN, self.h - 4, f"{self.note}    {self.page_no()}")


def _break(line: str) -> tuple[str, str]:
	"""Latin words stay whole where the line has a space."""
	if line[-1:].isascii() and line[-1:].isalnum() and " " in line:
		head, tail = line.rsplit(" ", 1)
		if tail.isascii() and head:
			return head, tail
	return line, ""


def write_pdf(sheets: Sequence[Sheet], title: str, note: str) -> bytes:
	widest = max((sum(column.width for column in sheet.columns) for sheet in sheets), default=0)
	paper = Paper(size="A3" if widest > WIDEST_ON_A4 else "A4")
	paper.note = note
	for sheet in sheets:
		_Table(paper, sheet, join_titles(title, sheet.title)).draw()
	return bytes(paper.output())


class _Table:
	def __init__(self, paper: Paper, sheet: Sheet, title: str):
		self.paper, self.sheet, self.title = paper, sheet, title
		shares = [max(column.width, DAY_WIDTH) if column.kind == DAY else column.width for column in sheet.columns]
		self.widths = [(paper.w - 2 * MARGIN) * share / sum(shares) for share in shares]

	def draw(self) -> None:
		self.begin_page()
		for row in self.sheet.rows:
			self.draw_row(
				[
					self.paper.wrap(_say(value, column.kind), SIZE, width - 2 * PADDING)
					for value, column, width in zip(row, self.sheet.columns, self.widths, strict=True)
				]
			)

	def begin_page(self) -> None:
		paper = self.paper
		paper.add_page()
		paper.set_font(FAMILY, "B", 13)
		paper.text(MARGIN, MARGIN + 4, self.title)
		self.y: float = MARGIN + 8
		heads = zip(self.sheet.columns, self.widths, strict=True)
		self.draw_row([paper.wrap(column.label, SIZE, width - 2 * PADDING) for column, width in heads], head=True)

	def draw_row(self, cells: list[list[str]], head: bool = False) -> None:
		paper = self.paper
		height = LINE * max(len(lines) for lines in cells) + 2 * PADDING
		if not head and self.y + height > paper.h - MARGIN:
			self.begin_page()
		paper.set_draw_color(190)
		paper.set_line_width(0.1)
		paper.set_fill_color(HEAD_GREY)
		paper.set_font(FAMILY, "B" if head else "", SIZE)
		x: float = MARGIN
		for lines, width in zip(cells, self.widths, strict=True):
			paper.rect(x, self.y, width, height, style="DF" if head else "D")
			for number, line in enumerate(lines):
				if line.strip():
					paper.text(x + PADDING, self.y + PADDING + LINE * (number + 0.75), line)
			x += width
		self.y += height


def _say(value, kind: str) -> str:
	if value is None or value == "":
		return ""
	if kind == MONEY and isinstance(value, int | float):
		return f"{value:,.2f}"
	if kind == NUMBER and isinstance(value, float):
		return f"{value:g}"
	return str(value)[:10] if kind == DAY else str(value)


@dataclass(frozen=True)
class Badge:
	name: str
	unit: str
	position: str
	kind: str
	code: str


@dataclass(frozen=True)
class BadgeSize:
	page: str | tuple[float, float]
	width: float
	height: float
	columns: int
	rows: int


BADGE_SIZES = {
	"90x54": BadgeSize("A4", 90, 54, 2, 5),
	"A6": BadgeSize("A4", 105, 148, 2, 2),
	"single": BadgeSize((105, 148), 105, 148, 1, 1),
}
SMALLEST_NAME, SMALLEST = 11, 6
MASK = 3
"""One pattern for all codes: to choose the best of eight takes longer than to draw the badge."""


def write_badges(badges: Sequence[Badge], heading: str, size: str = "90x54", background: bytes | None = None) -> bytes:
	"""Sheets of badges. Names shrink to fit, and take a second line before they get too small to read."""
	layout = BADGE_SIZES[size]
	paper = Paper("P", layout.page)
	left, top = (paper.w - layout.columns * layout.width) / 2, (paper.h - layout.rows * layout.height) / 2
	per_page = layout.columns * layout.rows
	for number, badge in enumerate(badges):
		place = number % per_page
		if not place:
			paper.add_page()
		x = left + place % layout.columns * layout.width
		y = top + place // layout.columns * layout.height
		_draw_badge(paper, badge, heading, (x, y), layout, background)
	if not badges:
		paper.add_page()
	return bytes(paper.output())


def _draw_badge(paper: Paper, badge: Badge, heading: str, corner, layout: BadgeSize, background: bytes | None) -> None:
	(x, y), width, height = corner, layout.width, layout.height
	scale = min(width / 90, height / 54)
	letters = max(scale, min(1.7, height / 85))
	if background:
		paper.image(background, x, y, width, height)
	paper.set_draw_color(200)
	paper.set_line_width(0.1)
	paper.rect(x, y, width, height)
	inner = (x + 4, width - 8)
	_write_centred(paper, heading, inner, y + height * 0.06, height * 0.14, 11 * letters, SMALLEST, 1)
	_write_centred(paper, badge.name, inner, y + height * 0.22, height * 0.36, 30 * letters, SMALLEST_NAME, 2)
	code = 16 * scale
	bottom = y + height - code - 3
	_draw_code(paper, badge.code, x + width - code - 4, bottom, code)
	text_width = width - code - 12
	_write_lines(paper, badge.unit, (x + 4, bottom + 3.2 * scale), text_width, 9.5 * scale, 2)
	_write_lines(paper, badge.position, (x + 4, bottom + 11 * scale), text_width, 8.5 * scale, 1)
	_write_lines(paper, badge.kind, (x + 4, bottom + 15.5 * scale), text_width, 8.5 * scale, 1)


def fit(
	paper: Paper, text: str, width: float, largest: float, smallest: float, max_lines: int
) -> tuple[float, list[str]]:
	"""The size and the lines. What does not fit at the smallest size is cut with an ellipsis."""
	needed = paper.measure(text)
	if not needed:
		return largest, [text]
	for lines in range(1, max_lines + 1):
		size = min(largest, width * 0.995 * lines * (0.92 if lines > 1 else 1) / needed)
		wrapped = paper.wrap(text, size, width)
		if size >= smallest and len(wrapped) <= lines:
			return size, wrapped
	wrapped = paper.wrap(text, smallest, width)
	if len(wrapped) > max_lines:
		wrapped = [*wrapped[: max_lines - 1], f"{wrapped[max_lines - 1][:-1]}…"]
	return smallest, wrapped


def _write_centred(paper, text, inner, y, room, largest, smallest, max_lines) -> None:
	left, width = inner
	size, lines = fit(paper, text, width, largest, smallest, max_lines)
	step = size * POINT * 1.2
	first = y + (room - step * len(lines)) / 2 + size * POINT * 0.95
	paper.set_font(FAMILY, "B", size)
	for number, line in enumerate(lines):
		if line.strip():
			paper.text(left + (width - paper.measure(line) * size) / 2, first + number * step, line)


def _write_lines(paper, text, corner, width, largest, max_lines) -> None:
	if not text.strip():
		return
	x, y = corner
	size, lines = fit(paper, text, width, largest, SMALLEST, max_lines)
	paper.set_font(FAMILY, "", size)
	for number, line in enumerate(lines):
		paper.text(x, y + number * size * POINT * 1.2, line)


def _draw_code(paper: Paper, code: str, x: float, y: float, side: float) -> None:
	"""A QR code as black bars: sharp at any size, and smaller than a picture."""
	matrix = segno.make(code.upper(), error="m", micro=False, mask=MASK).matrix
	step = side / len(matrix)
	paper.set_fill_color(255)
	paper.rect(x - 1, y - 1, side + 2, side + 2, style="F")
	bars = []
	for line, row in enumerate(matrix):
		start = None
		for place, dark in enumerate([*row, 0]):
			if dark and start is None:
				start = place
			elif not dark and start is not None:
				bars.append((x + start * step, y + line * step, (place - start) * step, step))
				start = None
	paper.fill_bars(bars)
