"""Opening and saving in the browser, the server's part: `env/bin/python tests/bench/editors.py`. Texts beside python-docx and
workbooks beside openpyxl, which read and write the whole file, in the same run: medians of ROUNDS in milliseconds, and the ratio."""

import statistics
import sys
import time
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "apps" / "meeting_crm")]

SENTENCE = "甲方应当于本合同签订之日起七个工作日内向乙方支付合同总额的百分之三十作为定金，余款于会议开幕前付清。"
SIZES = {"a contract": (60, (50, 8)), "100 pages": (1_660, (1_000, 30)), "350 pages": (5_800, (5_000, 30))}
TOY_SIZES = {"a contract": (10, (5, 3))}
ROUNDS = 5


def main(is_toy: bool) -> None:
	print("| size | part | ours ms | whole file ms | ratio |")
	print("|---|---|---|---|---|")
	for size, (paragraphs, (rows, columns)) in (TOY_SIZES if is_toy else SIZES).items():
		rounds = 1 if is_toy else ROUNDS
		measure_text(f"text, {size}", paragraphs, rounds)
		measure_workbook(f"workbook, {rows:,} × {columns}", rows, columns, rounds)


def measure_text(size: str, count: int, rounds: int) -> None:
	from datetime import datetime

	from docx import Document

	from meeting_crm.documents.word import patching, reading

	book = Document()
	for _ in range(count):
		book.add_paragraph(SENTENCE)
	content = save(book)
	line = reading.WordFile(content).get_paragraphs()[count // 2]
	chars = [*(patching.Char(char) for char in line.text), patching.Char("新", True), patching.Char(reading.END)]
	edit = patching.Edit([line.id], [patching.Line(line.id, chars)])
	author = patching.Author("王芳", datetime(2026, 11, 27))

	def read_whole():
		return [paragraph.text for paragraph in Document(BytesIO(content)).paragraphs]

	def save_whole():
		whole = Document(BytesIO(content))
		whole.paragraphs[count // 2].add_run("新")
		return save(whole)

	def open_ours():
		word = reading.WordFile(content)
		return word.get_paragraphs(), word.close_to_outside().write()

	show(f"{size} | open", rounds, open_ours, read_whole)
	show(f"{size} | save", rounds, lambda: patching.patch(content, [edit], author), save_whole)


def measure_workbook(size: str, rows: int, columns: int, rounds: int) -> None:
	from openpyxl import Workbook, load_workbook

	from meeting_crm.documents.excel import patching, reading

	book = Workbook()
	for row in range(rows):
		book.active.append([f"单位{row}", *range(columns - 1)])
	content = save(book)
	change = patching.CellChange(book.active.title, rows // 2, 2, value=7)

	def read_whole():
		return [[cell.value for cell in row] for row in load_workbook(BytesIO(content)).active.iter_rows()]

	def save_whole():
		whole = load_workbook(BytesIO(content))
		whole.active.cell(rows // 2, 2).value = 7
		return save(whole)

	show(f"{size} | open", rounds, lambda: reading.read(content), read_whole)
	show(f"{size} | save", rounds, lambda: patching.patch(content, [change]), save_whole)


def save(book) -> bytes:
	target = BytesIO()
	book.save(target)
	return target.getvalue()


def show(title: str, rounds: int, ours, others) -> None:
	"""In turn, so that both find the machine alike."""
	pairs = [(clock(ours), clock(others)) for _ in range(rounds)]
	mine, theirs = (statistics.median(times) for times in zip(*pairs, strict=True))
	print(f"| {title} | {mine * 1000:.0f} | {theirs * 1000:.0f} | {mine / theirs:.2f} |", flush=True)


def clock(work) -> float:
	start = time.perf_counter()
	work()
	return time.perf_counter() - start


if __name__ == "__main__":
	main("--toy" in sys.argv)
