"""Names, places, pinyin, scores and rows of the duplicate check, without a site."""

import pytest

from meeting_crm.enterprises import rules
from meeting_crm.enterprises.search.highlight import find_marks
from meeting_crm.enterprises.search.pinyin import encode, fold_syllable, initials, split_syllables
from meeting_crm.enterprises.search.ranking import Candidate, rank, read_query
from meeting_crm.enterprises.search.text import normalise_name, split_name
from meeting_crm.enterprises.search.tokens import terms_of_name
from meeting_crm.entry.importing.columns import as_entry, guess_mapping, is_valid_mapping, read_row


@pytest.mark.parametrize(
	("written", "same_as"),
	[
		("珍熙（太原）食品有限公司", "珍熙(太原)食品有限公司"),
		("３Ｍ中国有限公司", "3m 中国有限公司"),
		("煙臺恆瑞達冷鏈有限公司", "烟台恒瑞达冷链有限公司"),
		(" 烟台 恒瑞达-冷链·有限公司。", "烟台恒瑞达冷链有限公司"),
		("Ａbc　Ltd.", "ABC LTD"),
	],
)
def test_one_company_has_one_key_however_it_is_written(written, same_as):
	assert normalise_name(written) == normalise_name(same_as)


@pytest.mark.parametrize("written", ["", None, "（）", "😀", "—·。"])
def test_nothing_to_compare_is_no_name(written):
	assert normalise_name(written) == ""
	assert not rules.is_possible_name(written)


def test_a_legal_form_and_a_branch_make_another_company():
	keys = {normalise_name(name) for name in ("甲乙有限公司", "甲乙股份有限公司", "甲乙有限公司北京分公司")}
	assert len(keys) == 3


@pytest.mark.parametrize(
	("name", "rest", "core", "head"),
	[
		("临汾市乐瑞实业有限公司", "临汾市乐瑞实业", "乐瑞实业", "临汾市"),
		(
			"贵州省黔南布依族苗族自治州快高建材有限公司",
			"贵州省黔南布依族苗族自治州快高建材",
			"快高建材",
			"贵州省黔南布依族苗族自治州",
		),
		("喀什地区英吉沙县云和祥贸易股份有限公司", "喀什地区英吉沙县云和祥贸易", "云和祥贸易", "喀什地区英吉沙县"),
		("驻马店市中铁有限公司", "驻马店市中铁", "中铁", "驻马店市"),
		("荣昌食品有限公司", "荣昌食品", "荣昌食品", ""),
		("珍熙太原食品科技有限责任公司", "珍熙太原食品科技", "珍熙食品科技", ""),
		("上饶德培投资有限公司日喀则分公司", "上饶德培投资日喀则", "德培投资", "上饶"),
		("中国石油化工股份有限公司", "中国石油化工", "石油化工", "中国"),
		("上海有限公司", "上海", "上海", ""),
		("有限公司", "有限公司", "有限公司", ""),
	],
)
def test_a_name_falls_into_its_parts(name, rest, core, head):
	assert tuple(split_name(name)) == (rest, core, head)


@pytest.mark.parametrize(
	("name", "region"),
	[("烟台恒瑞达冷链有限公司", "烟台"), ("内蒙古自治区锡林郭勒盟蒙牛", "锡林"), ("恒瑞达冷链有限公司", None)],
)
def test_the_region_is_the_place_a_name_begins_with(name, region):
	assert rules.find_region(name) == region


def test_pinyin_reads_company_names_as_people_do():
	assert [encode(text) for text in ("重庆银行", "长沙音乐厂", "校长空调海参")] == [
		encode(text) for text in ("虫庆银杭", "常沙音月厂", "笑掌空条海深")
	]
	assert initials("重庆银行") == "cqyh"
	assert initials("六安朝阳冷藏") == "lazylc"
	assert encode("恒瑞") == encode("衡锐")
	assert encode("张山") == encode("臧三")
	assert fold_syllable("zhuang") == "zuan"


@pytest.mark.parametrize(
	("typed", "syllables"),
	[
		("hengruida", ["heng", "rui", "da"]),
		("panjinqianchilang", ["pan", "jin", "qian", "chi", "lang"]),
		("zhongshih", ["zhong", "shi"]),
		("sandonsouliezhe", ["san", "don", "sou", "lie", "zhe"]),
	],
)
def test_typed_letters_fall_into_syllables(typed, syllables):
	assert split_syllables(typed)[0] == syllables


@pytest.mark.parametrize("typed", ["hnjyglsm", "zzz", "bcdf"])
def test_initials_are_no_syllables(typed):
	assert not split_syllables(typed)


def test_terms_are_few_ascending_and_32_bit():
	terms = terms_of_name(split_name(normalise_name("烟台恒瑞达冷链物流有限公司")))
	assert terms == sorted(set(terms)) and len(terms) < 50
	assert terms[0] >= 0 and terms[-1] < 2**32


def candidate(name: str, kind: int = 0) -> Candidate:
	norm = normalise_name(name)
	return Candidate(1, "E", kind, norm, split_name(norm).core)


def best(typed: str, *names: str) -> tuple[str, str]:
	query = read_query(typed)
	weights = dict.fromkeys((query.coded[place : place + 2] for place in range(len(query.coded) - 1)), 1.0)
	matches = rank(query, [candidate(name) for name in names], weights)
	place = max(range(len(names)), key=lambda number: matches[number].score)
	return names[place], matches[place].reason


@pytest.mark.parametrize(
	("typed", "meant", "reason", "others"),
	[
		("中石化", "中国石油化工股份有限公司", "short", ["汉中石匠化妆品有限公司", "中化石油有限公司"]),
		("工行", "中国工商银行股份有限公司", "short", ["淄博化工商行", "工农行业杂志社有限公司"]),
		("国网", "国家电网有限公司", "short", ["国化官网有限公司"]),
		("上汽", "上海汽车集团股份有限公司", "short", ["太原上旋汽车用品有限公司"]),
		("恒锐达", "烟台恒瑞达冷链有限公司", "sound", ["烟台恒远冷链有限公司"]),
		("hrdll", "烟台恒瑞达冷链有限公司", "initials", ["烟台华润冷链有限公司"]),
		("zsh", "中国石油化工股份有限公司", "initials", ["烟台恒瑞达冷链有限公司"]),
		(
			"莹洮房地产开发",
			"嘉兴市莹露房地产开发厂",
			"similar",
			["烟台美涛房地产开发有限公司", "山东沂涛房地产开发公司"],
		),
		(
			"chenshijixie",
			"陈氏机械设备有限公司",
			"pinyin",
			["成都城市机械厂", "诚实机械有限公司", "宣城市绩溪盐业有限公司"],
		),
		("xinghe", "星河地产有限公司", "pinyin", ["鑫河有限公司", "新禾农业有限公司"]),
		("zongsen", "中盛机械有限公司", "pinyin", ["中山机械有限公司"]),
		("谜源汽车", "亨源汽车销售有限公司", "similar", ["东方冷链物流有限公司"]),
	],
)
def test_what_is_meant_wins(typed, meant, reason, others):
	assert best(typed, *others, meant) == (meant, reason)


@pytest.mark.parametrize("typed", ["", "a", "中", "（）"])
def test_less_than_two_letters_ask_nothing(typed):
	assert read_query(typed) is None


def test_marks_are_ranges_of_the_shown_name():
	shown = "珍熙（太原）食品"
	assert find_marks(read_query("珍熙太原"), "contains", shown) == [[0, 2], [3, 5]]
	assert find_marks(read_query("zxty"), "initials", shown) == [[0, 2], [3, 5]]


HELD = {"project": "P1", "project_name": "甲", "status": "Signed"}


@pytest.mark.parametrize(
	("held", "own", "rows"),
	[
		([], [], [(None, "Uncontacted", False)]),
		([], [("P2", "乙")], [("P2", "Uncontacted", True)]),
		([HELD], [], [("P1", "Signed", False)]),
		([HELD], [("P1", "甲")], [("P1", "Signed", False)]),
		([HELD], [("P2", "乙")], [("P2", "Uncontacted", True), ("P1", "Signed", False)]),
	],
)
def test_where_an_enterprise_stands(held, own, rows):
	places = rules.list_places(held, own, can_claim=True)
	assert [(row["project"], row["status"], row["claimable"]) for row in places] == rows
	assert not any(row["claimable"] for row in rules.list_places(held, own, can_claim=False))


@pytest.mark.parametrize(
	("counts", "limits", "too_fast"),
	[
		({"minute": 90, "day": 90}, (90, 3000), False),
		({"minute": 91, "day": 91}, (90, 3000), True),
		({"minute": 1, "day": 3001}, (90, 3000), True),
		({"minute": 999, "day": 9999}, (0, 0), False),
	],
)
def test_more_checks_than_a_person_types(counts, limits, too_fast):
	assert rules.is_too_fast(counts, *limits) is too_fast


@pytest.mark.parametrize(
	("typed", "teaches"),
	[("宇宙行", True), ("工商银行", False), ("yzh", False), ("行", False), ("中国工商银行烟台莱山区分理处", False)],
)
def test_only_what_a_name_does_not_say_is_learned(typed, teaches):
	assert rules.may_teach(typed, "中国工商银行股份有限公司") is teaches


def test_columns_are_known_by_their_titles():
	titles = ["序号", "单位名称", "联系人", "手机（联系人）", "固定电话", "E-mail", "经营范围（主）", "备注"]
	assert guess_mapping(titles) == [
		None,
		"full_name",
		"person_name",
		"person_mobile",
		"landline",
		"email",
		"profile",
		"remarks",
	]
	assert guess_mapping(["名称", "公司"])[0] == "full_name"
	assert guess_mapping(["甲"], {"甲": "full_name"}) == ["full_name"]


@pytest.mark.parametrize(
	("mapping", "valid"),
	[(["full_name"], True), ([None], False), (["full_name", "full_name"], False), (["full_name", "owner"], False)],
)
def test_a_mapping_needs_the_name_and_no_field_twice(mapping, valid):
	assert is_valid_mapping(mapping) is valid


def test_a_row_becomes_an_entry():
	row = read_row(7, ["甲乙 公司", "王", "13800138000", "x"], ["full_name", "person_name", "person_mobile", None])
	assert not row.problems and row.name_key == "甲乙公司"
	assert as_entry(row)["contacts"] == [{"person_name": "王", "mobile": "13800138000"}]
	assert [problem.code for problem in read_row(8, ["", "王", "12"], ["full_name", "person_name", "mobile"]).problems]
