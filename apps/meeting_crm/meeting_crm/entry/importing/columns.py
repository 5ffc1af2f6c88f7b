"""Which column holds what, and one row as the enterprise it will be. No frappe import."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from meeting_crm.core import numbers
from meeting_crm.enterprises.rules import (
	NAME_LENGTH,
	Prepared,
	find_region_of_key,
	is_possible_name,
	normalise_name,
	prepare,
)

# Titles people write, in the order in which they win when several fit.
TITLES = {
	"full_name": "企业名称 公司名称 单位名称 客户名称 企业全称 公司全称 单位全称 全称 企业 公司 单位 名称 company companyname enterprise enterprisename fullname name",
	"alias": "简称 企业简称 公司简称 别名 alias shortname",
	"profile": "企业简介 公司简介 简介 主营业务 经营范围 主营产品 主营 业务 profile description business",
	"landline": "座机 固定电话 固话 公司电话 单位电话 联系电话 电话 landline telephone phone tel",
	"mobile": "公司手机 企业手机 手机 手机号 手机号码 移动电话 mobile cellphone",
	"email": "企业邮箱 公司邮箱 邮箱 电子邮箱 电子邮件 email mail",
	"fax": "传真 传真号 fax",
	"website": "网址 网站 官网 website url homepage",
	"address": "地址 公司地址 企业地址 单位地址 通讯地址 详细地址 address",
	"region": "地区 省份 区域 所在地 省市 region province",
	"person_name": "联系人 负责人 联系人姓名 姓名 法人 法定代表人 contact contactperson person responsibleperson",
	"position": "职务 职位 岗位 position title jobtitle",
	"person_mobile": "联系人手机 负责人手机 联系手机 contactmobile personmobile",
	"person_phone": "联系人电话 办公电话 负责人电话 contactphone officephone",
	"person_email": "联系人邮箱 负责人邮箱 contactemail",
	"remarks": "备注 说明 remarks remark note notes",
}
FIELDS = tuple(TITLES)
BASE = ("profile", "landline", "mobile", "email", "fax", "website", "address", "region")
PERSON = {
	"person_name": "person_name",
	"position": "position",
	"mobile": "person_mobile",
	"phone": "person_phone",
	"email": "person_email",
}
TEXTS = BASE[:-1]
KEYS = ("mobile_key", "phone_key")
ENTERPRISE_COLUMNS = ("enterprise_name", "name_key", "region", *TEXTS, *KEYS)
CONTACT_COLUMNS = (*PERSON, *KEYS)
MAX_TITLE_LENGTH = 30
# What stands in the column of names and is no company: titles repeated on each page, sums.
NO_NAMES = frozenset("合计 总计 小计 共计 序号 编号 total subtotal sum".split())
# What a title says besides what the column holds.
REMARKS_ON_TITLES = re.compile(r"[（(【\[][^）)】\]]*[）)】\]]|必填|选填|可不填|非必填|[*＊:：]")
# Words inside longer titles, such as 手机（联系人）; both must occur.
WORDS = (
	(("联系人", "手机"), "person_mobile"),
	(("负责人", "手机"), "person_mobile"),
	(("联系人", "电话"), "person_phone"),
	(("联系人", "邮"), "person_email"),
	(("联系人", "姓名"), "person_name"),
	(("联系人", "职"), "position"),
	(("联系", "手机"), "person_mobile"),
	(("手机", ""), "mobile"),
	(("传真", ""), "fax"),
	(("邮箱", ""), "email"),
	(("地址", ""), "address"),
	(("电话", ""), "landline"),
	(("经营", ""), "profile"),
)
PAIRS = tuple((words, name) for words, name in WORDS if all(words))
_KNOWN = {title: name for name, titles in TITLES.items() for title in titles.split()}


def fold_title(title: str) -> str:
	return re.sub(r"[\W_]+", "", normalise_name(title))


def guess_mapping(titles: Sequence[str], remembered: Mapping[str, str] | None = None) -> list[str | None]:
	"""The field of each column: as it was chosen the last time, else by its title. No field is given twice."""
	mapping = find_fields(titles, remembered or {})
	if "full_name" not in mapping:
		for place, title in enumerate(titles):
			if mapping[place] is None and re.search("名称|公司|企业|单位|company|name", title, re.IGNORECASE):
				mapping[place] = "full_name"
				break
	return mapping


def find_fields(titles: Sequence[str], remembered: Mapping[str, str]) -> list[str | None]:
	"""What titles say clearly."""
	used, fields = set(), []
	for title in titles:
		name = _find_field(title, remembered)
		name = None if name in used or name not in FIELDS else name
		used.add(name)
		fields.append(name)
	return fields


def get_template_titles(language: str) -> list[str]:
	"""One title per field: the first that Chinese lists use, or a plain English one."""
	return [
		next(title for title in titles.split() if title.isascii()).capitalize()
		if language == "en"
		else titles.split()[0]
		for titles in TITLES.values()
	]


def _find_field(title: str, remembered: Mapping[str, str]) -> str | None:
	folded, plain = fold_title(title), fold_title(REMARKS_ON_TITLES.sub("", title))
	if len(title) > MAX_TITLE_LENGTH:
		return None
	return (
		remembered.get(folded)
		or _KNOWN.get(folded)
		or _find_by_words(folded, PAIRS)
		or _KNOWN.get(plain)
		or _KNOWN.get(fold_title(title.rsplit(" ", 1)[-1]))
		or _find_by_words(plain, WORDS)
	)


def _find_by_words(title: str, wanted: Sequence[tuple[tuple[str, str], str]]) -> str | None:
	return next((name for words, name in wanted if all(word in title for word in words)), None)


def is_title(name: str) -> bool:
	folded = fold_title(name)
	return folded in _KNOWN or folded in NO_NAMES


def is_valid_mapping(mapping: Sequence[str | None]) -> bool:
	names = [name for name in mapping if name]
	return "full_name" in names and len(names) == len(set(names)) and set(names) <= set(FIELDS)


@dataclass
class ImportRow:
	"""A row as it will be entered, with what is wrong with it."""

	number: int
	cells: list[str]
	full_name: str = ""
	name_key: str = ""
	alias: str = ""
	remarks: str = ""
	base: dict = field(default_factory=dict)
	contacts: list[dict] = field(default_factory=list)
	problems: list[numbers.Problem] = field(default_factory=list)

	@cached_property
	def prepared(self) -> Prepared:
		return prepare(self.name_key)

	@cached_property
	def enterprise_values(self) -> tuple:
		"""In the order of ENTERPRISE_COLUMNS."""
		region = self.base.get("region") or find_region_of_key(self.name_key)
		return (self.full_name, self.name_key, region, *map(self.base.get, TEXTS), *find_number_keys(self.base))

	@cached_property
	def contact_values(self) -> list[tuple]:
		"""Of each contact, in the order of CONTACT_COLUMNS."""
		return [(*map(contact.get, PERSON), *find_number_keys(contact)) for contact in self.contacts]

	def add_people(self, people: Sequence[dict]) -> bool:
		"""Of a later row of the same company. Whether there were any new ones."""
		fresh = [person for person in people if person not in self.contacts]
		self.contacts += fresh
		self.__dict__.pop("contact_values", None)
		return bool(fresh)

	def prepare(self) -> None:
		"""Computes what the database will be told of this row, while it still writes the rows before."""
		if not self.problems:
			_computed = self.prepared, self.enterprise_values, self.contact_values


def read_row(number: int, cells: list[str], mapping: Sequence[str | None]) -> ImportRow:
	"""Only the name is required of an imported company; whatever else stands in the row must be possible."""
	values = {name: cell for name, cell in zip(mapping, cells, strict=False) if name and cell}
	row = ImportRow(number, cells, full_name=numbers.clean_name(values.get("full_name")))
	row.name_key = normalise_name(row.full_name)
	row.alias = numbers.clean_name(values.get("alias"))
	row.remarks = numbers.clean_long_text(values.get("remarks"))
	row.base = {name: text for name in BASE if (text := numbers.clean_field(name, values.get(name)))}
	person = {name: text for name, column in PERSON.items() if (text := numbers.clean_field(name, values.get(column)))}
	row.problems = numbers.find_name_problems(row.full_name)
	if not row.problems and is_title(row.full_name):
		row.problems = [numbers.Problem("full_name", "title", (row.full_name,))]
	if not row.problems and not is_possible_name(row.full_name):
		row.problems = [numbers.Problem("full_name", "too_long", (len(row.name_key), NAME_LENGTH))]
	if row.base:
		row.problems += find_base_problems(row.base)
	if person:
		row.contacts = [person]
		row.problems += numbers.find_contact_problems(person, position_required=False)
	return row


def find_number_keys(values: Mapping[str, str]) -> tuple[str | None, str | None]:
	keys = numbers.get_keys(values)
	return keys["mobile_key"], keys["phone_key"]


def find_base_problems(base: Mapping[str, str]) -> list[numbers.Problem]:
	problems = []
	for name, value in base.items():
		limit = numbers.TEXT_LENGTH if name in numbers.LONG_FIELDS else numbers.NAME_LENGTH
		if len(value) > limit:
			problems.append(numbers.Problem(name, "too_long", (len(value), limit)))
	return problems + numbers.find_impossible_numbers(
		{name: base.get(name) for name in ("landline", "mobile", "email", "fax")}
	)


def as_entry(row: ImportRow) -> dict:
	"""The row as the entry form would send it (A4)."""
	return {"full_name": row.full_name, **row.base, "contacts": row.contacts, "remarks": row.remarks}
