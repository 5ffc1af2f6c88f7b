"""Whose copy it is, drawn over each page of a PDF. Knows no Frappe."""

from functools import lru_cache
from io import BytesIO
from pathlib import Path

import pikepdf
from PIL import Image, ImageDraw, ImageFont

FONTS = (
	("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),
	("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc", 2),
	("/usr/share/fonts/truetype/noto/NotoSansCJK-Regular.ttc", 2),
)
SIZE, GREY, OPACITY = 30, 120, 60
TILE = (420, 300)


@lru_cache(maxsize=8)
def get_font(size: int) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
	for path, index in FONTS:
		if Path(path).exists():
			return ImageFont.truetype(path, size, index=index)
	return ImageFont.load_default()


def is_signed(pdf: bytes) -> bool:
	return b"/ByteRange" in pdf


def add(pdf: bytes, lines: list[str]) -> bytes:
	"""An encrypted PDF is left as it is: it opens to nobody without its password."""
	try:
		document = pikepdf.open(BytesIO(pdf))
	except pikepdf.PasswordError:
		return pdf
	with document:
		picture = _make_picture(document, _draw(lines))
		for page in document.pages:
			left, bottom, right, top = (float(value) for value in page.mediabox)
			name = page.add_resource(picture, pikepdf.Name.XObject)
			drawn = [
				f"q {TILE[0] / 2} 0 0 {TILE[1] / 2} {x} {y} cm {name} Do Q"
				for x in range(int(left), int(right), TILE[0] // 2)
				for y in range(int(bottom), int(top), TILE[1] // 2)
			]
			page.contents_add(" ".join(["q", *drawn, "Q"]).encode(), prepend=False)
		target = BytesIO()
		document.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)
	return target.getvalue()


def _draw(lines: list[str]) -> Image.Image:
	canvas = Image.new("L", TILE, 0)
	pen = ImageDraw.Draw(canvas)
	font = get_font(SIZE)
	for place, line in enumerate(lines):
		pen.text((TILE[0] / 2, TILE[1] / 2 + (place - 1) * SIZE * 1.3), line, font=font, fill=OPACITY, anchor="mm")
	return canvas.rotate(28, resample=Image.BICUBIC)


def _make_picture(document: pikepdf.Pdf, mask: Image.Image) -> pikepdf.Stream:
	shared = {
		"/Type": pikepdf.Name.XObject,
		"/Subtype": pikepdf.Name.Image,
		"/Width": mask.width,
		"/Height": mask.height,
		"/ColorSpace": pikepdf.Name.DeviceGray,
		"/BitsPerComponent": 8,
	}
	shade = pikepdf.Stream(document, mask.tobytes())
	picture = pikepdf.Stream(document, bytes([GREY]) * (mask.width * mask.height))
	for stream in (shade, picture):
		for key, value in shared.items():
			stream[key] = value
	picture["/SMask"] = shade
	return picture
