"""F1: previews show what the document says, and nothing in a file makes the server fetch, hang or unpack too much."""

import subprocess
import tempfile
import threading
import time
import zipfile
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path

import frappe
import pikepdf
import pytest

from meeting_crm.documents import conversion, delivery, files, previews, service, texts, watermark
from meeting_crm.documents.errors import ConversionError
from meeting_crm.tests import factories
from support.documents import (
	CONTRACT,
	FOOTER_BOX,
	PRICES,
	RECEIPT,
	SEALED,
	TWO_AUTHORS,
	as_user,
	make_document,
	make_docx,
)

WORD_RELATIONS = "word/_rels/document.xml.rels"
PICTURE = (
	'<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"><wp:extent cx="914400" cy="914400"/>'
	'<wp:docPr id="1" name="x"/><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
	'<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:nvPicPr><pic:cNvPr id="1" name="x"/><pic:cNvPicPr/></pic:nvPicPr>'
	'<pic:blipFill><a:blip xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:link="rId9"/></pic:blipFill>'
	'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="914400" cy="914400"/></a:xfrm><a:prstGeom prst="rect"/></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>'
)


def read_pdf(pdf: bytes, program: str = "pdftotext", *arguments: str) -> str:
	with tempfile.TemporaryDirectory() as folder:
		path = Path(folder, "x.pdf")
		path.write_bytes(pdf)
		end = ["-"] if program == "pdftotext" else []
		return subprocess.run([program, *arguments, path, *end], capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def contract_pdf(site) -> bytes:
	return conversion.make_pdf(CONTRACT.read_bytes())


@pytest.fixture
def visitors():
	"""A server that counts who comes."""
	seen = []

	class Handler(BaseHTTPRequestHandler):
		def do_GET(self):
			seen.append(self.path)
			self.send_response(404)
			self.end_headers()

		do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

		def log_message(self, *_):
			pass

	server = HTTPServer(("127.0.0.1", 0), Handler)
	threading.Thread(target=server.serve_forever, daemon=True).start()
	yield seen, server.server_port
	server.shutdown()


def test_a_contract_becomes_a_pdf_with_its_words_and_its_equation(contract_pdf):
	words = read_pdf(contract_pdf)
	assert "乙方（盖章）" in words
	fonts = read_pdf(contract_pdf, "pdffonts")
	assert "OpenSymbol" in fonts or "Math" in fonts or "∑" in words or "=" in words


def test_a_serif_stays_a_serif_and_a_sans_a_sans():
	body = "".join(
		f'<w:p><w:r><w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}"/></w:rPr><w:t>会展服务</w:t></w:r></w:p>'
		for font in ("宋体", "黑体")
	)
	fonts = read_pdf(conversion.make_pdf(make_docx(body=body)), "pdffonts")
	assert "NotoSerifCJK" in fonts and "NotoSansCJK" in fonts


def test_a_tracked_file_is_shown_as_accepted():
	shown = read_pdf(conversion.make_pdf(TWO_AUTHORS.read_bytes()))
	shown = "".join(shown.split())
	with zipfile.ZipFile(TWO_AUTHORS) as package:
		tree = texts.parse_xml(package.read("word/document.xml"))
	w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
	inserted = ["".join(node.itertext(f"{w}t")) for node in tree.iter(f"{w}ins") if len(node)]
	deleted = ["".join(node.itertext(f"{w}delText")) for node in tree.iter(f"{w}del") if len(node)]
	assert any(inserted) and any(deleted)
	assert all(text in shown for text in inserted)
	assert "余款于会议开幕前5日付清" in shown and "支付总额的30%作为定金" in shown


@pytest.mark.parametrize("path", [RECEIPT, FOOTER_BOX, PRICES], ids=["receipt", "footer", "prices"])
def test_documents_as_companies_have_them_are_shown(path):
	assert conversion.count_pages(conversion.make_pdf(path.read_bytes())) >= 1


def test_a_paragraph_whose_end_is_struck_out_runs_on():
	body = (
		'<w:p><w:pPr><w:rPr><w:del w:id="1" w:author="a"/></w:rPr></w:pPr><w:r><w:t>前半句</w:t></w:r></w:p>'
		"<w:p><w:r><w:t>后半句</w:t></w:r></w:p>"
	)
	assert "前半句后半句" in read_pdf(conversion.make_pdf(make_docx(body=body)))


def test_nothing_outside_the_file_is_fetched(visitors):
	seen, port = visitors
	relations = (
		'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
		f'<Relationship Id="rId9" TargetMode="External" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="http://127.0.0.1:{port}/picture.png"/>'
		f'<Relationship Id="rId8" TargetMode="External" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="http://127.0.0.1:{port}/template.dotx"/>'
		"</Relationships>"
	)
	content = make_docx(body=PICTURE + "<w:p><w:r><w:t>正文</w:t></w:r></w:p>", parts={WORD_RELATIONS: relations})
	assert "正文" in read_pdf(conversion.make_pdf(content))
	time.sleep(0.5)
	assert seen == []


def test_the_office_itself_fetches_nothing_either(visitors, monkeypatch):
	"""The second wall: its profile forbids it, also for a file that was not prepared."""
	seen, port = visitors
	monkeypatch.setattr(conversion.copies, "prepare", lambda content: content)
	relations = (
		'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
		f'<Relationship Id="rId9" TargetMode="External" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="http://127.0.0.1:{port}/picture.png"/></Relationships>'
	)
	conversion.make_pdf(make_docx(body=PICTURE, parts={WORD_RELATIONS: relations}))
	time.sleep(0.5)
	assert seen == []


def test_a_zip_bomb_and_billion_laughs_are_kept_and_not_opened(site):
	bomb = make_docx("x", parts={"word/media/bomb.bin": b"\0" * (40 * 1024 * 1024)})
	laughs = make_docx(
		"x",
		parts={
			"word/document.xml": '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
			'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&c;</w:t></w:r></w:p></w:body></w:document>'
		},
	)
	user = factories.make_user()
	started = time.monotonic()
	for content in (bomb, laughs):
		name = make_document(user, content)
		texts.refresh(name)
		assert files.find_editing_problem(content)
	with pytest.raises(ConversionError):
		conversion.make_pdf(bomb)
	assert "hahaha" not in (frappe.db.get_value("Meeting Document Text", {"document": name}, "content") or "")
	assert time.monotonic() - started < 20


@pytest.mark.parametrize(
	("content", "problem"),
	[
		(make_docx("x", parts={"word/vbaProject.bin": b"x"}), files.MACROS),
		(make_docx("x", parts={"word/embeddings/oleObject1.bin": b"x"}), files.ACTIVE),
		(make_docx("x", parts={"../../etc/cron.d/x": b"x"}), files.BROKEN),
		(make_docx(body="<w:p><w:r><w:instrText> DDEAUTO c:\\x </w:instrText></w:r></w:p>"), files.ACTIVE),
		(
			make_docx(
				"x", parts={"word/settings.xml": '<a xmlns="http://purl.oclc.org/ooxml/wordprocessingml/main"/>'}
			),
			files.STRICT_FORMAT,
		),
		(files.OLE + b"\0" * 600, files.OLD_FORMAT),
		(files.OLE + b"\0" * 60 + files.ENCRYPTED_PACKAGE, files.ENCRYPTED),
		(make_docx("x")[:-40], files.BROKEN),
		(make_docx("x"), None),
		(PRICES.read_bytes(), None),
		(CONTRACT.read_bytes(), None),
	],
	ids=["macros", "ole", "path", "dde", "strict", "doc", "encrypted", "broken", "plain", "xlsx", "contract"],
)
def test_what_the_editors_do_not_open(content, problem):
	assert files.find_editing_problem(content) == problem


def test_a_slow_conversion_is_ended_with_all_its_helpers(monkeypatch, tmp_path):
	slow = tmp_path / "soffice"
	slow.write_text(f"#!/bin/sh\nsleep 300 & echo $! > {tmp_path}/helper\nwait\n")
	slow.chmod(0o755)
	monkeypatch.setattr(conversion, "SECONDS", 2)
	monkeypatch.setattr(conversion.shutil, "which", lambda name: str(slow))
	with pytest.raises(ConversionError, match="longer than 2 seconds"):
		conversion.make_pdf(make_docx("x"))
	helper = int((tmp_path / "helper").read_text())
	time.sleep(0.3)
	state = Path(f"/proc/{helper}/stat")
	assert not state.exists() or state.read_text().split()[2] == "Z"


def test_a_preview_is_made_once_and_its_failure_remembered(site, monkeypatch):
	calls = []

	def fail(content):
		calls.append(1)
		frappe.throw("kaputt", exc=ConversionError)

	user = factories.make_user()
	name = make_document(user)
	version = service.get_version(name)
	monkeypatch.setattr(conversion, "make_pdf", fail)
	previews.make(version)
	assert previews.request(version) == {"state": "failed", "reason": "kaputt"}
	assert len(calls) == 1


def test_pages_are_drawn_and_pictures_come_as_they_are(site, contract_pdf):
	user = factories.make_user()
	name = make_document(user, contract_pdf)
	version = service.get_version(name)
	state = previews.request(version)
	assert state["state"] == "ready" and state["kind"] == "pages" and state["pages"] >= 1
	assert previews.get_page(version, 1).startswith(b"\x89PNG")
	assert previews.get_page(version, 1) == previews.get_page(version, 1)


def test_readers_get_a_watermark_and_a_signed_file_stays_whole(site, contract_pdf):
	author, reader = factories.make_user(), factories.make_user(None, "Meeting Salesperson", first_name="李四")
	from meeting_crm.documents import folders

	company = folders.get_company_folder()
	plain = make_document(author, contract_pdf, factories.unique("普通"), folder=company)
	signed = make_document(author, SEALED.read_bytes(), factories.unique("签署"), folder=company)
	with as_user(reader):
		marked = delivery.download(service.get_version(plain)).get_data()
		whole = delivery.download(service.get_version(signed)).get_data()
	assert marked != contract_pdf and read_pdf(marked).strip() == read_pdf(contract_pdf).strip()
	assert whole == SEALED.read_bytes()
	with as_user(author):
		response = delivery.download(service.get_version(plain))
	assert response.get_data() == contract_pdf
	assert response.headers["X-Content-Type-Options"] == "nosniff"
	assert response.headers["Content-Disposition"].startswith("attachment")


def test_a_watermark_leaves_the_pages_as_they_are(contract_pdf):
	marked = watermark.add(contract_pdf, ["内部资料", "王芳", "2026-11-26 10:00"])
	with pikepdf.open(BytesIO(contract_pdf)) as before, pikepdf.open(BytesIO(marked)) as after:
		assert len(before.pages) == len(after.pages)
