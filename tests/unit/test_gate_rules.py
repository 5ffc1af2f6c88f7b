"""What may become part of a query or the address of a file, shape by shape."""

import csv
import os
import re
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meeting_crm.gate import rules

SUBQUERY = "(select group_concat(sid) from tabSessions)"
ALIASED_CALL = "lower((select password from `__Auth` limit 1)) `a.name.count(`"


@pytest.mark.parametrize(
	"text",
	[
		"name",
		"_user_tags",
		"客户名称",
		"`name`",
		"tabUser.name",
		"`tabMeeting Customer`.`name`",
		"`tabMeeting Customer`.name",
		"customer.customer_name as customer_customer_name",
		"*",
		"`tabMeeting Customer`.*",
		"count(name)",
		"count(*) as total",
		"COUNT(`tabMeeting Customer`.`name`) AS _aggregate_column",
		"sum(amount) as `total`",
		"count(distinct `tabToDo`.name) as n",
		"distinct owner",
		"name, owner",
	],
)
def test_what_the_desk_sends_is_a_column(text):
	assert not list(rules.get_strange_columns(text))
	assert not list(rules.get_strange_columns([text]))


@pytest.mark.parametrize(
	"text",
	[
		SUBQUERY,
		ALIASED_CALL,
		"sleep(5)",
		"lower(name)",
		"count(if(1=1,1,0))",
		"name/*x*/",
		"name -- ",
		"name#",
		"name;drop table x",
		"name as x, (select 1) as y",
		"'x' as name",
		'"x"',
		"@@version",
		"name\nfrom tabUser",
		"name union select 1",
		"`tabUser` where 1=1",
		"`tabUser`.`name` or 1",
		"a.b.c",
		"1.e(1)",
		"ifnull(name,'')",
		"count(name) + 1",
		"`name` `x`",
		"name\tfrom\ttabUser",
	],
)
def test_nothing_else_is_a_column(text):
	assert list(rules.get_strange_columns(text))
	assert list(rules.get_strange_columns([text]))
	assert list(rules.get_strange_columns(["name", [text, "User"]]))
	assert list(rules.get_strange_filters({text: "x"}))
	assert list(rules.get_strange_filters([[text, "=", "x"]]))
	assert list(rules.get_strange_filters([["User", text, "=", "x"]]))


@pytest.mark.parametrize("text", ["modified desc", "`tabX`.`modified` desc, name asc", "count(name) desc", "idx", ""])
def test_an_order(text):
	assert not list(rules.get_strange_order(text))


@pytest.mark.parametrize(
	"text", [SUBQUERY, "if(amount>5,1,2)", "name desc, sleep(1)", "name asc asc", "1,2 limit 1", "rand()"]
)
def test_no_order(text):
	assert list(rules.get_strange_order(text))


@pytest.mark.parametrize(
	"value",
	[
		{},
		[],
		None,
		{"name": "x", "status": ["!=", "Done"], "amount": ["between", [1, 2]]},
		[["name", "=", "x"]],
		[["Meeting Customer", "name", "in", ["a", "b"]]],
		[["Meeting Customer", "name", "=", "x", False]],
		[{"name": "x"}],
	],
)
def test_filters(value):
	assert not list(rules.get_strange_filters(value))


@pytest.mark.parametrize(
	"value",
	[
		"1=1",
		["1=1 or 1=1"],
		[["name", "=", "x"], "or 1=1"],
		{"amount": ["between", "1 and 2 or 1=1"]},
		[["amount", "between", "1 and 2 or 1=1"]],
		[["X", "amount", " Between", "1 and 2 or 1=1"]],
		{"ifnull((select(sid)from(tabSessions)where\t1),'a.name.b')": "x"},
		[["`tabX` join tabY", "name", "=", "x"]],
		["name", "=", "x"],
		[["name", {"a": 1}, "x"]],
		[[["1=1"]]],
	],
)
def test_no_filters(value):
	assert list(rules.get_strange_filters(value))


def test_a_name_stands_for_filters_only_where_it_may():
	assert not list(rules.get_strange_filters("74e9453095", is_text=True))
	assert list(rules.get_strange_filters("74e9453095"))


@pytest.mark.parametrize(
	"address", ["/files/a.pdf", "/private/files/合同 1.pdf", "/files/a..b.pdf", "/files/100&1.pdf"]
)
def test_an_address_of_a_stored_file(address):
	assert rules.is_stored_address(address)


@pytest.mark.parametrize(
	"address",
	[
		"/files/../../site_config.json",
		"/files/..",
		"/private/files/../x",
		"/files/a/b.pdf",
		"/files/%2e%2e%2fsite_config.json",
		"/files/..\\x",
		"/files/a.pdf?x",
		"/files/a.pdf#x",
		"/files/",
		"files/a.pdf",
		"//files/a.pdf",
		"/files/a\x00.pdf",
		"/assets/x.js",
		"file:///etc/passwd",
		"/files/a.pdf\n",
	],
)
def test_no_address_of_a_stored_file(address):
	assert not rules.is_stored_address(address)


@pytest.mark.parametrize(
	"name", ["a.html", "a.SVG", "a.svg.", "a.html ", "a.xml", "a.shtml", "a.svgz", "a.html.gz", "a.xhtml"]
)
def test_what_a_browser_would_run(name):
	assert rules.can_run(name)


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "html", "a.png", "报价.xlsx", "htmlish.txt"])
def test_what_it_would_not(name):
	assert not rules.can_run(name)


def test_the_operations_page_shows_the_list():
	root = Path(__file__).resolve().parents[2]
	with (root / "apps/meeting_crm/meeting_crm/gate/allowed_commands.tsv").open(encoding="utf-8", newline="") as lines:
		groups = Counter((row["who"], row["reason"]) for row in csv.DictReader(lines, delimiter="\t"))
	page = (root / "docs/operations.md").read_text(encoding="utf-8")
	missing = [f"| {who} | {reason} | {number} |" for (who, reason), number in groups.items()]
	assert not [line for line in missing if line not in page]


TEXTS = st.one_of(
	st.text(max_size=60),
	st.text("abcn_`*(),.;'\"\\ /*-#@=<>\t\n123", max_size=40),
	st.lists(
		st.sampled_from(
			[
				"name",
				"`tabUser`",
				".",
				"(",
				")",
				"select",
				"from",
				"count",
				"sum",
				" as ",
				",",
				"'",
				"`",
				"*",
				" ",
				"/**/",
				"--",
				"union",
				"distinct",
			]
		),
		max_size=12,
	).map("".join),
)
CALLS = {"count", "sum", "avg", "min", "max", "distinct"}


@pytest.mark.slow
@settings(max_examples=3000, deadline=None)
@given(TEXTS)
def test_whatever_is_let_through_can_only_name_columns(text):
	"""No quote, comment, operator or function beside the five; no word that stands outside a name."""
	if not text or list(rules.get_strange_columns(text)):
		return
	assert not set(text) & set("'\"\\;#@=<>/\t\n\r"), text
	assert "--" not in text
	assert all(word.lower() in CALLS for word in re.findall(r"(\w+)\s*\(", text)), text
	assert text.count("`") % 2 == 0 and text.count("(") == text.count(")")


@pytest.mark.slow
@settings(max_examples=1500, deadline=None)
@given(
	st.recursive(
		st.one_of(st.none(), st.booleans(), st.integers(), TEXTS),
		lambda part: st.lists(part, max_size=5) | st.dictionaries(TEXTS, part, max_size=4),
		max_leaves=15,
	)
)
def test_filters_of_any_shape_are_judged(value):
	strange = list(rules.get_strange_filters(value))
	if not strange and isinstance(value, dict):
		assert all(rules.is_column(field) for field in value)


@pytest.mark.slow
@settings(max_examples=2000, deadline=None)
@given(st.one_of(st.text(max_size=30), st.text("/files.%privat\\#?", max_size=30).map("/files/".__add__)))
def test_an_address_leads_nowhere_else(address):
	if rules.is_stored_address(address):
		assert os.path.normpath(address) == address
		assert unquote(address) == address
		assert address.startswith(("/files/", "/private/files/"))
