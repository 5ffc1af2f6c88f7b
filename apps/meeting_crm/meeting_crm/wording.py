"""Sentences that are put together from parts."""

from collections.abc import Iterable
from functools import reduce

from frappe import _


def with_reason(sentence: str, reason: str | None, language: str | None = None) -> str:
	reason = (reason or "").strip()
	return _("{0}: {1}", language).format(sentence, reason) if reason else sentence


def join_words(words: Iterable[str], language: str | None = None) -> str:
	"""A list within a sentence, divided as the reader's language divides it."""
	return reduce(lambda listed, word: _("{0}, {1}", language).format(listed, word), words)
