"""Lines for the person at the terminal."""

import sys
import time

STARTED = time.monotonic()


def say(text: str) -> None:
	print(f"[{time.monotonic() - STARTED:6.1f} s] {text}", flush=True)


def fail(text: str) -> None:
	print(f"\nError: {text}", file=sys.stderr, flush=True)
	raise SystemExit(1)
