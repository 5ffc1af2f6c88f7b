"""The web process serves a site's public files and nothing else from the disk."""

import http.client
from urllib.parse import quote, urlsplit

import frappe
import pytest
import requests


def fetch(web_url: str, path: str):
	"""A request whose path is sent as it stands; other clients would tidy it up first."""
	connection = http.client.HTTPConnection(urlsplit(web_url).netloc, timeout=30)
	connection.putrequest("GET", path, skip_host=False)
	connection.endheaders()
	answer = connection.getresponse()
	body = answer.read()
	connection.close()
	return answer.status, body


@pytest.fixture
def public_file(site):
	file = frappe.get_doc({"doctype": "File", "file_name": "web-test 公开.txt", "content": "public", "is_private": 0})
	file.insert()
	frappe.db.commit()
	yield file
	file.delete()
	frappe.db.commit()


def test_a_public_file_is_served(web_url, public_file):
	assert fetch(web_url, quote(public_file.file_url)) == (200, b"public")


@pytest.mark.parametrize(
	"path",
	[
		"/files/../../site_config.json",
		"/files/../../private/files/x",
		"/files/%2e%2e/%2e%2e/site_config.json",
		"/files/../../../common_site_config.json",
		"/files/{site}/site_config.json",
		"/files/x/../{site}/site_config.json",
		"/assets/../common_site_config.json",
		"/assets/%2e%2e/{site}/site_config.json",
		"//files/../../site_config.json",
		"/site_config.json",
	],
)
def test_nothing_else_is_served(web_url, site, path):
	status, body = fetch(web_url, path.format(site=site))
	assert status in (400, 403, 404)
	assert b"db_password" not in body and b"root_password" not in body


def test_a_public_file_that_could_run_is_only_handed_out(web_url, site):
	file = frappe.get_doc({"doctype": "File", "file_name": "web-test.svg", "content": "<svg/>", "is_private": 0})
	file.insert()
	frappe.db.commit()
	try:
		answer = requests.get(web_url + file.file_url, timeout=30)
		assert answer.status_code == 200
		assert answer.headers["Content-Disposition"] == "attachment"
		assert answer.headers["Content-Security-Policy"].startswith("sandbox")
		assert answer.headers["X-Content-Type-Options"] == "nosniff"
	finally:
		file.delete()
		frappe.db.commit()
