"""Every word the app shows has its Chinese."""

import csv
import re
from pathlib import Path

import frappe
import frappe.translate
import pytest

import meeting_crm

OURS = Path(meeting_crm.__file__).parent / "translations" / "zh.csv"
PLACEHOLDER = re.compile(r"\{(\w*)\}")
NOT_WORDS = re.compile(r"[^A-Za-z]*|[A-Z]{2}-\.[.#A-Z-]+|eval:.*|\{\w*\}")


def rows(path: Path) -> list[list[str]]:
	with path.open(encoding="utf-8", newline="") as file:
		return [row for row in csv.reader(file) if row]


def messages() -> set[str]:
	"""Of the sources: in built files any function may have got the name of the translating one."""
	every = frappe.translate.get_messages_for_app("meeting_crm", deduplicate=False)
	found = {text for path, text, *_rest in every if "/dist/" not in (path or "")}
	modules = frappe.get_all("Module Def", filters={"app_name": "meeting_crm"}, pluck="name")
	found.update(modules)
	for workspace in frappe.get_all("Workspace", filters={"module": ["in", modules]}, pluck="name"):
		doc = frappe.get_doc("Workspace", workspace)
		found.add(doc.title)
		found.update(row.label for table in (doc.links, doc.shortcuts, doc.charts, doc.number_cards) for row in table)
	for doctype, field in (("Number Card", "label"), ("Dashboard Chart", "chart_name"), ("Notification", "subject")):
		found.update(frappe.get_all(doctype, filters={"module": ["in", modules]}, pluck=field))
	found.update(frappe.get_all("Role", filters={"name": ["like", "Meeting %"]}, pluck="name"))
	workflow = frappe.get_doc("Workflow", "Meeting Claim")
	found.update(row.state for row in workflow.states)
	found.update(row.action for row in workflow.transitions)
	return {message.strip() for message in found if message and not NOT_WORDS.fullmatch(message.strip())}


@pytest.mark.usefixtures("site")
def test_every_message_has_a_chinese_translation():
	ours = {row[0].strip() for row in rows(OURS)}
	frappes = frappe.translate.get_translations_from_apps("zh", apps=["frappe"])
	missing = sorted(message for message in messages() if message not in ours and not frappes.get(message))
	assert not missing, "no Chinese for:\n" + "\n".join(missing)


def test_translations_are_well_formed_and_keep_the_placeholders():
	problems = []
	seen = set()
	for number, row in enumerate(rows(OURS), start=1):
		if len(row) not in (2, 3) or not row[0].strip() or not row[1].strip():
			problems.append(f"line {number}: {row}")
			continue
		key = (row[0], row[2] if len(row) == 3 else "")
		if key in seen:
			problems.append(f"line {number}: {row[0]!r} stands twice")
		seen.add(key)
		if sorted(PLACEHOLDER.findall(row[0])) != sorted(PLACEHOLDER.findall(row[1])):
			problems.append(f"line {number}: the placeholders of {row[0]!r} are not those of {row[1]!r}")
	assert not problems, "\n".join(problems)
