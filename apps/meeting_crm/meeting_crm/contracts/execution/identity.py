"""Identity numbers and tax numbers of China. Pure: python-stdnum knows the checksums."""

import hashlib
import re
from datetime import date

from stdnum.cn import ric, uscc

MALE, FEMALE = "Male", "Female"
LOOKS_LIKE_RESIDENT = re.compile(r"\d{15}|\d{17}[\dXx]")
SHOWN_BEFORE, SHOWN_AFTER = 4, 4


def is_resident_number(text: str) -> bool:
	"""Whether it claims to be the number of a Chinese identity card; passports look otherwise."""
	return bool(LOOKS_LIKE_RESIDENT.fullmatch(text))


def is_cut_off(text: str) -> bool:
	"""A spreadsheet keeps fifteen digits: 110105194912310000 was another number once."""
	return bool(re.fullmatch(r"\d{15}000", text)) and not ric.is_valid(text)


def is_valid_resident_number(text: str) -> bool:
	return len(text) == 18 and ric.is_valid(text)


def is_valid_tax_number(text: str) -> bool:
	return uscc.is_valid(text)


def get_gender(number: str) -> str:
	return MALE if int(number[16]) % 2 else FEMALE


def get_birth_date(number: str) -> date:
	return ric.get_birth_date(number)


def mask(number: str | None) -> str:
	"""Enough to recognise it, too little to use it: 1101**********002X."""
	number = number or ""
	hidden = len(number) - SHOWN_BEFORE - SHOWN_AFTER
	return "*" * len(number) if hidden <= 0 else number[:SHOWN_BEFORE] + "*" * hidden + number[-SHOWN_AFTER:]


def mask_with_mark(number: str | None, secret: str) -> str:
	"""Masked, and still different for different numbers, so that a change between two that look alike is one."""
	if not number:
		return ""
	mark = hashlib.blake2s(number.encode(), key=secret.encode()[:32], digest_size=4).hexdigest()
	return f"{mask(number)}#{mark}"


def without_mark(masked: str) -> str:
	return masked.split("#")[0]
