"""Files and records that the tests of documents share."""

import base64
import zipfile
from io import BytesIO
from pathlib import Path

import frappe
from openpyxl import Workbook

from meeting_crm.documents import folders, service
from meeting_crm.tests import factories

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "documents"
CONTRACT, TWO_AUTHORS, RECEIPT, PRICES, FOOTER_BOX, SEALED = (
	next(FIXTURES.glob(f"{number}-*{end}"))
	for number, end in (
		("01", ".docx"),
		("02", ".docx"),
		("03", ".docx"),
		("04", ".xlsx"),
		("06", ".docx"),
		("07", ".pdf"),
	)
)

DOCUMENT_XML = (
	'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
	'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}<w:sectPr/></w:body></w:document>'
)
TYPES = (
	'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
	'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
	'<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
	'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
	'<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)


def make_docx(*paragraphs: str, parts: dict[str, str | bytes] | None = None, body: str | None = None) -> bytes:
	"""A small Word file with these paragraphs; `body` is their XML instead, `parts` come on top."""
	body = body or "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
	content = BytesIO()
	with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
		for name, data in {
			"[Content_Types].xml": TYPES,
			"_rels/.rels": RELATIONS,
			"word/document.xml": DOCUMENT_XML.format(body=body),
			**(parts or {}),
		}.items():
			# The same words make the same bytes, whenever they are written.
			package.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
	return content.getvalue()


def make_workbook(*rows: list, sheet: str = "报价") -> bytes:
	book = Workbook()
	book.active.title = sheet
	for row in rows:
		book.active.append(row)
	content = BytesIO()
	book.save(content)
	return content.getvalue()


def base64_of(content: bytes) -> str:
	return base64.b64encode(content).decode()


def make_document(owner: str | None = None, content: bytes | None = None, title: str | None = None, **place) -> str:
	"""A document of `owner`, in their own folder unless a place is given."""
	former = frappe.session.user
	if owner:
		frappe.set_user(owner)
	try:
		place.setdefault("folder", None if place.get("customer") else folders.get_personal_folder())
		kept = service.upload(
			title or factories.unique("文档"),
			place.pop("folder"),
			content or make_docx(factories.unique("正文")),
			place.pop("customer", None),
			place.pop("contract", None),
			**place,
		)
	finally:
		frappe.set_user(former)
	return kept["document"]


def as_user(user: str):
	"""`with as_user(x):` the session is theirs."""
	return _Session(user)


class _Session:
	def __init__(self, user: str):
		self.user, self.former = user, None

	def __enter__(self):
		self.former = frappe.session.user
		frappe.set_user(self.user)

	def __exit__(self, *_):
		frappe.set_user(self.former)


def make_seal(keeper: str, *users: str, departments: list[str] | None = None, **values) -> str:
	return (
		frappe.get_doc(
			{
				"doctype": "Meeting Seal",
				"seal_name": factories.unique("合同专用章"),
				"seal_type": "Contract Seal",
				"company": "上海会通会展服务有限公司",
				"keeper": keeper,
				"users": [{"user": user} for user in users],
				"departments": [{"department": department} for department in departments or []],
				**values,
			}
		)
		.insert(ignore_permissions=True)  # why: a test's own set-up
		.name
	)
