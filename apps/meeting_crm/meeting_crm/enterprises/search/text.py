"""Normal form of a company name and its parts. No frappe import."""

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from opencc import OpenCC

from .regions import CITIES, PROVINCES, place_length

LEGAL_FORMS = (
	"集团股份有限公司 集团有限责任公司 有限责任公司 股份有限公司 集团有限公司 集团公司 股份公司 有限公司 总公司 "
	"分公司 公司 有限合伙 普通合伙 特殊普通合伙 个人独资 专业合作社 合作社 经营部 营业部 门市部 服务部 "
	"办事处 代表处 联络处 工作室 集团"
).split()
# One character is a form only at the end: 驻马店 and 厂桥 are places.
FORMS_AT_THE_END = "商行 总厂 分厂 厂 分店 店".split()
LEGAL = re.compile(f"{'|'.join(sorted(LEGAL_FORMS, key=len, reverse=True))}|(?:{'|'.join(FORMS_AT_THE_END)})$")


# Letters that show nothing.
FILLERS = frozenset("\u115f\u1160")


@cache
def _converter() -> OpenCC:
	return OpenCC("t2s")


def normalise_name(text: str | None) -> str:
	"""The key under which a company name is one: width, case, brackets, spaces and script variants removed (A4)."""
	folded = unicodedata.normalize("NFKC", text or "").casefold()
	kept = "".join(char for char in folded if char.isalnum() and char not in FILLERS)
	return kept if kept.isascii() else _converter().convert(kept)


class NameParts(NamedTuple):
	"""`rest` is the name without legal forms, `core` is `rest` without places, `head` the place before the core."""

	rest: str
	core: str
	head: str


def split_name(norm: str) -> NameParts:
	place = place_length(norm)
	pieces = [piece for piece in LEGAL.split(norm[place:]) if piece]
	if not pieces:
		# 上海有限公司: the place is all there is
		main = LEGAL.sub("", norm) or norm
		return NameParts(main, main, "")
	head = norm[:place]
	core = pieces[0] + "".join(piece[place_length(piece + "行") :] for piece in pieces[1:])
	inner = _INNER.search(core, 1)
	if inner and len(core) - len(inner.group()) >= 3:
		core = core[: inner.start()] + core[inner.end() :]
	return NameParts(head + "".join(pieces), core, head)


_INNER = re.compile("|".join(sorted((*PROVINCES, *CITIES), key=len, reverse=True)))


def short_place(head: str) -> str:
	"""The two characters a short name may take from the last place: 武汉市 gives 武汉, 内蒙古自治区 gives 内蒙."""
	found = _INNER.findall(head)
	return found[-1][:2] if found else head[:2]
