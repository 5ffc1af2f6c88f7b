"""F1 to F4 under fire: a process that dies in the middle of saving, and two who approve one request at the same instant."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import frappe
import pytest

from meeting_crm.documents import blobs, jobs, rules
from meeting_crm.documents.permissions import DOCUMENT, VERSION
from meeting_crm.documents.seals import service as seals
from meeting_crm.tests import factories
from support.documents import as_user, make_document, make_seal
from support.pdf import make_pdf
from support.rest import error_of

DYING = """
import os, sys, frappe
os.chdir(sys.argv[1]); frappe.init(site=sys.argv[2]); frappe.connect(); frappe.set_user(sys.argv[3])
from meeting_crm.documents import service
if sys.argv[4] == "after the blob":
	service._get_living = lambda *args, **kwargs: os._exit(9)
	service.upload("sterbend.txt", None, sys.argv[5].encode())
service.upload("sterbend.txt", None, sys.argv[5].encode())
os._exit(9)
"""


@pytest.mark.parametrize("moment", ["after the blob", "before the commit"])
def test_a_process_that_dies_leaves_an_orphan_and_no_half_document(site, moment):
	user = factories.make_user()
	frappe.db.commit()
	word = factories.unique("sterbend")
	died = subprocess.run(
		[sys.executable, "-c", DYING, os.getcwd(), site, user, moment, word],
		capture_output=True,
		text=True,
		timeout=120,
	)
	assert died.returncode == 9, died.stderr[-2000:]
	frappe.db.rollback()
	sha256 = rules.hash_content(word.encode())
	assert blobs.get_path(sha256).read_bytes() == word.encode()
	assert not frappe.db.exists(DOCUMENT, {"owner": user}) and not frappe.db.exists(VERSION, {"sha256": sha256})
	os.utime(blobs.get_path(sha256), (0, 0))
	blobs.remove_orphans(jobs.get_known_hashes())
	assert not blobs.get_path(sha256).exists()


def test_two_who_approve_at_once_make_one_signature(site, rest):
	author, keeper = factories.make_user(), factories.make_user(None, "Meeting Manager")
	admin = factories.make_user(None, "Meeting Administrator")
	document = make_document(author, make_pdf(2), factories.unique("合同"))
	seal = make_seal(keeper, author)
	with as_user(author):
		request = seals.ask(document, seal, "签订合同")["request"]
	clients = [rest(user) for user in (keeper, admin, keeper)]
	with ThreadPoolExecutor(3) as pool:
		answers = list(
			pool.map(lambda client: client.call("meeting_crm.documents.api.approve_seal", request=request), clients)
		)
	assert sorted(answer.status_code for answer in answers) == [200, 417, 417], [error_of(answer) for answer in answers]
	frappe.db.rollback()
	assert frappe.db.count(VERSION, {"document": document, "sealed": 1}) == 1
	content = blobs.read(frappe.db.get_value(DOCUMENT, document, "sha256"))
	assert content.count(b"/ByteRange") == 1


def test_the_author_cannot_approve_over_rest(site, rest):
	author, keeper = factories.make_user(), factories.make_user(None, "Meeting Manager")
	stranger = factories.make_user()
	document = make_document(author, make_pdf(), factories.unique("合同"))
	seal = make_seal(keeper, author)
	with as_user(author):
		request = seals.ask(document, seal, "签订合同")["request"]
	for user in (author, stranger):
		answer = rest(user).call("meeting_crm.documents.api.approve_seal", request=request)
		assert answer.status_code == 403
	refused = rest(stranger).call(
		"meeting_crm.documents.api.request_seal", document=document, seal=seal, reason="x", riding=0
	)
	assert refused.status_code == 403
