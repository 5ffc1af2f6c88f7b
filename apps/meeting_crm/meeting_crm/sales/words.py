"""Amounts of money in Chinese words, as contracts and quotations write them. Pure."""

from meeting_crm.sales.rules import money

DIGITS = "零壹贰叁肆伍陆柒捌玖"
UNITS = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")


def get_amount_in_words(amount) -> str:
	"""An amount in yuan as Chinese contracts write it: 10200.5 is 壹万零贰佰元伍角整."""
	cents = int(money(amount) * 100)
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
	words, pending_zero = "", False
	groups = []
	while number:
		groups.append(number % 10000)
		number //= 10000
	for group in reversed(range(len(groups))):
		value = groups[group]
		if not value:
			pending_zero = bool(words)
			continue
		if words and (pending_zero or value < 1000):
			words += DIGITS[0]
		words += _group_in_words(value) + GROUPS[group]
		pending_zero = False
	return words


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
