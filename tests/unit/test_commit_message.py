"""Which commit messages the hook lets through."""

import subprocess
import sys

import pytest

from script.checks.commit_message import find_problems
from support.site import ROOT

GOOD = "fix(claims): refuse a claim after the cool-down began\n\nTwo people could take it in the same second.\n"


@pytest.mark.parametrize(
	"message",
	[
		GOOD,
		f"# Please enter the message\n\n{GOOD}\n# Changes to be committed:\n",
		f"{GOOD}\n# ------------------------ >8 ------------------------\ndiff --git a/x b/x\n{'x' * 300}",
		"build(meeting_projects): bring dateutil\n\nIts own months were wrong in leap years.",
		"Merge branch 'main'",
		'Revert "feat(claims): x"\n\nThis reverts commit 0.',
		"fixup! fix(claims): x",
	],
)
def test_good_messages(message):
	assert find_problems(message) == []


@pytest.mark.parametrize(
	("message", "said"),
	[
		("", "Begin with type(room)"),
		("The list of claims shows a whole name\n\nWhy.", "Begin with type(room)"),
		("feature(claims): x\n\nWhy.", "Begin with type(room)"),
		("fix: x\n\nWhy.", "Begin with type(room)"),
		(f"fix(claims): {'x' * 60}\n\nWhy.", "has 73 characters"),
		("fix(claims): x.\n\nWhy.", "without a full stop"),
		("fix(claims): x", "gives the reason"),
		("fix(claims): x\n# only a comment\n", "gives the reason"),
		("fix(claims): x\nWhy.", "second line empty"),
		(f"fix(claims): x\n\n{'a word ' * 20}", "Wrap the body"),
	],
)
def test_bad_messages_hear_why(message, said):
	assert any(said in problem for problem in find_problems(message))


def test_the_hook_refuses(tmp_path):
	path = tmp_path / "COMMIT_EDITMSG"
	command = [sys.executable, ROOT / "script" / "checks" / "commit_message.py", path]
	path.write_text("wip")
	answer = subprocess.run(command, capture_output=True, text=True)
	assert answer.returncode == 1 and "cannot stay" in answer.stderr
	path.write_text(GOOD)
	assert subprocess.run(command).returncode == 0
