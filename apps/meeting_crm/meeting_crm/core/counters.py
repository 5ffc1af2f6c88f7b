"""Counts and marks in Redis that nobody misses. While Redis is away nobody is counted and nobody is held up."""

from collections.abc import Callable

import frappe
from redis.exceptions import ConnectionError, TimeoutError


def count_up(key: str, seconds: int) -> int:
	"""How often `key` was counted, this time included, in the `seconds` since the first; 0 while nobody counts."""

	def count(cache, full_key: str) -> int:
		number = cache.incr(full_key)
		if number == 1:
			cache.expire(full_key, seconds)
		return number

	return _ask(count, key, 0)


def is_first(key: str, seconds: float) -> bool:
	"""Whether `key` was not marked in the last `seconds`; marks it."""
	return _ask(
		lambda cache, full_key: bool(cache.set(full_key, 1, nx=True, px=max(1, int(seconds * 1000)))), key, True
	)


def keep(key: str, seconds: int) -> None:
	"""What was counted under `key` is forgotten `seconds` from now, not from the first time."""
	_ask(lambda cache, full_key: cache.expire(full_key, seconds), key, None)


def mark(key: str, seconds: int) -> None:
	_ask(lambda cache, full_key: cache.set(full_key, 1, ex=seconds), key, None)


def is_marked(key: str) -> bool:
	return _ask(lambda cache, full_key: bool(cache.get(full_key)), key, False)


def forget(key: str) -> None:
	_ask(lambda cache, full_key: cache.delete(full_key), key, None)


def _ask(question: Callable, key: str, otherwise):
	cache = frappe.cache()
	try:
		return question(cache, cache.make_key(key))
	except (ConnectionError, TimeoutError):
		frappe.logger("meeting_crm").warning("Redis is away: nothing is counted")
		return otherwise
