"""Bank statements as banks write them, and which contract an entry is for."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from meeting_crm.contracts.bank_rules import (
	Entry,
	Open,
	StatementError,
	find_columns,
	find_contract_number,
	get_row_keys,
	read_amount,
	read_day,
	read_entries,
	suggest,
)

HEAD = ["交易日期", "借方发生额", "贷方发生额", "对方户名", "对方账号", "附言", "交易流水号"]
STATEMENT = [
	["账号：1100 1234", None, None],
	["查询期间", "2026-11-01 至 2026-11-26"],
	HEAD,
	["20261120", "", "12,000.00", "北京恒瑞冷链物流有限公司", "6222", "HT-2026-00012 展位费", "N001"],
	["20261121", "300.00", "", "中国电信", "", "话费", "N002"],
	["", "", "12,000.00", "合计", "", "", ""],
]


def entry(amount="12000", payer="恒瑞", note="", number="", day=date(2026, 11, 20)) -> Entry:
	return Entry(1, day, Decimal(amount), payer, remittance_note=note, bank_number=number)


def test_the_headings_are_found_below_the_bank_s_own_lines():
	head, columns = find_columns(STATEMENT)
	assert (head, columns["amount"], columns["payer_name"], columns["bank_number"]) == (2, 2, 3, 6)


def test_only_money_that_came_in_is_read():
	[found] = read_entries(STATEMENT, *find_columns(STATEMENT))
	assert (found.booked_on, found.amount, found.bank_number) == (date(2026, 11, 20), Decimal(12000), "N001")


def test_a_statement_without_its_columns_says_which():
	with pytest.raises(StatementError) as caught:
		find_columns([["日期", "金额"], ["2026-01-01", "5"]])
	assert caught.value.missing == ["对方户名"]


@pytest.mark.parametrize(
	("value", "day"),
	[
		("2026-11-20", date(2026, 11, 20)),
		("20261120", date(2026, 11, 20)),
		("2026年11月20日 09:30", date(2026, 11, 20)),
		("2026/3/5", date(2026, 3, 5)),
		("２０２６-１１-２０", date(2026, 11, 20)),
		(46346, date(2026, 11, 20)),
		(datetime(2026, 11, 20, 9), date(2026, 11, 20)),
		("2026-13-40", None),
		("合计", None),
		(None, None),
	],
)
def test_dates_as_banks_write_them(value, day):
	assert read_day(value) == day


@pytest.mark.parametrize(
	("value", "amount"),
	[
		("12,000.00", 12000),
		("¥ 1", 1),
		("+5.5", 5.5),
		("１２.５", 12.5),
		(0.1, "0.10"),
		("", None),
		("-", None),
		(None, None),
	],
)
def test_amounts_as_banks_write_them(value, amount):
	assert read_amount(value) == (None if amount is None else Decimal(str(amount)))


def test_two_chinese_payers_of_one_day_and_amount_stay_two():
	keys = get_row_keys("1", [entry(payer="恒瑞冷链"), entry(payer="金达化工"), entry(payer="金达化工")])
	assert len(set(keys)) == 3
	assert keys == get_row_keys("1", [entry(payer="恒瑞冷链"), entry(payer="金达化工"), entry(payer="金达化工")])


def test_the_bank_s_number_tells_entries_apart_whatever_else_they_say():
	assert get_row_keys("1", [entry(number="N1", note="a")]) == get_row_keys("1", [entry(number="N1", note="b")])
	assert get_row_keys("1", [entry(number="N1")]) != get_row_keys("2", [entry(number="N1")])


@pytest.mark.parametrize(
	("note", "number"),
	[
		("HT-2026-00012 展位费", "HT-2026-00012"),
		("ht202600012", "HT-2026-00012"),
		("合同ＨＴ-２０２６-00012", None),
		("HT-2026-00012，尾款", "HT-2026-00012"),
		("展位费", None),
	],
)
def test_contract_numbers_in_notes(note, number):
	assert find_contract_number(note) == number


OPEN = [
	Open("HT-1", frozenset({"恒瑞"}), (Decimal(12000), Decimal(3000))),
	Open("HT-2", frozenset({"恒瑞", "恒瑞集团"}), (Decimal(5000),)),
]


@pytest.mark.parametrize(
	("found", "payer", "contract", "reason"),
	[
		(entry(note="HT-2026-00012"), "别人", "HT-2026-00012", "number"),
		(entry(), "恒瑞", "HT-1", "name and amount"),
		(entry("3000"), "恒瑞", "HT-1", "name and amount"),
		(entry("5000"), "恒瑞集团", "HT-2", "name and amount"),
		(entry("12000.01"), "恒瑞", None, ""),
		(entry(), "别人", None, ""),
		(entry(note="HT-2026-99999"), "恒瑞", "HT-1", "name and amount"),
	],
)
def test_suggestions(found, payer, contract, reason):
	assert suggest(found, payer, {"HT-2026-00012"}, OPEN) == (contract, reason)


def test_two_contracts_that_fit_alike_are_no_suggestion():
	both = [OPEN[0], Open("HT-3", frozenset({"恒瑞"}), (Decimal(12000),))]
	assert suggest(entry(), "恒瑞", set(), both) == (None, "")
