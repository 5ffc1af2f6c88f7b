"""How the operation log is sealed (E7). Pure: a leaf per row, a Merkle root per seal (RFC 6962's prefixes), and each seal
bound to the one before it with a key that is not in the database."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

LEAF, NODE, ABSENT, PRESENT = b"\x00", b"\x01", b"\x00", b"\x01"
EMPTY_ROOT = b"\x00" * 32
MARK_BYTES = 12
"""A seal keeps this much of each row's leaf beside the root, to tell which row no longer fits: the root alone only tells that
one does not."""
NAME, BEFORE = 0, -2


def get_leaf(values: Sequence[object]) -> bytes:
	"""Each value with its length, so that no two rows have the same text."""
	parts = [LEAF]
	for value in values:
		if value is None:
			parts.append(ABSENT)
		else:
			text = str(value).encode()
			parts.append(PRESENT + len(text).to_bytes(8, "big") + text)
	return sha256(b"".join(parts)).digest()


def get_root(leaves: Sequence[bytes]) -> bytes:
	if not leaves:
		return EMPTY_ROOT
	level = list(leaves)
	while len(level) > 1:
		pairs = [sha256(NODE + level[at] + level[at + 1]).digest() for at in range(0, len(level) - 1, 2)]
		level = pairs + level[len(level) - len(level) % 2 :]
	return level[0]


def get_seal_hash(key: bytes, number: int, previous: str, root: str, row_count: int, marks: str) -> str:
	text = "\x1f".join((str(number), previous, root, str(row_count), sha256(marks.encode()).hexdigest()))
	return hmac.new(key, text.encode(), "sha256").hexdigest()


def get_signature(key: bytes, values: Iterable[object]) -> str:
	"""Of a record of removed rows: only whoever has the key can say that a removal was ordered."""
	return hmac.new(key, get_leaf(list(values)), "sha256").hexdigest()


def write_marks(leaves: Mapping[str, bytes]) -> str:
	return "\n".join(f"{name} {b64encode(leaf[:MARK_BYTES]).decode()}" for name, leaf in sorted(leaves.items()))


def read_marks(text: str | None) -> dict[str, bytes]:
	return {name: b64decode(mark) for name, mark in (line.rsplit(" ", 1) for line in (text or "").splitlines() if line)}


@dataclass
class Finding:
	"""What is wrong. `row`: name of the log row, where one row can be named."""

	kind: str
	seal: int | None = None
	row: str | None = None


@dataclass
class Seal:
	number: int
	row_count: int
	root: str
	previous: str
	seal_hash: str
	marks: str


@dataclass
class Checker:
	"""Takes the seals in their order with the rows that say they belong to them."""

	key: bytes
	findings: list[Finding] = field(default_factory=list)
	rows: int = 0
	removed: int = 0
	last: Seal | None = None

	def check(self, seal: Seal, leaves: Mapping[str, bytes], removed: Mapping[str, bytes], is_removed: bool) -> None:
		"""`removed`: leaves of rows taken out by order; `is_removed`: the whole seal was."""
		self._check_chain(seal)
		self.rows += len(leaves)
		if is_removed:
			self.removed += seal.row_count
			self.findings += [Finding("inserted", seal.number, name) for name in sorted(leaves)]
			return
		self.removed += len(removed)
		every = {**removed, **leaves}
		root = get_root([leaf for _name, leaf in sorted(every.items())])
		if root.hex() == seal.root and len(every) == seal.row_count:
			return
		named = list(self._name_rows(seal, every))
		self.findings += named or [Finding("seal", seal.number)]

	def _check_chain(self, seal: Seal) -> None:
		expected = self.last.number + 1 if self.last else 1
		for number in range(expected, min(seal.number, expected + 100)):
			self.findings.append(Finding("missing seal", number))
		previous = self.last.seal_hash if self.last else ""
		own = get_seal_hash(self.key, seal.number, seal.previous, seal.root, seal.row_count, seal.marks)
		is_next = seal.number == expected
		if own != seal.seal_hash or (is_next and seal.previous != previous):
			self.findings.append(Finding("seal", seal.number))
		self.last = seal

	def _name_rows(self, seal: Seal, every: Mapping[str, bytes]):
		marks = read_marks(seal.marks)
		for name in sorted(marks.keys() | every.keys()):
			if name not in every:
				yield Finding("deleted", seal.number, name)
			elif name not in marks:
				yield Finding("inserted", seal.number, name)
			elif every[name][:MARK_BYTES] != marks[name]:
				yield Finding("changed", seal.number, name)
