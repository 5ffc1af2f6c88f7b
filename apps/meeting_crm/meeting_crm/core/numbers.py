"""How telephone numbers, e-mail addresses, names and texts are cleaned, compared (C4) and checked."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import phonenumbers
from opencc import OpenCC

from meeting_crm.core.texts import as_plain_text

NAME_LENGTH = 140


TEXT_LENGTH = 10_000


CHINESE_MOBILE = re.compile(r"1[3-9]\d{9}")


LANDLINE_WITH_AREA = re.compile(r"0(?:10|2\d)\d{8}|0[3-9]\d{2}\d{7,8}")


LOCAL_NUMBER = re.compile(r"[2-9]\d{6,7}")


SERVICE_NUMBER = re.compile(r"(?:400|800)\d{7}|(?:95|96)\d{3,6}")


EMAIL = re.compile(r"[^\s@<>()\[\]\\,;:\"]+@(?:[\w](?:[\w-]*[\w])?\.)+[\w-]*[a-z\d][\w-]*", re.IGNORECASE)


EXTENSION = re.compile(r"(?:转|轉|分机|分機|内线|內線|extension|ext|x|#)\s*[.:]?\s*\d{1,6}\s*$", re.IGNORECASE)


LABEL = re.compile(
	r"^(?:联系)?(?:电话|手机|座机|传真|热线|号码|telephone|tel|mobile|mob|phone|fax|t|m)(?:号码?)?\s*[.:：]?\s*(?=[\d+(])",
	re.IGNORECASE,
)
"""What people copy with a number."""


INVISIBLE = re.compile(
	"[\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]"
)
VARIANTS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Which drawing of a character is meant."""
COMPATIBLE = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\U0002f800-\U0002fa1f]")
"""Radicals and doubled ideographs that stand for a character, as PDF files give them when text is copied."""

HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
INTERPUNCT = re.compile(rf"\s*[·•‧∙⋅・･․﹒]\s*|(?<=[{HAN}])\s*[.．]\s*(?=[{HAN}])")
SPACE_IN_HAN = re.compile(rf"(?<=[{HAN}]) +(?=[{HAN}])")


SEVERAL = re.compile(r"\s*(?:/|,|;|、|\||\n|或)\s*")


STRANGE_IN_NAMES = frozenset("<>;\\`{}=^~|$")


STRANGE_CATEGORIES = frozenset({"Cc", "Cn", "Co", "Cs", "So", "Sk"})


def clean_text(text: object) -> str:
	"""`text` in NFKC (full-width digits and letters become plain ones), without invisible characters
	and surrounding space."""
	return as_plain_text(INVISIBLE.sub("", unicodedata.normalize("NFKC", str(text or "")))).strip()


def clean_name(text: object) -> str:
	"""A name as people wrote it (full-width brackets stay), with single spaces and nothing invisible."""
	plain = COMPATIBLE.sub(lambda found: unicodedata.normalize("NFKC", found.group()), str(text or ""))
	return " ".join(VARIANTS.sub("", INVISIBLE.sub("", plain)).split())


def clean_person_name(text: object) -> str:
	"""One spelling of a person's name: plain letters, one kind of interpunct, no space inside a Chinese name."""
	name = clean_name(unicodedata.normalize("NFKC", str(text or "")))
	return SPACE_IN_HAN.sub("", INTERPUNCT.sub("·", name))


@cache
def _get_converters() -> tuple[OpenCC, ...]:
	return OpenCC("t2s"), OpenCC("s2t")


def get_name_spellings(person_name: object) -> list[str]:
	"""As it is stored, and in simplified and traditional characters."""
	name = clean_person_name(person_name)
	return list(dict.fromkeys([name, *(converter.convert(name) for converter in _get_converters())])) if name else []


def clean_long_text(text: object) -> str:
	"""Paragraphs as people wrote them, without what cannot be seen."""
	return as_plain_text(INVISIBLE.sub("", str(text or ""))).strip()


def clean_field(fieldname: str, value: object) -> str:
	"""A field of a company or a person as it is stored, by whichever way it comes: form, import, REST, copy."""
	if fieldname in LONG_FIELDS:
		return clean_long_text(value)
	if fieldname == "person_name":
		return clean_person_name(value)
	if fieldname in NAME_FIELDS:
		return clean_name(value)
	return clean_text(value)


def clean_fields(record, fieldnames: Iterable[str]) -> None:
	"""In place, where something stands."""
	for fieldname in fieldnames:
		if record.get(fieldname):
			record.set(fieldname, clean_field(fieldname, record.get(fieldname)))


def normalise_mobile(text: object) -> str | None:
	"""The key under which mobile numbers are compared: eleven digits for a Chinese mobile, `+` and digits
	for a foreign one; None where there is no digit."""
	return normalise_phone(text)


def normalise_phone(text: object) -> str | None:
	"""The key under which telephone numbers are compared: area code with its 0 and number, without country
	code 86, separators and extension, so that one switchboard is one key (C4). Of several numbers in one
	field the first counts. None where there is no digit."""
	parts = split_numbers(text)
	return _key_of_one_number(parts[0]) if parts else None


def get_number_keys(text: object) -> list[str]:
	"""The keys of all numbers in one field, each once. What follows a landline has its area code."""
	keys: list[str] = []
	for part in split_numbers(text):
		key = _key_of_one_number(part)
		if key and keys and LOCAL_NUMBER.fullmatch(key) and LANDLINE_WITH_AREA.fullmatch(keys[0]):
			key = keys[0][: -len(key)] + key
		if key:
			keys.append(key)
	return list(dict.fromkeys(keys))


def split_numbers(text: object) -> list[str]:
	return [part for part in SEVERAL.split(clean_text(text)) if part]


def _key_of_one_number(text: str) -> str | None:
	text = EXTENSION.sub("", text)
	groups = re.findall(r"\d+", text)
	digits = "".join(groups)
	if not digits:
		return None
	if text.lstrip("( ").startswith("+") or digits.startswith("00"):
		digits = digits.removeprefix("00")
		if not digits.startswith("86"):
			return _foreign(digits)
		return _national(groups, digits.removeprefix("86"))
	if digits.startswith("86") and (CHINESE_MOBILE.fullmatch(digits[2:]) or len(digits) >= 11):
		return _national(groups, digits[2:])
	return _national(groups, digits)


def _foreign(digits: str) -> str:
	"""As it is dialled from abroad: without the 0 that people write after their country's code."""
	number = _parse_foreign(digits)
	return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if number else "+" + digits


def _parse_foreign(digits: str) -> phonenumbers.PhoneNumber | None:
	try:
		return phonenumbers.parse("+" + digits)
	except phonenumbers.NumberParseException:
		return None


def _is_possible_foreign(key: str) -> bool:
	number = _parse_foreign(key[1:]) if key.startswith("+") else None
	return bool(number and phonenumbers.is_possible_number(number))


def _national(groups: list[str], digits: str) -> str:
	digits = _without_trailing_extension(groups, digits)
	if CHINESE_MOBILE.fullmatch(digits):
		return digits
	if digits.startswith("0") and CHINESE_MOBILE.fullmatch(digits[1:]):
		return digits[1:]
	if not digits.startswith("0") and LANDLINE_WITH_AREA.fullmatch("0" + digits) and len(digits) > 8:
		return digits if SERVICE_NUMBER.fullmatch(digits) else "0" + digits
	return digits


def _without_trailing_extension(groups: list[str], digits: str) -> str:
	"""010-62345678-801: the last group is an extension where the rest is already a whole number."""
	if len(groups) < 2 or _is_national(digits):
		return digits
	rest = digits[: -len(groups[-1])]
	return rest if len(groups[-1]) <= 6 and _is_national(rest) else digits


def _is_national(digits: str) -> bool:
	return any(
		pattern.fullmatch(candidate)
		for pattern in (CHINESE_MOBILE, LANDLINE_WITH_AREA, LOCAL_NUMBER, SERVICE_NUMBER)
		for candidate in (digits, "0" + digits)
		if pattern is LANDLINE_WITH_AREA or candidate == digits
	)


def normalise_email(text: object) -> str | None:
	"""Lower case, without `mailto:`; None where nothing is left."""
	return clean_text(text).casefold().removeprefix("mailto:").strip() or None


def is_possible_mobile(text: object) -> bool:
	key = normalise_mobile(text)
	return bool(
		key
		and len(split_numbers(text)) == 1
		and not _has_letters(without_words(clean_text(text)))
		and (CHINESE_MOBILE.fullmatch(key) or _is_possible_foreign(key))
	)


def is_possible_phone(text: object) -> bool:
	"""Could somebody be called there: a landline with or without area code, a service number, a mobile or
	a foreign number. Several numbers are divided by / , ; or 、 and each must be possible."""
	parts = split_numbers(text)
	return bool(parts) and all(map(_is_one_possible_phone, parts))


def _is_one_possible_phone(part: str) -> bool:
	if _has_letters(without_words(part)):
		return False
	key = _key_of_one_number(part)
	patterns = (CHINESE_MOBILE, LANDLINE_WITH_AREA, LOCAL_NUMBER, SERVICE_NUMBER)
	if not key:
		return False
	return any(pattern.fullmatch(key) for pattern in patterns) or _is_possible_foreign(key)


def without_words(text: str) -> str:
	"""A number without the word before it and the extension behind it."""
	return EXTENSION.sub("", LABEL.sub("", text))


def _has_letters(text: str) -> bool:
	return any(character.isalpha() for character in text)


def is_possible_email(text: object) -> bool:
	key = normalise_email(text)
	return bool(key and len(key) <= NAME_LENGTH and EMAIL.fullmatch(key))


def get_keys(values: Mapping) -> dict[str, str | None]:
	"""The three comparison keys of a record that has numbers; a landline stands in for a phone."""
	return {
		"mobile_key": _fitting(normalise_mobile(values.get("mobile"))),
		"phone_key": _fitting(normalise_phone(values.get("phone") or values.get("landline"))),
		"email_key": _fitting(normalise_email(values.get("email"))),
	}


def _fitting(key: str | None) -> str | None:
	return key[:NAME_LENGTH] if key else None


def get_strange_characters(name: str) -> str:
	"""Characters no company or person is called by (emoji, control characters, code), each once."""
	return "".join(
		dict.fromkeys(
			character
			for character in name
			if character in STRANGE_IN_NAMES or unicodedata.category(character) in STRANGE_CATEGORIES
		)
	)


@dataclass(frozen=True)
class Problem:
	"""One thing wrong in what somebody typed. `code` names the message in errors.py."""

	field: str
	code: str
	values: tuple = ()
	row: int | None = None
	label: str = ""
	"""Of a field that only the caller knows."""


BASE_FIELDS = ("profile", "landline", "mobile", "email", "fax", "website", "address", "region")


CONTACT_FIELDS = ("person_name", "position", "mobile", "phone", "email")


LONG_FIELDS = frozenset({"profile", "address"})
NAME_FIELDS = frozenset({"person_name", "position"})


def find_name_problems(full_name: str) -> list[Problem]:
	if not full_name:
		return [Problem("full_name", "missing")]
	if len(full_name) > NAME_LENGTH:
		return [Problem("full_name", "too_long", (len(full_name), NAME_LENGTH))]
	if strange := get_strange_characters(full_name):
		return [Problem("full_name", "strange", (strange,))]
	if sum(character.isalnum() for character in full_name) < 2:
		return [Problem("full_name", "no_name")]
	return []


CHECKS = {
	"mobile": (is_possible_mobile, "impossible_mobile"),
	"phone": (is_possible_phone, "impossible_phone"),
	"landline": (is_possible_phone, "impossible_phone"),
	"fax": (is_possible_phone, "impossible_phone"),
	"email": (is_possible_email, "impossible_email"),
}


def find_impossible_numbers(values: Mapping, row: int | None = None) -> list[Problem]:
	return [
		Problem(key, code, (shorten(values[key]),), row)
		for key, (is_possible, code) in CHECKS.items()
		if values.get(key) and not is_possible(values[key])
	]


def shorten(text: object, length: int = 60) -> str:
	text = str(text)
	return text if len(text) <= length else text[: length - 1] + "…"


def find_contact_problems(contact: Mapping, row: int | None = None, position_required: bool = True) -> list[Problem]:
	problems = []
	for key in ("person_name", "position"):
		text = clean_name(contact.get(key))
		if not text:
			if key == "person_name" or position_required:
				problems.append(Problem(key, "missing", row=row))
		elif len(text) > NAME_LENGTH:
			problems.append(Problem(key, "too_long", (len(text), NAME_LENGTH), row))
		elif strange := get_strange_characters(text):
			problems.append(Problem(key, "strange", (strange,), row))
	return problems + find_impossible_numbers({key: contact.get(key) for key in ("mobile", "phone", "email")}, row)
