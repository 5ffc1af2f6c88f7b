"""What the benchmarks share: where the sites are, how one is connected, how tables look, and sizes at which each part only starts."""

import os
import sys
from pathlib import Path

import frappe
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
SITES = Path(os.environ.get("FRAPPE_BENCH_ROOT", ROOT)) / "sites"
TOY_OPTION = "--toy"
TOY = TOY_OPTION in sys.argv
"""Read before the arguments: constants depend on it, also in processes that a benchmark starts."""

sys.path[:0] = [str(ROOT / "script"), str(ROOT / "tests"), str(Path(__file__).resolve().parent)]


def sized(full, toy):
	return toy if TOY else full


def add_toy(parser) -> None:
	parser.add_argument(
		TOY_OPTION, action="store_true", help="so small that a test can run it; its figures mean nothing"
	)


def connect(site: str) -> None:
	os.environ.setdefault("FRAPPE_BENCH_ROOT", str(ROOT))
	os.chdir(SITES)
	frappe.init(site=site, sites_path=str(SITES))
	frappe.connect()
	frappe.set_user("Administrator")
	frappe.flags.mute_emails = True
	frappe.db.MAX_WRITES_PER_TRANSACTION = 10**9


def show(title: str, rows: list[tuple]) -> None:
	print(f"\n## {title}\n")
	widths = [max(len(str(row[place])) for row in rows) for place in range(len(rows[0]))]
	for number, row in enumerate(rows):
		print("| " + " | ".join(str(cell).ljust(width) for cell, width in zip(row, widths, strict=True)) + " |")
		if number == 0:
			print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
	sys.stdout.flush()


def milliseconds(seconds: float) -> str:
	return f"{seconds * 1000:.1f}"


def percentiles(seconds: list[float]) -> tuple[str, str, str]:
	return tuple(f"{np.percentile(seconds, point) * 1000:.1f}" for point in (50, 95, 99))
