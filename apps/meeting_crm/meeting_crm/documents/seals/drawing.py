"""Pictures of seals: a round one drawn from the company's name, or a scan made transparent. Knows no Frappe."""

import math
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont

RED = (208, 2, 27)
SIDE = 360
"""Enough for 42 mm in print; larger ones only make each signed file larger."""
OVERSAMPLING = 3
SHADES = 17
MILLIMETRES = 42
FONTS = tuple(
	Path(folder, "NotoSerifCJK-Bold.ttc")
	for folder in ("/usr/share/fonts/opentype/noto", "/usr/share/fonts/truetype/noto", "/usr/share/fonts/noto-cjk")
)
SIMPLIFIED_CHINESE = 2
STAR = (6.2, 2.37)
MAX_SCAN = 4_000
WHITE_FROM, INK_TO = 245, 110


class NoFontError(Exception):
	"""No font for seals on this machine."""


def get_font(size: int):
	for path in FONTS:
		if path.exists():
			return ImageFont.truetype(str(path), size, index=SIMPLIFIED_CHINESE)
	raise NoFontError(f"None of {', '.join(map(str, FONTS))}")


def draw(company: str, middle: str = "", number: str = "") -> bytes:
	"""A round seal of 42 mm as PNG: the company's name on the upper arc, the star, what the seal is for under it, and the
	number that the police registered on the lower arc."""
	side = SIDE * OVERSAMPLING
	canvas = Image.new("L", (side, side), 0)
	_Drawing(canvas).draw(company, middle, number)
	return _colour(canvas.resize((SIDE, SIDE), Image.LANCZOS))


class _Drawing:
	def __init__(self, canvas: Image.Image):
		self.canvas, self.pen = canvas, ImageDraw.Draw(canvas)
		self.scale = canvas.width / MILLIMETRES
		self.centre = canvas.width / 2
		self.radius = MILLIMETRES / 2

	def draw(self, company: str, middle: str, number: str) -> None:
		margin = 0.1 * self.scale
		box = [margin, margin, self.canvas.width - margin, self.canvas.height - margin]
		self.pen.ellipse(box, outline=255, width=int(1.2 * self.scale))
		self._star()
		size = 5.4 if len(company) <= 14 else 5.4 * 14 / len(company)
		span = math.radians(min(270, 22 * len(company)))
		self._arc(company, size, span, self.radius - 1.6 - size / 2)
		if middle:
			self._line(middle, 3.4, 10.7)
		if number:
			self._arc(number, 1.9, -math.radians(min(100, 5.5 * len(number))), -(self.radius - 2.4))

	def _star(self) -> None:
		points = []
		for corner in range(10):
			reach, angle = STAR[corner % 2] * self.scale, math.pi * corner / 5
			points.append((self.centre + reach * math.sin(angle), self.centre - reach * math.cos(angle)))
		self.pen.polygon(points, fill=255)

	def _arc(self, text: str, size: float, span: float, reach: float) -> None:
		"""Each character stands on the circle; a negative reach is the lower arc, read from left to right."""
		for place, character in enumerate(text):
			share = place / (len(text) - 1) if len(text) > 1 else 0.5
			self._character(character, size, -span / 2 + span * share, reach)

	def _character(self, character: str, size: float, angle: float, reach: float) -> None:
		pixels = int(size * self.scale)
		glyph = Image.new("L", (int(pixels * 1.5),) * 2, 0)
		middle = glyph.width / 2
		ImageDraw.Draw(glyph).text((middle, middle), character, font=get_font(pixels), fill=255, anchor="mm")
		glyph = glyph.rotate(-math.degrees(angle), resample=Image.BICUBIC)
		left = int(self.centre + math.sin(angle) * reach * self.scale - middle)
		top = int(self.centre - math.cos(angle) * reach * self.scale - middle)
		area = (left, top, left + glyph.width, top + glyph.height)
		self.canvas.paste(ImageChops.lighter(self.canvas.crop(area), glyph), area)

	def _line(self, text: str, size: float, below: float) -> None:
		size = min(size, 30 / max(len(text), 1))
		place = (self.centre, self.centre + below * self.scale)
		self.pen.text(place, text, font=get_font(int(size * self.scale)), fill=255, anchor="mm")


def _colour(mask: Image.Image) -> bytes:
	"""Ink of one colour, as strong as the mask: it compresses to a tenth of a scan."""
	picture = Image.new("RGB", mask.size, RED)
	picture.putalpha(mask.point(lambda value: round(value / SHADES) * SHADES))
	return to_png(picture)


def to_png(picture: Image.Image) -> bytes:
	target = BytesIO()
	picture.save(target, "PNG", optimize=True)
	return target.getvalue()


def clean_scan(content: bytes) -> bytes:
	"""A scanned or photographed seal: paper becomes transparent, ink stays. Raises ValueError for what is no picture."""
	try:
		picture = Image.open(BytesIO(content))
		if max(picture.size) > MAX_SCAN:
			raise ValueError("too large")
		picture = picture.convert("RGBA")
	except (OSError, Image.DecompressionBombError, SyntaxError) as error:
		raise ValueError("no picture") from error
	paper = ImageChops.darker(picture.getchannel("G"), picture.getchannel("B"))
	ink = paper.point(lambda value: max(0, min(255, (WHITE_FROM - value) * 255 // (WHITE_FROM - INK_TO))))
	mask = ImageChops.multiply(ink, picture.getchannel("A"))
	box = mask.getbbox()
	if not box:
		raise ValueError("empty")
	picture = picture.convert("RGB")
	picture.putalpha(mask)
	picture = picture.crop(box)
	picture.thumbnail((SIDE, SIDE), Image.LANCZOS)
	return to_png(picture)


def cross_out(picture: Image.Image) -> Image.Image:
	"""A sample: stripes leave nothing to copy."""
	shown = picture.copy()
	pen = ImageDraw.Draw(shown)
	for offset in range(-shown.height, shown.width, 14):
		pen.line((offset, shown.height, offset + shown.height, 0), fill=(0, 0, 0, 0), width=4)
	return shown
