"""Pinyin of company names: syllables, a folded form that forgives accents of the south, and initials.

Only the table of single characters is read from pypinyin: its dictionary of phrases would cost every web
worker 40 MB, and the few phrases in which company names are read differently are listed here.
"""

import json
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

# The reading a company name uses where the dictionary puts another one first.
_PREFERRED = {
	"藏": "zang", "都": "du", "长": "chang", "什": "shi", "佛": "fo", "漯": "luo", "行": "hang", "调": "tiao",
	"模": "mo", "畜": "xu", "茄": "jia", "勒": "le", "靓": "liang", "枞": "zong", "厦": "xia", "蚌": "beng",
	"伽": "jia", "泊": "bo", "纤": "xian", "埔": "pu", "坻": "chi", "番": "fan", "阿": "a", "会": "hui",
	"重": "zhong", "朝": "chao", "六": "liu", "乐": "le", "石": "shi", "大": "da", "万": "wan", "车": "che",
	"曾": "zeng", "单": "dan", "区": "qu", "盛": "sheng", "晟": "sheng", "传": "chuan", "柏": "bai", "和": "he",
	"合": "he", "参": "shen", "宿": "su", "铅": "qian", "堡": "bao", "色": "se", "广": "guang", "率": "lv",
	"圩": "wei", "校": "xiao", "降": "jiang", "弹": "tan", "还": "huan", "贾": "jia", "解": "jie", "翟": "zhai",
	"覃": "qin", "仇": "qiu", "尉": "wei", "莘": "xin", "涡": "wo", "系": "xi", "薄": "bo", "女": "nv", "绿": "lv",
	"旅": "lv", "吕": "lv", "铝": "lv", "律": "lv", "得": "de", "地": "di", "的": "de", "了": "le", "着": "zhe",
}  # fmt: skip

# Characters that people read in more than one way inside company names.
ALTERNATIVES = {
	"藏": "cang", "都": "dou", "长": "zhang", "什": "shen", "佛": "fu", "行": "xing", "调": "diao", "模": "mu",
	"畜": "chu", "茄": "qie", "厦": "sha", "蚌": "bang", "泊": "po", "番": "pan", "阿": "e", "会": "kuai",
	"重": "chong", "朝": "zhao", "六": "lu", "乐": "yue", "车": "ju", "曾": "ceng", "单": "shan", "盛": "cheng",
	"晟": "cheng", "传": "zhuan", "柏": "bo", "参": "can", "宿": "xiu", "铅": "yan", "堡": "bu", "率": "shuai",
	"校": "jiao", "降": "xiang", "弹": "dan", "贾": "gu", "解": "xie", "覃": "tan", "莘": "shen", "涡": "guo",
	"薄": "bao", "伽": "ga", "埔": "bu", "的": "di", "了": "liao", "得": "dei", "靓": "jing", "角": "jue",
	"便": "pian", "裳": "chang", "壳": "qiao", "尾": "yi", "娜": "nuo", "石": "dan", "万": "mo", "合": "ge",
}  # fmt: skip

# Phrases in which the alternative reading is the right one.
_PHRASES = re.compile(
	"重庆|重阳|双重|朝阳|朝霞|朝晖|今朝|六安|音乐|乐器|乐府|国乐|民乐|番禺|会计|东阿|阿胶"
	"|成长|家长|(?<=校)长|院长|行走|行星|行动|旅行|出行|步行|自行|飞行|通行|修行|执行|传记|自传"
	"|柏林|铅山|堡(?=县)|模具|模板|收藏|珍藏|藏品|藏书|典藏|储藏|冷藏|都好"
)
_SILENT_H = re.compile("^([zcs])h")


def fold_syllable(syllable: str) -> str:
	"""zh, ch, sh lose their h and -ng its g: what people who speak without the difference type."""
	syllable = _SILENT_H.sub(r"\1", syllable)
	return syllable[:-1] if syllable.endswith("ng") else syllable


def _plain(reading: str) -> str:
	table = str.maketrans("āáǎàēéěèōóǒòīíǐìūúǔùǖǘǚǜüńňǹḿ", "aaaaeeeeooooiiiiuuuuvvvvvnnnm")
	return reading.translate(table).replace("ê", "e").replace("̄", "").replace("̌", "").replace("̀", "").replace("́", "")


class Tables(NamedTuple):
	initial: dict[int, str]
	code: dict[int, str]
	alternative_initial: dict[int, str]
	alternative_code: dict[int, str]
	reading: dict[int, str]
	alternative_reading: dict[int, str]
	code_of: dict[str, str]
	reading_of: dict[str, str]
	syllables: frozenset[str]
	folded: frozenset[str]


@cache
def tables() -> Tables:
	"""Translation tables for `str.translate`, one per process, built from the dictionary in a tenth of a second."""
	source = Path(find_spec("pypinyin").origin).with_name("pinyin_dict.json")  # type: ignore[union-attr, arg-type]
	readings = {
		int(point): _plain(value.split(",")[0])
		for point, value in json.loads(source.read_text("utf-8")).items()
		if 0x3400 <= int(point) <= 0x9FFF or int(point) == 0x3007
	}
	readings.update({ord(char): reading for char, reading in _PREFERRED.items()})
	spoken = {value for value in readings.values() if value.isascii() and value.isalpha()} | set(ALTERNATIVES.values())
	folded = sorted({fold_syllable(value) for value in spoken})
	code_of_folded = {value: chr(0xE000 + number) for number, value in enumerate(folded)}
	code_of = {**code_of_folded, **{value: code_of_folded[fold_syllable(value)] for value in spoken}}
	reading_of = {value: chr(0xF000 + number) for number, value in enumerate(sorted(spoken))}
	readings = {point: value for point, value in readings.items() if value in code_of}
	return Tables(
		initial={point: value[0] for point, value in readings.items()},
		code={point: code_of[value] for point, value in readings.items()},
		alternative_initial={ord(char): value[0] for char, value in ALTERNATIVES.items()},
		alternative_code={ord(char): code_of[value] for char, value in ALTERNATIVES.items()},
		reading={point: reading_of[value] for point, value in readings.items()},
		alternative_reading={ord(char): reading_of[value] for char, value in ALTERNATIVES.items()},
		code_of=code_of,
		reading_of=reading_of,
		syllables=frozenset(spoken),
		folded=frozenset(code_of) - spoken,
	)


def _read(text: str, usual: dict[int, str], other: dict[int, str]) -> str:
	found = _PHRASES.search(text)
	if not found:
		return text.translate(usual)
	pieces, last = [], 0
	for found in _PHRASES.finditer(text):
		pieces.append(text[last : found.start()].translate(usual))
		pieces.append(found.group().translate(other).translate(usual))
		last = found.end()
	pieces.append(text[last:].translate(usual))
	return "".join(pieces)


def initials(text: str) -> str:
	table = tables()
	return _read(text, table.initial, table.alternative_initial)


def encode(text: str) -> str:
	"""One character per character: equal for characters that sound alike. Positions stay those of `text`."""
	table = tables()
	return _read(text, table.code, table.alternative_code)


def encode_exactly(text: str) -> str:
	"""As `encode`, but chen and cheng stay two."""
	table = tables()
	return _read(text, table.reading, table.alternative_reading)


def split_syllables(letters: str, ways: int = 3) -> list[list[str]]:
	"""The likeliest readings of typed letters as pinyin, fewest syllables first; the last may be unfinished.

	Letters no syllable explains make the reading invalid; an empty answer means that this is no pinyin.
	"""
	known, folded = tables().syllables, tables().folded
	best: list[list[tuple[float, list[str]]]] = [[] for _ in range(len(letters) + 1)]
	best[0] = [(0, [])]
	for start in range(len(letters)):
		if not best[start]:
			continue
		for end in range(start + 1, min(len(letters), start + 6) + 1):
			part = letters[start:end]
			if part in known:
				# one bare vowel or m, n is legal but seldom meant
				cost = 1.0 if len(part) > 1 else 3.0
			elif part in folded:
				cost = 1.5
			else:
				continue
			for price, words in best[start]:
				best[end].append((price + cost, [*words, part]))
		for end in range(start + 1, min(len(letters), start + 6) + 1):
			if len(best[end]) > ways:
				best[end] = sorted(best[end], key=lambda item: item[0])[:ways]
	finished = [words for _, words in sorted(best[-1], key=lambda item: item[0])[:ways]]
	if finished:
		return finished
	for cut in range(len(letters) - 1, max(0, len(letters) - 6), -1):
		if best[cut] and any(word.startswith(letters[cut:]) for word in known):
			return [words for _, words in sorted(best[cut], key=lambda item: item[0])[:ways]]
	return []
