"""The pool finds a name by any part of it: the lists of the duplicate check may not leave out what contains the part."""

import pytest

from meeting_crm.enterprises.search.parts import sure_pairs, terms_of_pair
from meeting_crm.enterprises.search.text import normalise_name, split_name
from meeting_crm.enterprises.search.tokens import terms_of_name

NAMES = (
	"重庆长安冷藏服务有限公司",
	"黑龙江省哈尔滨市龙工机械集团有限公司第二分公司",
	"上海有限公司",
	"驻马店市好想来食品店",
	"北京人工智能工作室",
	"厦门行者商行",
	"合肥合作社联合社",
	"柏林长发制冷(天津)股份有限公司",
	"Blue-Ocean 冷链3号仓库有限责任公司",
	"乐山乐业调味品厂",
)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_among_the_candidates_of_each_of_its_parts(name):
	key = normalise_name(name)
	listed = set(terms_of_name(split_name(key)))
	parts = [key[start:end] for start in range(len(key)) for end in range(start + 2, len(key) + 1)]
	for part in parts:
		assert all(terms_of_pair(pair) & listed for pair in sure_pairs(part)), part


@pytest.mark.parametrize(
	("part", "pairs"),
	[
		("冷链", ["冷链"]),
		("合肥", ["合肥"]),
		("人工智能", ["人工", "工智", "智能"]),
		("有限公司", []),
		("集团", []),
		("海尔集团", ["海尔"]),
		("化工作", []),
		("电工作业", ["电工", "工作", "作业"]),
		("鑫", []),
		("厂桥东", ["厂桥", "桥东"]),
		("厦门", []),
		("桥厂", []),
	],
)
def test_letters_that_may_belong_to_a_legal_form_are_not_relied_on(part, pairs):
	assert sure_pairs(part) == pairs
