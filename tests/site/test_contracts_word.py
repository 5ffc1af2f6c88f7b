"""Contracts as Word files from templates of administrators, who may write placeholders and no code."""

from io import BytesIO

import docx
import frappe
import pytest

from meeting_crm.contracts import word
from meeting_crm.contracts.errors import TemplateUnusableError
from meeting_crm.tests import factories
from support.sales import EXECUTABLE, make_contract, make_held, upload


def template(*paragraphs: str) -> bytes:
	document, content = docx.Document(), BytesIO()
	for text in paragraphs:
		document.add_paragraph(text)
	document.save(content)
	return content.getvalue()


def text_of(content: bytes) -> str:
	return "\n".join(paragraph.text for paragraph in docx.Document(BytesIO(content)).paragraphs)


def make_kind(content: bytes, name="合同.docx"):
	file = frappe.get_doc(
		{"doctype": "File", "file_name": f"{factories.unique()}{name}", "content": content, "is_private": 1}
	).insert()
	values = {"kind_name": factories.unique("种类"), "word_template": file.file_url}
	return frappe.get_doc({"doctype": "Meeting Contract Kind", **values}).insert()


def make(kind, **values):
	_user, _project, claim = make_held()
	contract = make_contract(claim, contract_kind=kind.name, attachment=None, **values)
	contract.insert()
	return contract


def test_amount_terms_and_items_are_filled_in(site):
	kind = make_kind(
		template(
			"{{ contract.customer }} {{ contract.amount_in_words }} {{ contract.terms }}",
			"{% for row in items %}{{ row.name }}={{ row.amount }};{% endfor %}",
		)
	)
	items = [{"item_name": "A&B 展位", "quantity": 2, "rate": 5000.5}]
	contract = make(kind, items=items, terms="<p>条款一</p>")
	name, content = word.fill(contract)
	text = text_of(content)
	assert name == f"{contract.name}.docx"
	assert contract.enterprise_name in text and "壹万零壹元整" in text and "条款一" in text
	assert "A&B 展位=10,001.00;" in text


@pytest.mark.parametrize(
	"code",
	[
		"{{ ''.__class__.__mro__[1].__subclasses__() }}",
		"{{ contract.__init__.__globals__ }}",
		"{{ frappe.db }}",
		"{% for %}",
		"{{ nothing.at.all }}",
	],
)
def test_code_in_a_template_reaches_nothing(site, code):
	with pytest.raises(TemplateUnusableError):
		make_kind(template(code))


def test_what_is_no_word_file_is_no_template(site):
	with pytest.raises(TemplateUnusableError, match="no Word file"):
		make_kind(EXECUTABLE)


def test_without_a_template_it_says_what_to_do(site):
	_user, _project, claim = make_held()
	contract = make_contract(claim, attachment=upload()).insert()
	with pytest.raises(TemplateUnusableError, match="no Word template"):
		word.fill(contract)
