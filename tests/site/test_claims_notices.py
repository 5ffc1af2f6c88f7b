"""What people are told is in their own language, whoever caused it."""

import frappe
import pytest
from frappe.utils import add_days, now_datetime

from meeting_crm.core.wording import format_instant
from meeting_crm.customers import reviewing, sharing
from meeting_crm.entry import checks
from meeting_crm.tests.factories import make_customer, make_user


@pytest.fixture
def reader(site):
	user = make_user(None, "Meeting Administrator")
	frappe.db.set_value("User", user, "language", "zh")
	frappe.clear_document_cache("User", user)
	return user


@pytest.fixture
def actor(site):
	user = make_user()
	frappe.set_user(user)
	frappe.local.lang = "en"
	return user


def be_shared(reader: str, actor: str) -> str:
	sharing.share("Meeting Customer", make_customer(actor), [reader])
	return "与您共享"


def be_shared_for_a_time(reader: str, actor: str) -> str:
	sharing.share("Meeting Customer", make_customer(actor), [reader], until=add_days(now_datetime(), 1))
	return "与您共享"


def have_a_file_reviewed(reader: str, actor: str) -> str:
	reviewing.review(make_customer(reader), "Rejected", "电话是空号")
	return "已被驳回：电话是空号"


def be_asked_to_delete(reader: str, actor: str) -> str:
	reviewing.request_deletion(make_customer(actor), "duplicate")
	return "duplicate"


def have_a_request_decided(reader: str, actor: str) -> str:
	frappe.set_user(reader)
	request = reviewing.request_deletion(make_customer(reader), "重复")
	frappe.set_user(actor)
	reviewing.decide_deletion(request, approve=False, answer="still needed")
	return "未予删除：still needed"


def hear_of_hasty_checks(reader: str, actor: str) -> str:
	checks.report_haste(actor, {"day": 400, "minute": 60}, now_datetime())
	return "今日查重"


@pytest.mark.parametrize(
	"happens",
	[
		be_shared,
		be_shared_for_a_time,
		have_a_file_reviewed,
		be_asked_to_delete,
		have_a_request_decided,
		hear_of_hasty_checks,
	],
)
def test_notices_speak_the_language_of_their_reader(reader, actor, happens):
	words = happens(reader, actor)
	told = frappe.get_all("Notification Log", {"for_user": reader}, order_by="creation desc", pluck="subject")
	assert told and words in told[0]


def test_an_instant_is_told_on_the_clock_and_in_the_language_of_its_reader(reader):
	year = now_datetime().year
	for zone, language, instant, told in (
		("America/New_York", "zh", f"{year}-11-23 09:30:28", "11月22日 20:30"),
		(None, "zh", f"{year}-11-23 09:30:28", "11月23日 09:30"),
		(None, "en", f"{year}-11-23 09:30:28", "23 Nov 09:30"),
		(None, "zh", "2019-01-05 09:03:28", "2019年1月5日 09:03"),
		(None, "en", "2019-01-05 09:03:28", "5 Jan 2019 09:03"),
	):
		frappe.db.set_value("User", reader, {"time_zone": zone, "language": language})
		frappe.clear_document_cache("User", reader)
		assert format_instant(instant, reader) == told
