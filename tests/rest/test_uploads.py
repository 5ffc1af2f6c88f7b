"""What people choose to upload is stored under its name, or refused in words: empty, damaged, wrongly named, or called like nothing an
address can hold."""

from io import BytesIO

import frappe
import pytest
from PIL import Image

from meeting_crm.tests import factories
from support.rest import error_of

HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200)


@pytest.fixture(scope="module")
def person(site):
	user = factories.make_user()
	frappe.db.commit()
	return user


def draw(kind: str, mode: str = "RGB") -> bytes:
	stored = BytesIO()
	Image.new(mode, (300, 200), 1).save(stored, kind)
	return stored.getvalue()


def upload(client, name: str, content: bytes, **values):
	return client.post(
		f"{client.url}/api/method/upload_file", data={"is_private": 1, **values}, files={"file": (name, content)}
	)


@pytest.mark.parametrize(
	("name", "ending"),
	[
		("50%25off.pdf", "50％25off.pdf"),
		("100%.pdf", "100％.pdf"),
		("报价#3?.pdf", "报价＃3？.pdf"),
		("合同" * 60 + ".pdf", ".pdf"),
		("a" * 240 + ".pdf", ".pdf"),
		("没有扩展名." + "长" * 50, "长"),
	],
)
def test_a_file_is_found_again_under_any_name(rest, person, name, ending):
	client, content = rest(person), factories.unique().encode()
	answer = upload(client, name, content)
	assert answer.status_code == 200, answer.text[:500]
	stored = answer.json()["message"]
	assert stored["file_name"].endswith(ending)
	assert client.get(client.url + stored["file_url"]).content == content


def test_an_address_in_a_name_gets_no_other_file(rest, person):
	client = rest(person)
	first = upload(client, "50%off.pdf", b"first " + factories.unique().encode()).json()["message"]
	second = upload(client, "50%25off.pdf", b"second").json()["message"]
	assert first["file_url"] != second["file_url"]
	assert client.get(client.url + second["file_url"]).content == b"second"


def test_content_beside_an_address_is_prepared_too(rest, person):
	client, content = rest(person), factories.unique().encode()
	answer = upload(client, "90%25.pdf", content, file_url=f"/private/files/{factories.unique()}.pdf")
	assert answer.status_code == 200, answer.text[:500]
	stored = answer.json()["message"]
	assert stored["file_name"].endswith("90％25.pdf")
	assert client.get(client.url + stored["file_url"]).content == content


@pytest.mark.parametrize("is_private", [0, 1])
def test_an_empty_file_is_refused_in_words(rest, person, is_private):
	client = rest(person)
	name = f"{factories.unique()}.pdf"
	upload(client, name, b"what was stored before", is_private=is_private)
	answer = upload(client, name, b"", is_private=is_private)
	assert answer.status_code == 417 and "is empty" in error_of(answer), answer.text[:500]


@pytest.mark.parametrize("optimize", [0, 1])
@pytest.mark.parametrize(
	("content", "ending"),
	[
		(HEIC, ".heic"),
		(draw("WEBP"), ".webp"),
		(draw("PNG", "RGBA"), ".png"),
		(draw("GIF", "P"), ".gif"),
		(draw("JPEG"), ".jpg"),
		(draw("JPEG", "CMYK"), ".jpg"),
	],
	ids=["heic", "webp", "png", "gif", "jpeg", "cmyk"],
)
def test_a_picture_keeps_what_it_is(rest, person, content, ending, optimize):
	answer = upload(rest(person), f"{factories.unique()}.jpg", content, optimize=optimize)
	assert answer.status_code == 200, answer.text[:500]
	assert answer.json()["message"]["file_name"].endswith(ending)


@pytest.mark.parametrize("content", [b"no picture", draw("JPEG")[:300]], ids=["text", "torn"])
@pytest.mark.parametrize("optimize", [0, 1])
def test_what_is_no_picture_is_refused_in_words(rest, person, content, optimize):
	answer = upload(rest(person), f"{factories.unique()}.jpeg", content, optimize=optimize)
	assert answer.status_code == 417 and "save it as JPG" in error_of(answer), answer.text[:500]
