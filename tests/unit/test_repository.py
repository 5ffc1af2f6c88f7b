"""What a stranger meets first says what is true: links lead somewhere, versions agree, workflows call scripts that are there."""

import re

import pytest
import yaml

import meeting_crm
from support.site import ROOT

APP = ROOT / "apps" / "meeting_crm"
PAGES = [
	path
	for folder in (ROOT, ROOT / "docs", APP, ROOT / ".github", ROOT / "tests", ROOT / "config")
	for path in ([*folder.glob("*.md")] if folder in (ROOT, APP) else [*folder.rglob("*.md")])
]
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]+)(#[^)\s]*)?\)")
SCRIPT = re.compile(r"(?:script|\.ci)/[\w./-]+")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
	lost = [target for target, _anchor in LINK.findall(page.read_text("utf-8")) if not (page.parent / target).exists()]
	assert not lost


def test_the_newest_version_of_the_changelog_is_the_apps():
	newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
	assert newest and newest[1] == meeting_crm.__version__


@pytest.mark.parametrize("name", ["LICENSE", "CHANGELOG.md"])
def test_the_app_carries_what_the_repository_says(name):
	assert (APP / name).read_bytes() == (ROOT / name).read_bytes(), f"copy {name} into apps/meeting_crm"


@pytest.mark.parametrize("path", sorted((ROOT / ".github").rglob("*.yml")), ids=lambda path: path.name)
def test_workflows_and_forms_can_be_read_and_call_scripts_that_are_there(path):
	text = path.read_text("utf-8")
	assert yaml.safe_load(text)
	assert not [script for script in SCRIPT.findall(text) if not (ROOT / script).exists()]


def test_the_ci_runs_every_test():
	workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))
	steps = [step.get("run") for job in workflow["jobs"].values() for step in job["steps"]]
	assert ".ci/run" in steps
	assert '/../script/test" "$@"' in (ROOT / ".ci" / "run").read_text("utf-8")


def test_the_screenshots_of_the_listing_are_taken():
	names = re.findall(r"^\| \d \| `([^`]+)`", (ROOT / "docs" / "listing.md").read_text("utf-8"), re.MULTILINE)
	folders = (ROOT / "tests" / name for name in ("browser", "support"))
	taken = "".join(path.read_text("utf-8") for folder in folders for path in folder.glob("*.py"))
	assert len(names) == 6
	assert not [name for name in names if name.removeprefix("story-zh-") not in taken]
