"""Each benchmark starts, part by part, at sizes at which it measures nothing: what it calls is still there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.other_sites import WITH_THE_APP, OtherSite
from support.site import BENCH

FOLDER = Path(__file__).parent
LARGE, SMALL = "bench.localhost", "small.localhost"
ENTERPRISES = ["enterprises.py", "--site", LARGE, "--names", "{names}", "--queries", "{queries}", "--toy"]

# One run each prints all parts of a file; what is no part of that follows. In this order the sites suit the next.
RUNS = {
	"claims": ["claims.py", "--site", LARGE, "--small-site", SMALL, "--toy"],
	"enterprises": ENTERPRISES,
	"enterprises by size": [*ENTERPRISES, "--only", "fill", "--copies", "2", "--large-site", SMALL],
	"documents": ["documents.py", "--site", LARGE, "--toy"],
	"editors": ["editors.py", "--toy"],
	"executions": ["executions.py", "20", "20"],
	"gate": ["gate.py", "2"],
	"customers": ["customers.py", "--site", LARGE, "--small-site", SMALL, "--plans", "--toy"],
}
ELSEWHERE = {
	"administration.py",  # tests/site/test_administration_bench.py
	"backups.py",  # switches the site it is given to another database: by hand
}
SAID = {
	"claims": ("First pages", "Claims through HTTP", "Sweep", "Carry-over"),
	"enterprises": (
		"Import of a CSV", "A check beside the import", "The same rows beside", "Build", "Recall at 10", "Search among",
		"Throughput", "One entry and its commit", "Index",
	),
	"enterprises by size": ("enterprises and their lists", "Search by size"),
	"documents": ("first page, 200 documents", "search, nothing found"),
	"editors": ("text, a contract | save", "workbook, 5 × 3 | save"),
	"executions": ("rooming pdf, 20 attendees", "board, many / few"),
	"gate": ("a list of files: ", "our own screen: "),
	"customers": ("customers filled", "| who | list |", "records handed over", "holds nothing, "),
}  # fmt: skip

pytestmark = [
	pytest.mark.timeout(900),
	pytest.mark.skipif(not WITH_THE_APP.exists(), reason="benchmarks fill sites that script/test makes for them"),
]


@pytest.fixture(scope="module")
def sites(site):
	made = [OtherSite(name, WITH_THE_APP) for name in (LARGE, SMALL)]
	yield made
	for each in made:
		each.drop()


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, Path]:
	"""Names as companies have them, and two questions for them."""
	places, trades = ("上海", "青岛", "哈尔滨", "广州", "成都"), ("冷链物流", "会展服务", "食品机械", "生物技术")
	brands = [first + second for first in "恒达富冠光广贵国海汉" for second in "宏洪鸿华辉汇惠吉佳嘉"]
	names = [f"{place}{brand}{trade}有限公司" for brand in brands for place in places[:2] for trade in trades[:2]]
	folder = tmp_path_factory.mktemp("bench")
	(folder / "names.txt").write_text("\n".join(names), "utf-8")
	(folder / "queries.tsv").write_text("\n".join(f"{name[2:8]}\t{name}\tcore" for name in names[:2]), "utf-8")
	return {"names": folder / "names.txt", "queries": folder / "queries.tsv"}


def test_every_benchmark_is_run():
	others = (path for path in FOLDER.glob("*.py") if path != Path(__file__))
	programs = {path.name for path in others if "__main__" in path.read_text("utf-8")}
	assert programs == {run[0] for run in RUNS.values()} | ELSEWHERE


@pytest.mark.parametrize("name", RUNS)
def test_benchmark_starts(name, sites, files):
	program, *arguments = (part.format(**files) for part in RUNS[name])
	answer = subprocess.run(
		[sys.executable, FOLDER / program, *arguments],
		cwd=BENCH, env={**os.environ, "FRAPPE_BENCH_ROOT": str(BENCH), "MEETING_TEST_SITE": LARGE}, stdin=subprocess.DEVNULL,
		stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
	)  # fmt: skip
	assert answer.returncode == 0, answer.stdout[-4000:]
	missing = [words for words in SAID[name] if words not in answer.stdout]
	assert not missing, f"{missing} not in\n{answer.stdout[-4000:]}"
