"""F3, F4 without a site: seals drawn, placed and cut; signatures made, and seen through when somebody changed the file."""

import io
import re
import subprocess
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from meeting_crm.documents.seals import certificates, drawing, pages, signing, verification
from support.pdf import make_pdf

pytestmark = pytest.mark.slow

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "documents"
SAMPLE = next(FIXTURES.glob("07-*.pdf"))
SAMPLE_ROOT = next(FIXTURES.glob("07-*.pem"))
COMPANY, OTHER = "上海会通会展服务有限公司", "北京华夏医疗器械股份有限公司"


@pytest.fixture(scope="module")
def picture() -> bytes:
	return drawing.draw(COMPANY, "合同专用章", "3101150098765")


@pytest.fixture(scope="module")
def root():
	return certificates.make_root(COMPANY)


@pytest.fixture(scope="module")
def identity(root):
	issued = certificates.issue("合同专用章", COMPANY, root)
	return signing.Identity(issued.certificate, issued.key, (root.certificate,))


def make_identity(company, root, now=None, days=1095):
	issued = certificates.issue("合同专用章", company, root, now, days)
	return signing.Identity(issued.certificate, issued.key, (root.certificate,))


def seal(pdf, identity, picture, field="会通盖章", company=COMPANY, **kwargs) -> bytes:
	place = pages.choose_place(pdf, ["Contract"], 42)
	signature = signing.Signature(picture, place, field, company, "合同盖章 HT-2026-0815")
	return signing.sign(pdf, identity, signature, **kwargs).content


@pytest.fixture(scope="module")
def sealed(identity, picture) -> bytes:
	return seal(make_pdf(3), identity, picture)


@pytest.fixture(scope="module")
def twice(sealed, root, picture) -> bytes:
	return seal(sealed, make_identity(OTHER, root), picture, field="华夏盖章", company=OTHER)


def verdicts(pdf: bytes, root) -> list[str]:
	return [found.verdict for found in verification.verify(pdf, [root.certificate]).signatures]


def pdfsig(pdf: bytes, tmp_path) -> str:
	path = tmp_path / "x.pdf"
	path.write_bytes(pdf)
	return subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True).stdout


class TestPictures:
	def test_a_drawn_seal_is_round_red_and_small(self, picture):
		image = Image.open(io.BytesIO(picture))
		assert image.mode == "RGBA" and image.size == (drawing.SIDE, drawing.SIDE) and len(picture) < 40_000
		assert image.getpixel((2, 2))[3] == 0 and image.getpixel((drawing.SIDE // 2, drawing.SIDE // 2)) == (
			*drawing.RED,
			255,
		)

	@pytest.mark.parametrize("company", ["会", "某某", "内蒙古自治区呼伦贝尔市海拉尔区农牧业生产资料专业合作社联合社"])
	def test_short_and_long_names_fit(self, company):
		image = Image.open(io.BytesIO(drawing.draw(company, "财务专用章")))
		edge = [image.getpixel((x, 0))[3] for x in range(0, 60)]
		assert max(edge) == 0

	def test_paper_of_a_scan_becomes_transparent(self):
		scan = Image.new("RGB", (900, 700), (252, 250, 248))
		scan.paste((200, 20, 30), (300, 200, 600, 500))
		target = io.BytesIO()
		scan.save(target, "JPEG")
		cleaned = Image.open(io.BytesIO(drawing.clean_scan(target.getvalue())))
		assert cleaned.size[0] <= drawing.SIDE and cleaned.getpixel((cleaned.width // 2, cleaned.height // 2))[3] > 200

	@pytest.mark.parametrize("content", [b"", b"kein Bild", b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
	def test_what_is_no_picture_is_refused(self, content):
		with pytest.raises(ValueError):
			drawing.clean_scan(content)


class TestPlaces:
	def test_under_the_words(self):
		place = pages.choose_place(make_pdf(3), ["nirgends", "Contract"], 42)
		assert place.page == 2 and place.bottom < 300 - 18 < place.top
		assert round(place.right - place.left) == round(42 * pages.POINTS_PER_MILLIMETRE)

	def test_low_on_the_right_without_them_and_never_off_the_page(self):
		place = pages.choose_place(make_pdf(2), ["乙方（盖章）"], 42)
		assert place.page == 1 and place.right <= 595 and place.bottom >= 0
		corner = pages.place_at(make_pdf(1), 1, 500, 900, 42)
		assert corner.right <= 595 and corner.bottom >= 0
		with pytest.raises(ValueError):
			pages.place_at(make_pdf(1), 2, 0, 0, 42)

	def test_in_a_contract_as_companies_have_them(self):
		found = pages.find_words(SAMPLE.read_bytes(), ["乙方（盖章）"])
		assert found and found[0] >= 0

	@pytest.mark.parametrize(
		("count", "groups"),
		[(1, []), (2, [2]), (20, [20]), (21, [21]), (22, [20, 2]), (41, [20, 21]), (60, [20, 20, 20])],
	)
	def test_groups_of_a_riding_seal(self, count, groups):
		assert [len(group) for group in pages.group_pages(count)] == groups

	@pytest.mark.parametrize(
		("turned", "size"), [(0, (595, 842)), (0, (842, 595)), (90, (595, 842)), (180, (595, 842)), (270, (595, 842))]
	)
	def test_a_riding_seal_stands_at_the_right_edge_as_seen(self, picture, turned, size, tmp_path):
		pdf = pages.add_riding_seal(make_pdf(2, turned, size), picture, 42)
		(tmp_path / "x.pdf").write_bytes(pdf)
		subprocess.run(["pdftoppm", "-png", "-r", "50", tmp_path / "x.pdf", tmp_path / "p"], check=True)
		strips = []
		for shot in sorted(tmp_path.glob("p*.png")):
			image = Image.open(shot).convert("RGB")
			red = [
				(x, y)
				for x in range(image.width)
				for y in range(image.height)
				if image.getpixel((x, y))[0] - image.getpixel((x, y))[1] > 60
			]
			assert red and max(x for x, _ in red) >= image.width - 2 and min(x for x, _ in red) > image.width * 0.85
			middle = sum(y for _, y in red) / len(red)
			assert abs(middle - image.height / 2) < image.height * 0.04
			strips.append(len(red))
		assert len(strips) == 2

	def test_a_riding_seal_of_many_pages_costs_little(self, picture):
		pdf = make_pdf(41)
		assert len(pages.add_riding_seal(pdf, picture, 42)) < len(pdf) + 400_000


class TestVerdicts:
	def test_one_and_two_signers(self, sealed, twice, root, tmp_path):
		assert verdicts(sealed, root) == ["valid"]
		report = verification.verify(twice, [root.certificate])
		assert [(found.verdict, found.company) for found in report.signatures] == [("valid", COMPANY), ("valid", OTHER)]
		assert not report.signatures[0].time_is_proved and report.signatures[0].signed_on
		assert pdfsig(twice, tmp_path).count("Signature is Valid") == 2

	def test_the_sample_of_two_companies(self):
		report = verification.verify(SAMPLE.read_bytes(), [SAMPLE_ROOT.read_bytes()])
		assert [found.verdict for found in report.signatures] == ["valid", "valid"]

	def test_each_changed_byte_is_seen(self, sealed, root):
		end = verification.verify(sealed, [root.certificate]).signatures[0].revision_end
		signature = re.search(rb"/Contents <([0-9a-fA-F]+)>", sealed)
		places = [
			place for place in range(20, end, max(1, end // 60)) if not signature.start() <= place <= signature.end()
		]
		unseen = []
		for place in places:
			changed = bytearray(sealed)
			changed[place] ^= 1
			if "valid" in verdicts(bytes(changed), root):
				unseen.append(place)
		assert len(places) > 30 and not unseen

	def test_a_page_drawn_over_after_signing(self, twice, root, tmp_path):
		writer = IncrementalPdfFileWriter(io.BytesIO(twice))
		stream = generic.StreamObject(stream_data=b"q 1 0 0 rg 100 100 200 50 re f Q")
		writer.add_stream_to_page(0, writer.add_object(stream))
		target = io.BytesIO()
		writer.write(target)
		assert verdicts(target.getvalue(), root) == ["changed after signing"] * 2
		assert "Signature is Valid" in pdfsig(target.getvalue(), tmp_path), "a second opinion on the hash only"

	def test_a_note_added_after_signing(self, twice, root):
		writer = IncrementalPdfFileWriter(io.BytesIO(twice))
		note = generic.DictionaryObject(
			{
				generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
				generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
				generic.pdf_name("/Rect"): generic.ArrayObject([generic.NumberObject(x) for x in (100, 400, 300, 450)]),
				generic.pdf_name("/Contents"): generic.pdf_string("总金额改为1元"),
			}
		)
		page = writer.find_page_for_modification(0)[0]
		writer.register_annotation(page, writer.add_object(note))
		target = io.BytesIO()
		writer.write(target)
		assert "valid" not in verdicts(target.getvalue(), root)

	def test_cut_back_to_the_first_signature_it_is_what_the_first_signed(self, sealed, twice, root):
		assert twice.startswith(sealed)
		report = verification.verify(twice[: len(sealed)], [root.certificate])
		assert [found.verdict for found in report.signatures] == ["valid"]

	def test_signatures_taken_out_or_file_saved_again(self, twice, root):
		with pikepdf.open(io.BytesIO(twice)) as document:
			del document.Root["/AcroForm"]
			target = io.BytesIO()
			document.save(target)
		assert verification.verify(target.getvalue(), [root.certificate]).state in ("traces", "unsigned")
		with pikepdf.open(io.BytesIO(twice)) as document:
			again = io.BytesIO()
			document.save(again)
		assert "valid" not in verdicts(again.getvalue(), root)

	def test_an_expired_certificate_and_a_foreign_one_of_the_same_name(self, root, picture):
		past = datetime.now(timezone.utc) - timedelta(days=400)
		expired = seal(make_pdf(), make_identity(COMPANY, root, past, 365), picture)
		assert verdicts(expired, root) == ["certificate expired"]
		foreign = certificates.make_root("冒名根")
		forged = seal(make_pdf(), make_identity(COMPANY, foreign), picture)
		report = verification.verify(forged, [root.certificate]).signatures[0]
		assert report.verdict == "signer not recognised" and report.company == COMPANY and "冒名根" in report.issuer

	@pytest.mark.parametrize(
		("content", "state"),
		[
			(b"", "not a pdf"),
			(b"PK\x03\x04", "not a pdf"),
			(b"%PDF-1.4 broken", "unreadable"),
			(b"%PDF-1.4 /ByteRange [0 1 2 3]", "traces"),
		],
	)
	def test_what_is_no_signed_pdf(self, content, state, root):
		assert verification.verify(content, [root.certificate]).state == state

	def test_an_encrypted_file_and_an_unsigned_one(self, root):
		with pikepdf.open(io.BytesIO(make_pdf())) as document:
			target = io.BytesIO()
			document.save(target, encryption=pikepdf.Encryption(owner="a", user="b"))
		assert verification.verify(target.getvalue(), [root.certificate]).state == "encrypted"
		assert verification.verify(make_pdf(), [root.certificate]).state == "unsigned"

	def test_a_time_stamp_service_that_is_down_does_not_stop_the_seal(self, identity, picture, root):
		pdf = make_pdf()
		signature = signing.Signature(picture, pages.choose_place(pdf, [], 42), "章", COMPANY, "x")
		signed = signing.sign(pdf, identity, signature, "http://127.0.0.1:9/tsa")
		assert not signed.timestamped and signed.timestamp_problem
		assert verdicts(signed.content, root) == ["valid"]

	def test_a_signature_adds_little(self, sealed):
		assert len(sealed) - len(make_pdf(3)) < 80_000
