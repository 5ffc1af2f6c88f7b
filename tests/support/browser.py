"""Chromium, logged in as a user. A page error fails the test; a failing test leaves a picture of each open page."""

import os
import shutil
from pathlib import Path

import pytest

from support.rest import PASSWORD
from support.site import BENCH, roll_back

ARGUMENTS = [
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
]
SCREEN = {"width": 1400, "height": 900}
LOCALES = {"zh": "zh-CN", "en": "en-US"}
SCREENSHOTS = Path(os.environ.get("MEETING_SCREENSHOTS", BENCH / "logs" / "screenshots"))


def find_chromium() -> str | None:
	"""The installed Chromium; None lets Playwright use its own."""
	if chosen := os.environ.get("CHROMIUM"):
		return chosen
	names = ("chromium", "google-chrome")
	return next((found for name in names if (found := shutil.which(name))), None)


def pytest_collection_modifyitems(items):
	"""On a busy machine Chromium now and then misses a moment: a browser test may try again, and the summary counts it."""
	for item in items:
		if "browser_page" in getattr(item, "fixturenames", ()):
			item.add_marker(pytest.mark.flaky(reruns=2))


def is_listening(part) -> bool:
	"""Whether Playwright still hears about a browser or window. A time limit or Ctrl-C that strikes inside one of its calls
	leaves it deaf: each further call would wait for ever."""
	return not part._dispatcher_fiber.dead


class Chromium:
	"""The one browser of a run; one left deaf is left alone, and the next test gets a new one."""

	browser = playwright = None

	def get(self):
		from playwright.sync_api import sync_playwright

		if not self.browser or not is_listening(self.browser):
			self.playwright = sync_playwright().start()
			self.browser = self.playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
		return self.browser

	def close(self) -> None:
		if self.browser and is_listening(self.browser):
			self.browser.close()
			self.playwright.stop()


@pytest.fixture(scope="session")
def chromium():
	running = Chromium()
	yield running
	running.close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
	report = (yield).get_result()
	setattr(item, f"report_{report.when}", report)


def take_shot(page, name: str) -> Path:
	SCREENSHOTS.mkdir(parents=True, exist_ok=True)
	path = SCREENSHOTS / f"{name}.png"
	page.screenshot(path=path)
	return path


@pytest.fixture
def screenshot():
	"""`screenshot(page, "name")` saves a picture below logs/screenshots (or MEETING_SCREENSHOTS)."""
	return take_shot


def note_refusal(errors: list[str], page, answer, meant: set[str]) -> None:
	"""The desk asks for nothing that the person may not have; where it does, a list of what is open has a gap."""
	if answer.status == 403 and "/api/" in answer.url and answer.url.rsplit(".", 1)[-1] not in meant:
		errors.append(
			f"{page.url}: refused {answer.request.method} {answer.url} {(answer.request.post_data or '')[:300]}"
		)


@pytest.fixture
def browser_page(request, web_url, chromium):
	"""`browser_page(user, lang="zh")`: a page in an own window, logged in, with relative addresses: page.goto("/app/…").
	`browser_page.meant`: functions of ours, by their last word, whose refusal belongs to the test."""
	import frappe

	opened = []
	errors = []

	def open_page(user: str, lang: str = "zh", password: str = PASSWORD):
		frappe.db.set_value("User", user, "language", lang)
		frappe.db.commit()
		frappe.clear_cache(user=user)
		context = chromium.get().new_context(
			base_url=web_url, viewport=SCREEN, locale=LOCALES.get(lang, lang), timezone_id="Asia/Shanghai"
		)
		opened.append(context)
		answer = context.request.post("/api/method/login", form={"usr": user, "pwd": password})
		assert answer.ok, f"{user} cannot log in: {answer.status} {answer.text()[:500]}"
		page = context.new_page()
		page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
		page.on("response", lambda answer: note_refusal(errors, page, answer, open_page.meant))
		return page

	open_page.meant = set()
	yield open_page
	failed = getattr(getattr(request.node, "report_call", None), "failed", True)
	for context in filter(is_listening, opened):
		for index, page in enumerate(context.pages if failed else ()):
			take_shot(page, f"failed-{request.node.name}-{index}")
		context.close()
	roll_back()
	assert failed or not errors, "The page reported errors:\n" + "\n".join(errors)
