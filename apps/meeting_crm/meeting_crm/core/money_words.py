"""Amounts of money in Chinese words, as contracts and quotations write them. Pure."""

from decimal import Decimal

from meeting_crm.core.money import money

DIGITS = "零壹贰叁肆伍陆柒捌玖"
UNITS = ("", "拾", "佰", "仟")
TEN_THOUSAND, HUNDRED_MILLION = 10**4, 10**8
LIMIT = HUNDRED_MILLION**2
NEGATIVE = "负"


class AmountTooLargeError(ValueError):
	"""No document has ten thousand billion yuan on it."""


def get_amount_in_words(amount) -> str:
	"""An amount in yuan as Chinese contracts write it: 10200.5 is 壹万零贰佰元伍角整, -1 is 负壹元整. Raises AmountTooLargeError
	from 10^16 on."""
	if abs(Decimal(str(amount or 0))) >= LIMIT or abs(cents := int(money(amount) * 100)) >= LIMIT * 100:
		raise AmountTooLargeError(f"{amount} is more than can be written in words: less than {LIMIT:,} is")
	return NEGATIVE + _cents_in_words(-cents) if cents < 0 else _cents_in_words(cents)


def _cents_in_words(cents: int) -> str:
	yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
	words = f"{_integer_in_words(yuan)}元" if yuan else ""
	if not jiao and not fen:
		return f"{words or '零元'}整"
	if jiao:
		words += f"{DIGITS[jiao]}角"
	elif yuan:
		words += DIGITS[0]
	return f"{words}{DIGITS[fen]}分" if fen else f"{words}整"


def _integer_in_words(number: int) -> str:
	upper, lower = divmod(number, HUNDRED_MILLION)
	return _join(_up_to_hundred_million(upper), "亿", _up_to_hundred_million(lower), lower, HUNDRED_MILLION)


def _up_to_hundred_million(number: int) -> str:
	upper, lower = divmod(number, TEN_THOUSAND)
	return _join(_group_in_words(upper), "万", _group_in_words(lower), lower, TEN_THOUSAND)


def _join(upper: str, unit: str, lower: str, value: int, limit: int) -> str:
	"""A zero is spoken where the highest place of what follows the unit is empty."""
	if not upper:
		return lower
	return upper + unit + (DIGITS[0] if value and value < limit // 10 else "") + lower


def _group_in_words(value: int) -> str:
	words, zero = "", False
	for place in (3, 2, 1, 0):
		digit = value // 10**place % 10
		if digit:
			words += (DIGITS[0] if zero and words else "") + DIGITS[digit] + UNITS[place]
			zero = False
		else:
			zero = True
	return words
