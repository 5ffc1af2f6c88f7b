"""How a cell looks, as the editor writes it. Knows no Frappe."""

from openpyxl.cell.cell import Cell
from openpyxl.styles.colors import COLOR_INDEX, Color

THEME = ("FFFFFF", "000000", "EEECE1", "1F497D", "4F81BD", "C0504D", "9BBB59", "8064A2", "4BACC6", "F79646")
"""The colours of the theme that nearly every workbook has."""
LINES = {
	"thin": 1, "hair": 2, "dotted": 3, "dashed": 4, "dashDot": 5, "dashDotDot": 6, "double": 7, "medium": 8,
	"mediumDashed": 9, "thick": 13,
}  # fmt: skip
ACROSS = {"left": 1, "center": 2, "right": 3}
DOWN = {"top": 1, "center": 2, "bottom": 3}
WRAP = 3
SIDES = {"l": "left", "r": "right", "t": "top", "b": "bottom"}
ORDINARY_FONT, ORDINARY_SIZE = "Calibri", 11


def get_colour(colour: Color | None) -> str | None:
	if colour is None:
		return None
	if colour.type == "rgb" and isinstance(colour.rgb, str) and colour.rgb != "00000000":
		return f"#{colour.rgb[-6:]}"
	if colour.type == "indexed" and colour.indexed < len(COLOR_INDEX):
		return f"#{COLOR_INDEX[colour.indexed][-6:]}"
	if colour.type == "theme" and colour.theme is not None and colour.theme < len(THEME):
		return f"#{THEME[colour.theme]}"
	return None


def describe(cell: Cell) -> dict:
	return {**_describe_font(cell.font), **_describe_place(cell), **_describe_borders(cell)}


def _describe_font(font) -> dict:
	style: dict = {}
	if font.name and font.name != ORDINARY_FONT:
		style["ff"] = font.name
	if font.sz and font.sz != ORDINARY_SIZE:
		style["fs"] = font.sz
	marks = {"bl": 1 if font.b else 0, "it": 1 if font.i else 0}
	lines = {"ul": {"s": 1} if font.u else None, "st": {"s": 1} if font.strike else None}
	style |= {name: value for name, value in (marks | lines).items() if value}
	colour = get_colour(font.color)
	if colour and colour != "#000000":
		style["cl"] = {"rgb": colour}
	return style


def _describe_place(cell: Cell) -> dict:
	style: dict = {}
	fill = cell.fill
	if fill and fill.fill_type == "solid" and (colour := get_colour(fill.fgColor)):
		style["bg"] = {"rgb": colour}
	place = cell.alignment
	if place.horizontal in ACROSS:
		style["ht"] = ACROSS[place.horizontal]
	if place.vertical in DOWN:
		style["vt"] = DOWN[place.vertical]
	if place.wrap_text:
		style["tb"] = WRAP
	if cell.number_format != "General":
		style["n"] = {"pattern": cell.number_format}
	return style


def _describe_borders(cell: Cell) -> dict:
	borders = {}
	for short, name in SIDES.items():
		side = getattr(cell.border, name)
		if side and side.style:
			borders[short] = {"s": LINES.get(side.style, 1), "cl": {"rgb": get_colour(side.color) or "#000000"}}
	return {"bd": borders} if borders else {}
