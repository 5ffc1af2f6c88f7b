"""Holds a commit's message to `type(room): what`, 72 characters, and a body that gives the reason. Git's commit-msg hook."""

import re
import subprocess
import sys
from pathlib import Path

TYPES = ("feat", "fix", "refactor", "perf", "test", "docs", "build")
MAX_SUBJECT = 72
MAX_LINE = 100
SUBJECT = re.compile(rf"({'|'.join(TYPES)})\([a-z_]+\): \S.*")
WRITTEN_BY_GIT = ("Merge ", "Revert ", "fixup! ", "squash! ")
SCISSORS = "# ------------------------ >8 ------------------------"


def find_problems(message: str) -> list[str]:
	"""What is wrong with `message`; nothing when it can stay."""
	lines = [line.rstrip() for line in message.split(SCISSORS)[0].splitlines() if not line.startswith("#")]
	subject, *rest = "\n".join(lines).strip().split("\n")
	if subject.startswith(WRITTEN_BY_GIT):
		return []
	problems = []
	if not SUBJECT.fullmatch(subject):
		problems.append(f"Begin with type(room): what changes. The type is one of {', '.join(TYPES)}.")
	if len(subject) > MAX_SUBJECT:
		problems.append(
			f"The first line has {len(subject)} characters. Say it in {MAX_SUBJECT}; the rest belongs into the body."
		)
	if subject.endswith("."):
		problems.append("The first line ends without a full stop.")
	if not any(rest):
		problems.append("Add a body that gives the reason: what was wrong, or what this makes possible.")
	elif rest[0]:
		problems.append("Leave the second line empty.")
	if long := [line for line in rest if len(line) > MAX_LINE and " " in line]:
		problems.append(f"Wrap the body at {MAX_LINE} characters: {long[0][:40]}…")
	return problems


def read_messages(arguments: list[str]) -> dict[str, str]:
	"""By what one recognises them: the file that git gives its hook, or the commits of a range."""
	if arguments[0] != "--range":
		return {"The commit message": Path(arguments[0]).read_text("utf-8")}
	log = subprocess.run(
		["git", "log", "--no-merges", "-z", "--format=%h%n%B", arguments[1]], capture_output=True, text=True, check=True
	).stdout
	return {
		f"The message of {commit}": message
		for commit, message in (entry.split("\n", 1) for entry in log.split("\0") if entry)
	}


if __name__ == "__main__":
	refused = [
		"\n".join([f"{name} cannot stay:", *(f"- {problem}" for problem in problems)])
		for name, message in read_messages(sys.argv[1:]).items()
		if (problems := find_problems(message))
	]
	if refused:
		sys.exit("\n".join(refused))
