"""Reading bank statements and matching their entries. Nothing here reads a database or a clock."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from hashlib import sha256

from meeting_crm.core.money import money

# field: words that head its column at the banks we know, the longest first
HEADINGS = {
	"booked_on": ("交易日期", "记账日期", "入账日期", "交易时间", "日期", "transaction date", "date"),
	"amount": (
		"贷方发生额",
		"收入金额",
		"贷方金额",
		"转入金额",
		"收入",
		"贷方",
		"credit amount",
		"credit",
		"交易金额",
		"发生额",
		"金额",
		"amount",
	),
	"debit": ("借方发生额", "支出金额", "借方金额", "转出金额", "支出", "借方", "debit"),
	"payer_name": (
		"对方户名",
		"对方名称",
		"付款人名称",
		"付款方名称",
		"对方单位",
		"付款户名",
		"户名",
		"payer",
		"counterparty",
	),
	"payer_account": ("对方账号", "对方帐号", "付款人账号", "付款方账号", "对方账户", "payer account"),
	"remittance_note": ("附言", "摘要", "用途", "备注", "交易摘要", "remittance", "note", "purpose"),
	"bank_number": ("交易流水号", "流水号", "凭证号", "业务编号", "交易编号", "reference", "serial"),
}
REQUIRED = ("booked_on", "amount", "payer_name")
MAX_HEAD_ROWS = 30
EXCEL_DAY_ZERO = date(1899, 12, 30)
DATE_PARTS = re.compile(r"(\d{4})\D{0,2}(\d{1,2})\D{0,2}(\d{1,2})")
CONTRACT_NUMBER = re.compile(r"HT-?\s*(\d{4})-?\s*(\d{5,})", re.IGNORECASE)
FULL_WIDTH = str.maketrans("０１２３４５６７８９，．－（）", "0123456789,.-()")


class StatementError(ValueError):
	"""`missing`: the columns that were not found, by their first heading."""

	def __init__(self, missing: Sequence[str]):
		super().__init__(", ".join(missing))
		self.missing = list(missing)


@dataclass(frozen=True)
class Entry:
	line_number: int
	booked_on: date
	amount: Decimal
	payer_name: str
	payer_account: str = ""
	remittance_note: str = ""
	bank_number: str = ""


@dataclass(frozen=True)
class Open:
	"""A contract with something to pay: the names its payer may have, and the amounts that would fit."""

	contract: str
	names: frozenset[str]
	amounts: tuple[Decimal, ...]


def find_columns(rows: Sequence[Sequence], known: dict[str, int] | None = None) -> tuple[int, dict[str, int]]:
	"""The row of headings and the place of each field in it. `known`: the columns of the last statement of the account, which win
	where this one is headed alike. Raises StatementError."""
	best: dict[str, int] = {}
	for number, row in enumerate(rows[:MAX_HEAD_ROWS]):
		columns = _match_headings([_text(cell).casefold() for cell in row])
		if all(field in columns for field in REQUIRED):
			return number, {**columns, **{key: place for key, place in (known or {}).items() if place < len(row)}}
		best = columns if len(columns) > len(best) else best
	raise StatementError([HEADINGS[field][0] for field in REQUIRED if field not in best])


def _match_headings(cells: list[str]) -> dict[str, int]:
	columns: dict[str, int] = {}
	for field, headings in HEADINGS.items():
		for heading in headings:
			place = next(
				(
					place
					for place, cell in enumerate(cells)
					if cell.startswith(heading) and place not in columns.values()
				),
				None,
			)
			if place is not None:
				columns[field] = place
				break
	return columns


def read_entries(rows: Sequence[Sequence], head: int, columns: dict[str, int]) -> list[Entry]:
	"""Money that came in. Rows without a date or with nothing received (payments out, totals) are left out."""
	entries = []
	for number, row in enumerate(rows[head + 1 :], start=head + 2):
		values = {field: row[place] if place < len(row) else None for field, place in columns.items()}
		day, amount = read_day(values.get("booked_on")), read_amount(values.get("amount"))
		if day is None or amount is None or amount <= 0:
			continue
		texts = {
			field: _text(values.get(field))
			for field in ("payer_name", "payer_account", "remittance_note", "bank_number")
		}
		entries.append(Entry(number, day, amount, **texts))
	return entries


def _text(value) -> str:
	if value is None:
		return ""
	if isinstance(value, float) and value.is_integer():
		value = int(value)
	return " ".join(str(value).split()).strip()


def read_day(value) -> date | None:
	"""A date as banks write it: 2026-11-26, 20261126, 2026年11月26日, a serial number of Excel."""
	if isinstance(value, datetime):
		return value.date()
	if isinstance(value, date):
		return value
	if isinstance(value, int | float) and 20_000 < value < 80_000:
		return EXCEL_DAY_ZERO + timedelta(days=int(value))
	found = DATE_PARTS.search(_text(value).translate(FULL_WIDTH))
	try:
		return date(int(found[1]), int(found[2]), int(found[3])) if found else None
	except ValueError:
		return None


def read_amount(value) -> Decimal | None:
	if isinstance(value, int | float | Decimal):
		return money(value)
	text = _text(value).translate(FULL_WIDTH).replace(",", "").replace("¥", "").replace("￥", "").replace("+", "")
	try:
		return money(Decimal(text)) if text else None
	except InvalidOperation:
		return None


def get_row_keys(our_account: str, entries: Iterable[Entry]) -> list[str]:
	"""What tells entries apart over all statements of an account: the bank's number; without one everything that stands there,
	and the how many-th of these in its file it is, so that two equal transfers of a day stay two."""
	seen: Counter = Counter()
	keys = []
	parts: tuple[str, ...]
	for entry in entries:
		if entry.bank_number:
			parts = (our_account, entry.bank_number)
		else:
			said = (entry.booked_on.isoformat(), str(entry.amount), entry.payer_name, entry.remittance_note)
			seen[said] += 1
			parts = (our_account, *said, str(seen[said]))
		keys.append(sha256("\0".join(parts).encode()).hexdigest()[:40])
	return keys


def find_contract_number(note: str) -> str | None:
	"""HT-2026-00012, also as people type it: ht202600012."""
	found = CONTRACT_NUMBER.search(note.translate(FULL_WIDTH))
	return f"HT-{found[1]}-{found[2]}" if found else None


def suggest(
	entry: Entry, payer_key: str, by_number: set[str], open_contracts: Iterable[Open]
) -> tuple[str | None, str]:
	"""(contract, reason): `number` when its number stands in the note; `name and amount` when the payer is the customer or an
	invoice title of it and the amount is what is outstanding or due next; else nothing. Two that fit alike are none."""
	number = find_contract_number(entry.remittance_note)
	if number in by_number:
		return number, "number"
	fitting = [
		row.contract for row in open_contracts if payer_key and payer_key in row.names and entry.amount in row.amounts
	]
	return (fitting[0], "name and amount") if len(fitting) == 1 else (None, "")
