"""Which companies have a number that somebody types (C4)."""

from collections.abc import Mapping

import frappe
from frappe import _
from frappe.utils import escape_html

from meeting_crm.claims.statuses import name_with_status
from meeting_crm.core import numbers
from meeting_crm.core.problems import describe, get_label
from meeting_crm.customers.service import find_by_number


def check_numbers(values: Mapping[str, str], own_enterprise: str | None = None) -> list[dict]:
	"""C4, while typing: per field whether the number is possible, and which other enterprises have it, by
	name and status only."""
	answers = []
	for key in numbers.CHECKS:
		value = numbers.clean_text(values.get(key))
		if not value:
			continue
		problems = numbers.find_impossible_numbers({key: value})
		lookup = {"landline": "phone", "fax": None}.get(key, key)
		enterprises = find_by_number(**{lookup: value}) if lookup and not problems else []
		answers.append(
			{
				"field": key,
				"possible": not problems,
				"message": describe(problems[0]) if problems else None,
				"matches": name_with_status([name for name in enterprises if name != own_enterprise]),
			}
		)
	return answers


def warn_of_repeated_numbers(doc, method: str | None = None) -> None:
	"""C4: tells on save which other companies have a number just typed, by name and status only."""
	if doc.flags.by_service or frappe.flags.in_import or frappe.flags.in_migrate:
		return
	changed = {key: doc.get(key) for key in numbers.CHECKS if doc.get(key) and doc.has_value_changed(key)}
	enterprise = doc.get("enterprise") or frappe.db.get_value("Meeting Customer", doc.get("customer"), "enterprise")
	sentences = [
		_("{0} {1} is already recorded for {2} ({3}).").format(
			get_label(row["field"]),
			escape_html(changed[row["field"]]),
			escape_html(match["enterprise_name"]),
			_(match["status"]),
		)
		for row in (check_numbers(changed, enterprise) if changed else [])
		for match in row["matches"]
	]
	if sentences:
		frappe.msgprint("<br>".join(sentences), title=_("Number known already"), indicator="orange")
