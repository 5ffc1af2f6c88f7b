"""The file of a backup: one tar that any tar program unpacks, with the parts, their checksums and a signature.

Parts come first, as they are made; `manifest.json` names each with its size and SHA-256, and `manifest.hmac` signs the
manifest with a key that never leaves its site. Knows no Frappe and starts no program.
"""

import hashlib
import hmac
import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import zstandard

FORMAT = 1
MANIFEST, SIGNATURE = "manifest.json", "manifest.hmac"
DATABASE, PUBLIC_FILES, PRIVATE_FILES, KEYS = (
	"database.sql.zst",
	"public-files.tar.zst",
	"private-files.tar.zst",
	"keys.json",
)
PARTS = (DATABASE, PUBLIC_FILES, PRIVATE_FILES, KEYS)
BLOCK = 512
CHUNK = 1 << 20
MAX_MANIFEST = 1 << 20
LEVEL = 3
INPUT = 4096
"""Bytes given to the decompressor at once: zeros grow by 32,000 times, so this bounds what a step may make in memory."""


class BadBundleError(Exception):
	"""The file cannot be used; `code` says why, `detail` names what."""

	def __init__(self, code: str, detail: str = ""):
		super().__init__(code, detail)
		self.code, self.detail = code, detail


@dataclass(frozen=True)
class Part:
	"""Where a part lies in the bundle."""

	offset: int
	size: int


class Digest:
	"""Passes bytes on and remembers how many they were and their checksum."""

	def __init__(self, target: BinaryIO | None = None):
		self.target, self.size, self._sha = target, 0, hashlib.sha256()

	def write(self, data: bytes) -> int:
		self._sha.update(data)
		self.size += len(data)
		if self.target:
			self.target.write(data)
		return len(data)

	def flush(self) -> None:
		pass

	@property
	def sha256(self) -> str:
		return self._sha.hexdigest()


class Writer:
	"""Writes a bundle at `path`. What is not finished by `close` is no bundle: it has no manifest."""

	def __init__(self, path: Path):
		self.file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
		self.parts: dict[str, dict] = {}

	@contextmanager
	def part(self, name: str) -> Iterator[Digest]:
		"""A part of unknown length: its header is written when it is complete."""
		start = self.file.tell()
		self.file.write(b"\0" * BLOCK)
		digest = Digest(self.file)
		yield digest
		self.file.write(b"\0" * (-digest.size % BLOCK))
		end = self.file.tell()
		self.file.seek(start)
		self.file.write(make_header(name, digest.size))
		self.file.seek(end)
		self.parts[name] = {"size": digest.size, "sha256": digest.sha256}

	@contextmanager
	def compressed_part(self, name: str) -> Iterator[BinaryIO]:
		compressor = zstandard.ZstdCompressor(level=LEVEL, threads=-1)
		with self.part(name) as digest, compressor.stream_writer(digest, closefd=False) as stream:  # type: ignore[arg-type]
			yield stream

	def add(self, name: str, content: bytes) -> None:
		with self.part(name) as digest:
			digest.write(content)

	def close(self, facts: dict, key: str) -> dict:
		"""Signs and completes. Returns the manifest."""
		manifest = {"format": FORMAT, **facts, "parts": dict(self.parts)}
		text = json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1).encode()
		self.add(MANIFEST, text)
		self.add(SIGNATURE, sign(text, key).encode())
		self.file.write(b"\0" * (2 * BLOCK))
		self.file.flush()
		os.fsync(self.file.fileno())
		self.file.close()
		return manifest


def make_header(name: str, size: int) -> bytes:
	entry = tarfile.TarInfo(name)
	entry.size, entry.mode = size, 0o600
	return entry.tobuf(tarfile.GNU_FORMAT)


def sign(manifest: bytes, key: str) -> str:
	return hmac.new(key.encode(), manifest, hashlib.sha256).hexdigest()


class Reader:
	"""A bundle that is there. Opening reads its table of contents and its manifest, no part."""

	def __init__(self, path: Path):
		self.path, self.parts = path, read_contents(path)
		if MANIFEST not in self.parts or SIGNATURE not in self.parts:
			raise BadBundleError("incomplete")
		self.manifest_text = self.read(MANIFEST)
		self.manifest = read_manifest(self.manifest_text)
		self.signature = self.read(SIGNATURE).decode(errors="replace")

	def read(self, name: str, limit: int = MAX_MANIFEST) -> bytes:
		part = self.parts[name]
		if part.size > limit:
			raise BadBundleError("damaged", name)
		with self.path.open("rb") as file:
			file.seek(part.offset)
			return file.read(part.size)

	def is_signed_with(self, key: str) -> bool:
		return hmac.compare_digest(self.signature.encode(), sign(self.manifest_text, key).encode())

	def verify(self, report=lambda done, total: None) -> None:
		"""Reads every part again: same length, same checksum, and each compressed stream ends well."""
		total = sum(part.size for part in self.parts.values()) or 1
		done = 0
		for name, facts in self.manifest["parts"].items():
			digest, part = Digest(), self.parts.get(name)
			if not part or part.size != facts["size"]:
				raise BadBundleError("damaged", name)
			for chunk in self.chunks(name):
				digest.write(chunk)
				done += len(chunk)
				report(done, total)
			if digest.sha256 != facts["sha256"]:
				raise BadBundleError("damaged", name)
			if name.endswith(".zst"):
				self._test(name)

	def _test(self, name: str) -> None:
		with self.open_part(name) as stream:
			while stream.read(CHUNK):
				pass

	def chunks(self, name: str) -> Iterator[bytes]:
		part = self.parts[name]
		with self.path.open("rb") as file:
			file.seek(part.offset)
			left = part.size
			while left and (chunk := file.read(min(CHUNK, left))):
				left -= len(chunk)
				yield chunk

	@contextmanager
	def open_part(self, name: str, watch=lambda done: None) -> Iterator["Decompressed"]:
		"""The decompressed stream of a part; `watch` is told the compressed bytes read."""
		with Decompressed(self.path, self.parts[name], watch) as stream:
			yield stream


def read_manifest(text: bytes) -> dict:
	try:
		manifest = json.loads(text)
		if manifest["format"] != FORMAT:
			raise BadBundleError("format", str(manifest["format"])[:20])
		for name, facts in manifest["parts"].items():
			if name not in PARTS or not isinstance(facts["size"], int) or not isinstance(facts["sha256"], str):
				raise BadBundleError("damaged", name[:40])
	except (ValueError, KeyError, TypeError, AttributeError):
		raise BadBundleError("damaged", MANIFEST) from None
	return manifest


def read_contents(path: Path) -> dict[str, Part]:
	"""{name: place}. Only plain files with names of ours are taken; anything else is no bundle of ours."""
	parts: dict[str, Part] = {}
	try:
		with tarfile.open(path, "r:") as archive:
			for entry in archive:
				if not entry.isreg() or entry.name not in (*PARTS, MANIFEST, SIGNATURE) or entry.name in parts:
					raise BadBundleError("strange", entry.name[:60])
				parts[entry.name] = Part(entry.offset_data, entry.size)
	except (tarfile.TarError, OSError, ValueError, EOFError):
		raise BadBundleError("incomplete") from None
	size = path.stat().st_size
	if any(part.offset + part.size > size for part in parts.values()):
		raise BadBundleError("incomplete")
	return parts


class Limited(io.RawIOBase):
	"""The bytes of one part of a file, as a file."""

	def __init__(self, path: Path, part: Part, watch):
		self.file, self.left, self.done, self.watch = path.open("rb"), part.size, 0, watch
		self.file.seek(part.offset)

	def readable(self) -> bool:
		return True

	def readinto(self, buffer) -> int:
		chunk = self.file.read(min(len(buffer), self.left))
		buffer[: len(chunk)] = chunk
		self.left -= len(chunk)
		self.done += len(chunk)
		self.watch(self.done)
		return len(chunk)

	def close(self) -> None:
		self.file.close()
		super().close()


class Decompressed(io.BufferedReader):
	"""A zstd or gzip stream that says `damaged` where it does not end well."""

	def __init__(self, path: Path, part: Part, watch=lambda done: None):
		self.source = Limited(path, part, watch)
		super().__init__(ZstdStream(self.source), CHUNK)

	def close(self) -> None:
		self.source.close()
		super().close()


class ZstdStream(io.RawIOBase):
	"""zstandard's own reader takes a stream that was cut for one that ended; this one tells."""

	def __init__(self, source: io.RawIOBase):
		self.source, self.buffer, self.place = source, b"", 0
		self.decompressor = zstandard.ZstdDecompressor().decompressobj()

	def readable(self) -> bool:
		return True

	def readinto(self, target) -> int:
		while self.place >= len(self.buffer):
			chunk = self.source.read(INPUT)
			if not chunk:
				if not self.decompressor.eof:
					raise BadBundleError("damaged")
				return 0
			self.buffer, self.place = self._decompress(chunk), 0
		size = min(len(target), len(self.buffer) - self.place)
		target[:size] = self.buffer[self.place : self.place + size]
		self.place += size
		return size

	def _decompress(self, chunk: bytes) -> bytes:
		"""A stream may be several frames, one after the other."""
		parts = []
		try:
			while chunk:
				if self.decompressor.eof:
					self.decompressor = zstandard.ZstdDecompressor().decompressobj()
				parts.append(self.decompressor.decompress(chunk))
				chunk = self.decompressor.unused_data if self.decompressor.eof else b""
		except zstandard.ZstdError:
			raise BadBundleError("damaged") from None
		return b"".join(parts)
