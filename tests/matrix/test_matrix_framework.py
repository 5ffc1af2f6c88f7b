"""Every function that the framework offers, called with the names of foreign records: generated from the framework's own
list, so that a function which a later version brings is tried at once. Nobody gets a planted word; nothing foreign changes."""

import inspect
import json
import pkgutil
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from threading import local
from types import SimpleNamespace
from urllib.parse import quote

import frappe
import pytest

from meeting_crm.gate.commands import is_open, read_list
from meeting_crm.gate.request import get_full_name
from support.matrix import KINDS
from support.matrix_asking import assert_nothing_leaks
from support.rest import RestClient

STRANGERS = ("guest", "salesperson of the project", "manager of others", "finance", "logistics", "share ran out")
ENDS_THE_SESSION = frozenset({"frappe.handler.logout", "frappe.handler.web_logout", "frappe.sessions.clear"})
ASKED_KINDS = ("file", "contact", "claim", "activity")


def get_whitelisted() -> dict[str, object]:
	"""Full name and function of all that the framework lets anybody call. Importing a module is what registers them."""
	for module in pkgutil.walk_packages(frappe.__path__, "frappe."):
		if ".tests" not in module.name and "test_" not in module.name and ".patches" not in module.name:
			try:
				import_module(module.name)
			except Exception:  # modules of services whose packages are not installed
				continue
	return {
		get_full_name(function): function
		for function in frappe.whitelisted
		if get_full_name(function).startswith("frappe.")
	}


def make_values(function, world, kind: str) -> dict:
	"""What an attacker would send: the foreign record wherever a parameter could take it."""
	doctype, name, secret = KINDS[kind].doctype, world.names[kind], KINDS[kind].secret_field
	values = {
		"doctype": doctype, "dt": doctype, "doc_type": doctype, "document_type": doctype, "reference_doctype": doctype,
		"name": name, "docname": name, "dn": name, "doc_name": name, "names": [name], "docnames": [name], "docs": [name],
		"reference_name": name, "reference_docname": name, "source_name": name, "items": [name], "value": name,
		"doc": {"doctype": doctype, "name": name}, "fields": ["name", secret], "field": secret, "fieldname": secret,
		"filters": [[doctype, "name", "=", name]], "current_filters": [[doctype, "name", "=", name]], "txt": "secret",
		"text": "secret", "searchfield": secret, "file_url": world.attachment_url, "files": [world.attachment],
		"attachments": [world.attachment], "fid": world.attachment, "stats": [secret], "tag": world.tag, "limit": 100,
		"page_length": 100, "limit_page_length": 100, "start": 0, "parent": "", "user": world.people["holder"],
		"old": name, "new": f"{name}-x", "old_name": name, "new_name": f"{name}-x", "force": 1, "write": 1, "share": 1,
		"source_doctype": doctype, "ref_doctype": doctype, "ref_name": name, "args": {"doctype": doctype, "name": name},
		"columns": [{"link_field": "name", "doctype": doctype, "fieldname": secret}], "permission_to": "write", "add": "Yes",
		"data": {secret: "overwritten"}, "action": "update", "html": f"<p>{name}</p>", "folder": "Home/Attachments",
		"method": "meeting_crm.contracts.api.make_contract", "assign_to": [world.people["holder"]], "doctypes": [doctype],
		"link_doctype": doctype, "parent_doctype": doctype, "report_name": "Meeting Claims", "cards": [],
	}  # fmt: skip
	taken = inspect.signature(inspect.unwrap(function)).parameters
	open_ended = any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in taken.values())
	named = {key: values.get(key, name) for key in taken if key not in ("self", "args", "kwargs", "key")}
	return values if open_ended or not named else named | {key: values[key] for key in ("args",) if key in taken}


def ask(client, command: str, values: dict, way: str):
	text = {key: json.dumps(value) if isinstance(value, dict | list) else value for key, value in values.items()}
	if way == "path":
		return client.post(f"{client.url}/api/method/{command}", data=text, timeout=120)
	if way == "query":
		return client.get(f"{client.url}/api/method/{command}", params=text, timeout=120)
	return client.post(client.url, json={**values, "cmd": command}, timeout=120)


def without_own_words(answer, world) -> SimpleNamespace:
	"""The address that was sent along may come back in an error; that is no news."""
	return SimpleNamespace(
		text=answer.text.replace(world.attachment_url, "").replace(quote(world.attachment_url, safe=""), ""),
		status_code=answer.status_code,
	)


def read_foreign(world) -> list:
	frappe.db.rollback()
	return [
		frappe.db.get_value(spec.doctype, world.names[kind], ["name", "owner", "modified", "_liked_by", "_assign", "_user_tags", spec.secret_field])
		for kind, spec in KINDS.items()
		if frappe.db.has_column(spec.doctype, "_liked_by")
	] + [
		frappe.db.count("Comment", {"reference_name": ("in", list(world.names.values()))}),
		frappe.db.count("DocShare", {"share_name": ("in", list(world.names.values()))}),
		frappe.db.count("File", {"attached_to_name": ("in", list(world.names.values()))}),
		frappe.db.count("ToDo", {"reference_name": ("in", list(world.names.values()))}),
	]  # fmt: skip


@pytest.fixture(scope="module")
def functions(site):
	found = get_whitelisted()
	assert len(found) > 400
	return found


RESOLVED = "frappe.handler.run_doc_method"
"""Judged as the method it leads to, so it is not among the functions that are tried by name."""


def test_the_list_names_functions_that_exist(functions):
	missing = set(read_list()) - set(functions) - {"login", RESOLVED}
	known_to_later_versions = {name for name in missing if not is_in_this_framework(name)}
	assert not missing - known_to_later_versions, missing


def is_in_this_framework(name: str) -> bool:
	try:
		return callable(frappe.get_attr(name))
	except Exception:
		return False


@pytest.mark.parametrize("relation", STRANGERS)
def test_no_function_tells_or_changes_what_is_foreign(world, clients, functions, relation):
	before, own = read_foreign(world), local()

	def attack(cell):
		name, kind, way = cell
		if not hasattr(own, "client"):
			own.client = RestClient(clients[relation].url)
			own.client.cookies.update(clients[relation].cookies)
		return cell, ask(own.client, name, make_values(functions[name], world, kind), way)

	names = sorted(set(functions) - ENDS_THE_SESSION)
	ways = ("path", "JSON", "query")
	cells = [
		(name, ASKED_KINDS[place % len(ASKED_KINDS)], ways[(place + turn) % 3])
		for place, name in enumerate(names)
		for turn in range(2)
	]
	with ThreadPoolExecutor(4) as pool:
		for (name, _kind, way), answer in pool.map(attack, cells):
			assert_nothing_leaks(world, relation, without_own_words(answer, world))
			if not is_open(name, world.people[relation] or "Guest"):
				assert answer.status_code in (400, 401, 403, 417), (
					f"{name} by {way}: {answer.status_code} {answer.text[:300]}"
				)
	assert read_foreign(world) == before
