"""Values that tell about one person, as the operation log keeps them: ciphertext under a key per record (G3). The law wants
them gone when their purpose is over, and a sealed log would keep them for ever: destroying the key erases them, and every
seal stays valid. The keys lie in `tabMeeting Personal Key`, which a restore does not exchange."""

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256

import frappe
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from frappe.utils import now_datetime

from meeting_crm.core.database import insert_rows

TABLE = "tabMeeting Personal Key"
HIDDEN = "_personal"
ERASED = "_erased"
KEY_BYTES, NONCE_BYTES = 16, 12

_KEYS_OF_NUMBERS = ("mobile_key", "phone_key", "email_key")
# the register of personal fields: a test finds a field that looks like one and is not here
FIELDS: dict[str, tuple[str, ...]] = {
	"Meeting Contact": ("person_name", "gender", "mobile", "phone", "email", "wechat", "birthday", *_KEYS_OF_NUMBERS),
	"Meeting Customer": ("landline", "mobile", "email", "fax", *_KEYS_OF_NUMBERS),
	"Meeting Enterprise": ("landline", "mobile", "email", "fax", "contacts", *_KEYS_OF_NUMBERS),
	"Meeting Invoice Title": ("phone", "email", "mobile", "recipient", "recipient_mobile"),
	"Meeting Invoice": ("phone", "email", "mobile", "recipient"),
	"Meeting Shipment": ("recipient", "mobile"),
	"Meeting Execution": (
		"handler",
		"handler_mobile",
		"invoice_email",
		"title_phone",
		"recipient",
		"recipient_mobile",
		"attendees",
	),
}
ROWS_OF_PEOPLE = frozenset({"Meeting Enterprise", "Meeting Execution"})
"""Record types whose tables list people: rows that came, went or changed are hidden whole."""
TABLE_CHANGES = ("added", "removed", "row_changed")

Record = tuple[str, str]


def get_key_name(record: Record) -> str:
	return sha256("\x1f".join(record).encode()).hexdigest()[:32]


def get_hidden_fields(doctype: str) -> tuple[str, ...]:
	return (*FIELDS.get(doctype, ()), *(TABLE_CHANGES if doctype in ROWS_OF_PEOPLE else ()))


def is_told(doctype: str, values: Mapping | None) -> bool:
	"""Whether `values` tell something about a person."""
	return bool(values) and any(values.get(field) for field in get_hidden_fields(doctype))


def make_keys(records: Iterable[Record]) -> dict[Record, bytes]:
	"""The key of each record; one that has none gets one, in the caller's transaction. A record whose key was destroyed gets a
	new one: what it tells from then on is readable again."""
	names = {get_key_name(record): record for record in records}
	if not names:
		return {}
	known = _read(names)
	missing = names.keys() - known.keys()
	if missing:
		now = now_datetime()
		who = dict.fromkeys(("owner", "modified_by"), "Administrator")
		rows = [(name, *names[name], b64encode(os.urandom(KEY_BYTES)).decode()) for name in sorted(missing)]
		columns = ["name", "record_type", "record_name", "secret"]
		insert_rows(TABLE, columns, rows, ignore_duplicates=True, same={"creation": now, "modified": now, **who})
		known |= _read(missing, "lock in share mode")  # why: another transaction may have made it meanwhile
	return {names[name]: key for name, key in known.items()}


def read_keys(records: Iterable[Record]) -> dict[Record, bytes]:
	names = {get_key_name(record): record for record in records}
	return {names[name]: key for name, key in _read(names).items()} if names else {}


def _read(names: Iterable[str], locking: str = "") -> dict[str, bytes]:
	rows = frappe.db.sql(f"select name, secret from `{TABLE}` where name in %s {locking}", [list(names)])
	return {name: b64decode(secret) for name, secret in rows}


def destroy_keys(records: Iterable[Record]) -> int:
	names = [get_key_name(record) for record in records]
	if not names:
		return 0
	frappe.db.sql(f"delete from `{TABLE}` where name in %s", [names])
	return len(names)


def hide(doctype: str, values: dict | None, key: bytes | None) -> dict | None:
	"""`values` with what is personal as one ciphertext."""
	if not key or not is_told(doctype, values):
		return values
	fields = [field for field in get_hidden_fields(doctype) if field in values]
	plain = json.dumps({field: values[field] for field in fields}, ensure_ascii=False, default=str).encode()
	nonce = os.urandom(NONCE_BYTES)
	text = b64encode(nonce + AESGCM(key).encrypt(nonce, plain, None)).decode()
	return {**{field: value for field, value in values.items() if field not in fields}, HIDDEN: text}


def reveal(values: dict, key: bytes | None) -> dict:
	"""The opposite. Without the key, or with another one, the values say that something was erased."""
	if HIDDEN not in values:
		return values
	rest = {field: value for field, value in values.items() if field != HIDDEN}
	raw = b64decode(values[HIDDEN])
	try:
		return (
			{**rest, **json.loads(AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], None))}
			if key
			else _erased(rest)
		)
	except InvalidTag:
		return _erased(rest)


def _erased(values: dict) -> dict:
	return {**values, ERASED: 1}
