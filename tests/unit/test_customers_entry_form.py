"""How numbers are compared and what an entry form must contain; no site needed."""

import pytest

from meeting_crm.core import numbers
from meeting_crm.enterprises.rules import looks_like_number, normalise_name
from meeting_crm.entry import rules as entry_rules

PHONE_KEYS = {
	"+86 138 0013 8000": "13800138000",
	"８６１３８００１３８０００": "13800138000",
	"013800138000": "13800138000",
	"0086-13800138000": "13800138000",
	"138-0013-8000": "13800138000",
	"13800138000 x12": "13800138000",
	"0535-6212345": "05356212345",
	"(0535)6212345转801": "05356212345",
	"（0535）6212345－801": "05356212345",
	"+86 535 6212345": "05356212345",
	"535-6212345": "05356212345",
	"86-10-62345678": "01062345678",
	"010-62345678-801": "01062345678",
	"010 6234 5678 分机 12": "01062345678",
	"6212345": "6212345",
	"400-123-4567": "4001234567",
	"400 820 8820 转 3": "4008208820",
	"+1 (415) 555-2671": "+14155552671",
	"001 415 555 2671": "+14155552671",
	"+44 (0)20 7946 0958": "+442079460958",
	"+44 20 7946 0958": "+442079460958",
	"+852 2345 6789": "+85223456789",
	"+39 06 6982 1234": "+390669821234",
	"+999 12345": "+99912345",
	"0535 6212345/6212346": "05356212345",
	"\u200b13800138000\u202c": "13800138000",
	"": None,
	"无": None,
	None: None,
}


@pytest.mark.parametrize("text", PHONE_KEYS)
def test_one_number_has_one_key_however_it_is_written(text):
	assert numbers.normalise_phone(text) == PHONE_KEYS[text]


def test_all_numbers_of_a_field_are_compared():
	assert numbers.get_number_keys("0535 6212345/6212346、13800138000") == ["05356212345", "05356212346", "13800138000"]
	assert numbers.get_number_keys("无") == []


@pytest.mark.parametrize(
	"text", ["电话：010-62345678", "Tel. 010—62345678", "手机 13800138000", "T:010－62345678转801"]
)
def test_a_number_with_the_word_before_it_is_one(text):
	assert numbers.is_possible_phone(text)
	assert looks_like_number(text)


@pytest.mark.parametrize("text", ["360安全科技", "1号店", "12345", "T3出行", "2026展览"])
def test_a_name_with_digits_is_no_number(text):
	assert not looks_like_number(text)


@pytest.mark.parametrize(
	("written", "stored"),
	[
		("买买提•艾力", "买买提·艾力"),
		("买买提．艾力", "买买提·艾力"),
		("买买提 ・ 艾力", "买买提·艾力"),
		("张　三", "张三"),
		("Ｊｏｈｎ  Smith", "John Smith"),
		("J. Smith", "J. Smith"),
		("⽅⼤\u3164同", "方大同"),
		("羅\ufe00大", "羅大"),
	],
)
def test_a_person_has_one_spelling(written, stored):
	assert numbers.clean_person_name(written) == stored
	assert numbers.clean_field("person_name", written) == stored


def test_a_person_is_looked_for_in_both_scripts():
	assert set(numbers.get_name_spellings("张伟")) == {"张伟", "張偉"}
	assert set(numbers.get_name_spellings("張偉")) == {"張偉", "张伟"}


def test_a_copied_radical_is_the_character_and_a_filler_is_nothing():
	assert numbers.clean_name("⾦⽯科技（北京）") == "金石科技（北京）"
	assert numbers.get_strange_characters(numbers.clean_name("⾦⽯科技")) == ""
	assert normalise_name("金石\u3164科技") == normalise_name("金石科技") == normalise_name("⾦⽯科技")


@pytest.mark.parametrize(
	"text", ["13800138000", "+86 13800138000", "+1 415 555 2671", "+49 170 1234567", "１３８００１３８０００"]
)
def test_possible_mobiles(text):
	assert numbers.is_possible_mobile(text)


@pytest.mark.parametrize(
	"text",
	[
		"1380013800",
		"138001380000",
		"23800138000",
		"12345",
		"0535-6212345",
		"138001380OO",
		"abc",
		"13800138000/13900139000",
		"+1 415 555",
		"+999 1234567",
	],
)
def test_impossible_mobiles(text):
	assert not numbers.is_possible_mobile(text)


@pytest.mark.parametrize(
	"text", ["0535-6212345", "02087654321", "95588", "6212345", "010-62345678转801", "0535-6212345/6212346"]
)
def test_possible_phones(text):
	assert numbers.is_possible_phone(text)


@pytest.mark.parametrize(
	"text", ["1", "12345", "0535", "05356212345678901234", "电话", "0535-abc1234", "' OR 1=1 --", "+86"]
)
def test_impossible_phones(text):
	assert not numbers.is_possible_phone(text)


@pytest.mark.parametrize(
	"text", ["A@B.com", " ｍａｉl.me@QQ.COM ", "a.b+c@sub.example.com.cn", "mailto:x@y.cn", "张三@公司.cn"]
)
def test_possible_emails(text):
	assert numbers.is_possible_email(text)


@pytest.mark.parametrize(
	"text", ["a b@c.com", "x@y", "@c.com", "a@", "a@b..com", "a@b.com;c@d.com", "<a@b.com>", "x" * 200 + "@b.com"]
)
def test_impossible_emails(text):
	assert not numbers.is_possible_email(text)


def test_emails_are_compared_without_case():
	assert numbers.normalise_email("Zhang.San@QQ.com") == numbers.normalise_email("mailto:zhang.san@qq.COM")


def form(**values):
	return {
		"full_name": "烟台恒达冷链物流有限公司（北京分公司）",
		"profile": "冷链",
		"landline": "0535-6212345",
		"mobile": "13800138000",
		"email": "info@example.com",
		"contacts": [{"person_name": "李总", "position": "总经理"}],
		**values,
	}


def problems(**values):
	return {
		(problem.field, problem.code, problem.row)
		for problem in entry_rules.find_problems(entry_rules.read_entry(form(**values)))
	}


def test_a_complete_form_has_no_problem():
	assert problems() == set()


def test_fax_stands_in_for_email():
	assert problems(email="", fax="0535-6212346") == set()
	assert problems(email="", fax="") == {("email", "email_or_fax", None)}


BAD_NAMES = {
	"": "missing",
	"   ": "missing",
	"长" * 10_000: "too_long",
	"恒达😀公司": "strange",
	"<b>恒达</b>": "strange",
	"'; DROP TABLE tabUser; --": "strange",
	"—— ——": "no_name",
	"恒": "no_name",
	"恒达\u0007公司": "strange",
}


@pytest.mark.parametrize("name", BAD_NAMES, ids=lambda name: repr(name[:12]))
def test_names_that_are_none(name):
	assert problems(full_name=name) == {("full_name", BAD_NAMES[name], None)}


@pytest.mark.parametrize(
	"name", ["O'Neil & Sons Ltd.", "3M中国有限公司", "上海“老凤祥”有限公司", "A.O.史密斯（中国）", "恒达·国际-物流"]
)
def test_names_that_companies_have(name):
	assert problems(full_name=name) == set()


def test_everything_wrong_is_said_at_once():
	assert problems(
		full_name="", profile="", landline="1", mobile="2", email="3", contacts=[{"person_name": "<i>", "mobile": "4"}]
	) == {
		("full_name", "missing", None),
		("profile", "missing", None),
		("landline", "impossible_phone", None),
		("mobile", "impossible_mobile", None),
		("email", "impossible_email", None),
		("person_name", "strange", 1),
		("position", "missing", 1),
		("mobile", "impossible_mobile", 1),
	}


@pytest.mark.parametrize("contacts", [None, [], "text", [{}], [{"person_name": ""}], 5])
def test_a_responsible_person_is_required(contacts):
	assert problems(contacts=contacts) == {("contacts", "no_contact", None)}


def test_long_texts_and_crowds_are_refused():
	assert problems(profile="x" * 10_001, remarks=["y" * 10_001]) == {
		("profile", "too_long", None),
		("remarks", "too_long", None),
	}
	assert problems(contacts=[{"person_name": "李总", "position": "总"}] * 51) == {("contacts", "too_many", None)}


@pytest.mark.parametrize(
	"remarks",
	["展会认识", ["展会认识"], [{"note": "展会认识"}], {"note": " 展会认识 "}],
	ids=["text", "list", "rows", "row"],
)
def test_remarks_come_in_several_shapes(remarks):
	assert entry_rules.read_entry(form(remarks=remarks)).remarks == ["展会认识"]
