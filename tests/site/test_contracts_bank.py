"""A bank statement becomes suggestions that a person of finance confirms; nothing is booked twice."""

from io import BytesIO

import frappe
import openpyxl
import pytest
from frappe.utils import nowdate

from meeting_crm.contracts import api
from meeting_crm.contracts.errors import StatementStateError, StatementUnreadableError
from meeting_crm.tests import factories
from support.sales import make_contract, make_held

HEAD = ["交易日期", "贷方发生额", "对方户名", "对方账号", "附言", "交易流水号"]


@pytest.fixture
def finance(site):
	return factories.make_user(None, "Meeting Finance")


@pytest.fixture
def contract(site):
	user, _project, claim = make_held()
	frappe.set_user(user)
	contract = make_contract(claim, amount=10000).insert()
	contract.submit()
	return contract


def make_file(content: bytes, name: str) -> str:
	return (
		frappe.get_doc(
			{"doctype": "File", "file_name": f"{factories.unique()}{name}", "content": content, "is_private": 1}
		)
		.insert()
		.file_url
	)


def workbook(*rows) -> bytes:
	book, content = openpyxl.Workbook(), BytesIO()
	for row in (["某某银行"], HEAD, *rows):
		book.active.append(row)
	book.save(content)
	return content.getvalue()


def import_statement(finance, *rows, content: bytes | None = None, name="流水.xlsx", account="工行 0200"):
	frappe.set_user(finance)
	file = make_file(content or workbook(*rows), name)
	doc = frappe.get_doc({"doctype": "Meeting Bank Import", "our_account": account, "file": file}).insert()
	return doc, api.get_bank_rows(doc.name)


def entry(amount, payer, note="", number=None):
	return [nowdate(), amount, payer, "6222", note, number or factories.unique("N")]


def test_the_number_in_the_note_wins(finance, contract):
	doc, [row] = import_statement(finance, entry(2500, "某关联公司", f"{contract.name} 展位费"))
	assert (doc.status, doc.rows_read) == ("Read", 1)
	assert (row["state"], row["suggested_contract"]) == ("Suggested", contract.name)
	answer = api.book_bank_row(row["name"])
	payment = frappe.get_doc("Meeting Payment", answer["payment"])
	assert (payment.docstatus, payment.payer_name, payment.unallocated) == (1, "某关联公司", 0)
	assert frappe.db.get_value("Meeting Contract", contract.name, "outstanding") == 7500
	with pytest.raises(StatementStateError, match="quicker"):
		api.book_bank_row(row["name"])


def test_payer_and_amount_suggest_but_a_part_does_not(finance, contract):
	name = contract.enterprise_name
	_doc, rows = import_statement(finance, entry(10000, f" {name} "), entry(9999.99, name))
	assert [row["suggested_contract"] for row in rows] == [contract.name, None]


def test_an_invoice_title_is_a_payer_too(finance, contract):
	title = factories.unique("某某集团财务公司")
	frappe.set_user(contract.holder)
	frappe.get_doc({"doctype": "Meeting Invoice Title", "customer": contract.customer, "title": title}).insert()
	_doc, [row] = import_statement(finance, entry(10000, title))
	assert row["suggested_contract"] == contract.name


def test_what_was_registered_is_confirmed_and_not_doubled(finance, contract):
	frappe.set_user(contract.holder)
	registered = api.register_payment(contract.claim, 3000, nowdate(), contract=contract.name, payer_name="某某代付")[
		"payment"
	]
	_doc, [row] = import_statement(finance, entry(3000, "某某代付"))
	assert row["suggested_payment"] == registered
	assert api.book_bank_row(row["name"])["payment"] == registered
	assert frappe.db.count("Meeting Payment", {"claim": contract.claim}) == 1


def test_the_same_statement_twice_marks_its_entries(finance, contract):
	rows = [entry(1, "甲", number="D1" + contract.name), [nowdate(), 5, "乙", "", "无号", None]]
	_first, read = import_statement(finance, *rows)
	assert [row["state"] for row in read] == ["New", "New"]
	_second, again = import_statement(finance, *rows)
	assert [row["state"] for row in again] == ["Duplicate", "Duplicate"]


def test_a_csv_of_an_old_system_is_read(finance, contract):
	lines = [HEAD, entry("10,000.00", contract.enterprise_name)]
	content = "\n".join(",".join(f'"{cell}"' for cell in line) for line in lines).encode("gb18030")
	_doc, [row] = import_statement(finance, content=content, name="流水.csv")
	assert row["suggested_contract"] == contract.name


@pytest.mark.parametrize(
	("content", "name", "words"),
	[
		("日期,金额\n2026-01-01,5".encode(), "a.csv", "lacks the columns"),
		(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls", "old Excel"),
		(b"PK\x03\x04 broken", "a.xlsx", "damaged"),
		(",".join(HEAD).encode(), "a.csv", "No money received"),
		(b"\xff\xfe\x00\x81", "a.csv", "neither|lacks"),
	],
	ids=["columns", "old", "damaged", "empty", "binary"],
)
def test_what_is_no_statement_is_refused_with_words(finance, content, name, words):
	with pytest.raises(StatementUnreadableError, match=words):
		import_statement(finance, content=content, name=name)


def test_an_ignored_entry_can_be_looked_at_again(finance):
	_doc, [row] = import_statement(finance, entry(88, "利息"))
	api.ignore_bank_row(row["name"], "利息")
	with pytest.raises(StatementStateError):
		api.book_bank_row(row["name"])
	api.restore_bank_row(row["name"])
	with pytest.raises(StatementStateError, match="Choose the contract"):
		api.book_bank_row(row["name"])


def test_a_cancelled_receipt_gives_its_entry_back(finance, contract):
	_doc, [row] = import_statement(finance, entry(10000, contract.enterprise_name))
	frappe.get_doc("Meeting Payment", api.book_bank_row(row["name"])["payment"]).cancel()
	assert frappe.db.get_value("Meeting Bank Row", row["name"], "state") == "New"
	assert api.book_bank_row(row["name"])["status"] == "Confirmed"


def test_salespeople_see_no_statement(finance, contract):
	doc, [row] = import_statement(finance, entry(1, "甲"))
	frappe.set_user(contract.holder)
	for step in (
		lambda: api.get_bank_rows(doc.name),
		lambda: api.book_bank_row(row["name"], contract.name),
		lambda: frappe.get_list("Meeting Bank Row"),
	):
		with pytest.raises(frappe.PermissionError):
			step()
