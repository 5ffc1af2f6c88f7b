"""The closing words of a run. Cells of the permission matrix are no tests of their own: they are counted beside them."""

MATRIX = "tests/matrix/"
OUTCOMES = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")
MAX_ID_LENGTH = 40


def describe(names: set[str]) -> str:
	cells = sum(name.startswith(MATRIX) and name.endswith("]") for name in names)
	number = len(names) - cells
	tests = "1 test" if number == 1 else f"{number:,} tests"
	return f"{tests} and a permission matrix of {cells:,} cells" if cells else tests


def pytest_terminal_summary(terminalreporter):
	reports = (report for outcome in OUTCOMES for report in terminalreporter.stats.get(outcome, ()))
	if names := {report.nodeid for report in reports if hasattr(report, "nodeid")}:
		terminalreporter.write_line(describe(names))


def pytest_make_parametrize_id(val):
	"""A name as long as a page says no more than its beginning."""
	if isinstance(val, str) and len(val) > MAX_ID_LENGTH:
		return f"{val[:MAX_ID_LENGTH]}… ({len(val)} characters)".encode("unicode_escape").decode()
	return None
