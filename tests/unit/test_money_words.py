"""Amounts in Chinese words, as the rules of settlement (支付结算办法) ask for them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meeting_crm.core.money_words import DIGITS, AmountTooLargeError, get_amount_in_words

VALUES = {"拾": 10, "佰": 100, "仟": 1000}
GROUPS = {"万": 10**4, "亿": 10**8}


@pytest.mark.parametrize(
	("amount", "words"),
	[
		(0, "零元整"),
		(0.01, "壹分"),
		(0.10, "壹角整"),
		(0.99, "玖角玖分"),
		(10, "壹拾元整"),
		(100.05, "壹佰元零伍分"),
		(1010, "壹仟零壹拾元整"),
		(1409.50, "壹仟肆佰零玖元伍角整"),
		(6007.14, "陆仟零柒元壹角肆分"),
		(1680.32, "壹仟陆佰捌拾元叁角贰分"),
		(107000.53, "壹拾万柒仟元伍角叁分"),
		(16409.02, "壹万陆仟肆佰零玖元零贰分"),
		(325.04, "叁佰贰拾伍元零肆分"),
		(100100, "壹拾万零壹佰元整"),
		(1000050.07, "壹佰万零伍拾元零柒分"),
		(10005000, "壹仟万伍仟元整"),
		(100000001, "壹亿零壹元整"),
		(10**12 + 10**8, "壹万零壹亿元整"),
		(30000000000, "叁佰亿元整"),
		(0.005, "壹分"),
		(-350.50, "负叁佰伍拾元伍角整"),
		(-0.004, "零元整"),
		(None, "零元整"),
	],
)
def test_amounts_in_words(amount, words):
	assert get_amount_in_words(amount) == words


@pytest.mark.parametrize("amount", [10**16, -(10**17), Decimal("9999999999999999.995"), 10**30])
def test_what_no_paper_holds_is_refused(amount):
	with pytest.raises(AmountTooLargeError, match="more than can be written"):
		get_amount_in_words(amount)


@given(st.integers(-(10**18) + 1, 10**18 - 1))
def test_words_can_be_read_back(cents):
	assert read(get_amount_in_words(Decimal(cents) / 100)) == cents


def read(words: str) -> int:
	"""Cents, read as a bank clerk reads them."""
	sign, words = (-1, words[1:]) if words.startswith("负") else (1, words)
	words = words.removesuffix("整")
	yuan, _yuan, rest = words.partition("元") if "元" in words else ("", "", words)
	cents, digit = 0, 0
	for letter in rest:
		if letter in DIGITS:
			digit = DIGITS.index(letter)
		else:
			cents += digit * {"角": 10, "分": 1}[letter]
	return sign * (read_integer(yuan) * 100 + cents)


def read_integer(words: str) -> int:
	if "亿" in words:
		before, _sign, after = words.rpartition("亿")
		return read_integer(before) * 10**8 + read_integer(after)
	if "万" in words:
		before, _sign, after = words.rpartition("万")
		return read_integer(before) * 10**4 + read_integer(after)
	total, digit = 0, 0
	for letter in words:
		if letter in DIGITS:
			digit = DIGITS.index(letter)
		else:
			total += digit * VALUES[letter]
			digit = 0
	return total + digit
