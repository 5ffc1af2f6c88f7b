"""A request as the framework takes it: which function it means, and everything that was sent with it.

Frappe looks at `cmd` before it looks at the path, and some functions name a further one that they call. Whoever judges a
request by its path alone judges another one than the one that is served."""

import inspect
from collections.abc import Callable, Iterator
from functools import lru_cache

import frappe
import frappe.handler
from frappe import _
from frappe.core.doctype.server_script.server_script_utils import get_server_script_map
from frappe.model.base_document import get_controller

from meeting_crm.core.problems import take_back_message

OWN_APP = "meeting_crm."
GATE = "meeting_crm.gate."
CALLED_WITHIN = {
	"frappe.handler.upload_file": ("method",),
	"frappe.handler.uploadfile": ("method",),
	"frappe.desk.search.search_link": ("query",),
	"frappe.desk.search.search_widget": ("query",),
	"frappe.model.mapper.make_mapped_doc": ("method",),
	"frappe.model.mapper.map_docs": ("method",),
	"frappe.desk.treeview.get_all_nodes": ("tree_method",),
}
DOCUMENT_METHODS = ("frappe.handler.run_doc_method", "run_doc_method", "runserverobj", "frappe.handler.runserverobj")
LOGIN = "login"
"""What Frappe does by itself under this name; no function stands behind it."""
MAX_DEPTH = 40


class UnreadableRequestError(frappe.ValidationError):
	"""A request that the framework could take in two ways, or in none."""


class UnknownCommandError(frappe.PermissionError):
	"""A command that is no function."""


def get_path_parts() -> list[str]:
	"""`api`, then `method` or `resource`, then the command or the DocType, then a record's name."""
	parts = frappe.request.path[1:].split("/", 3)
	if parts[:2] == ["api", "v1"]:
		parts = frappe.request.path[1:].replace("api/v1/", "api/", 1).split("/", 3)
	return parts if parts[0] == "api" else []


def get_command() -> str:
	"""What the framework will call; empty for a page, a file, a record."""
	command, parts = frappe.form_dict.get("cmd"), get_path_parts()
	if command is not None and not isinstance(command, str):
		refuse_request()
	if parts[1:2] == ["v2"]:
		refuse_request()
	by_path = parts[2] if parts[1:2] == ["method"] and len(parts) > 2 else ""
	if command and parts and command != by_path:
		refuse_request()
	return command or by_path


def get_functions() -> list[str]:
	"""The full names of the functions that the request calls, the outer one first: of each name that somebody else could
	import, the place where the function is defined."""
	command = get_command()
	names = [command, *_get_overrides(command)] if command else []
	functions = [find_function(name) for name in names]
	for function in functions[:1]:
		functions.extend(_find_inner(function))
	functions.extend(_find_document_methods(command))
	return functions


def get_called_function() -> str:
	"""The function that answers: the framework's, or what stands in its place. Empty where none is called."""
	command = get_command()
	return find_function((_get_overrides(command) or [command])[0]) if command else ""


def _get_overrides(command: str) -> list[str]:
	return frappe.get_hooks("override_whitelisted_methods", {}).get(command, [])[:1]


def _find_inner(function: str) -> Iterator[str]:
	for argument in CALLED_WITHIN.get(function, ()):
		if inner := frappe.form_dict.get(argument):
			yield find_function(inner)


def _find_document_methods(command: str) -> Iterator[str]:
	arguments, parts = frappe.form_dict, get_path_parts()
	if command in DOCUMENT_METHODS:
		doc = read_json(arguments.get("docs"))
		doctype = arguments.get("dt") or (doc.get("doctype") if isinstance(doc, dict) else None)
		yield find_document_method(doctype, arguments.get("method"))
	elif not command and parts[1:2] == ["resource"] and len(parts) > 2 and "run_method" in arguments:
		yield find_document_method(parts[2], arguments.get("run_method"))


def find_meta(doctype: object):
	"""What the framework knows of a DocType, from its cache, which the request needs anyway; None where there is none."""
	if not doctype or not isinstance(doctype, str):
		return None
	try:
		return frappe.get_meta(doctype)
	except frappe.DoesNotExistError:
		take_back_message()
		return None


def find_document_method(doctype: object, method: object) -> str:
	if not isinstance(method, str) or not find_meta(doctype):
		refuse_request()
	controller = get_controller(doctype)
	function = getattr(controller, method, None)
	if not callable(function):
		raise UnknownCommandError(method)
	return get_full_name(function)


def find_function(command: object) -> str:
	if not isinstance(command, str):
		refuse_request()
	if command == LOGIN:
		return LOGIN
	if _is_server_script(command):
		return f"server script {command}"
	try:
		return _find(command)
	except UnknownCommandError:
		raise
	except Exception as error:
		raise UnknownCommandError(command) from error


def _is_server_script(command: str) -> bool:
	return command in get_server_script_map().get("_api", {})


@lru_cache(maxsize=2048)
def _find(command: str) -> str:
	if "." in command:
		function = frappe.get_attr(command)
	else:
		function = getattr(frappe.handler, command)
	if not callable(function):
		raise UnknownCommandError(command)
	return get_full_name(function)


def get_full_name(function: Callable) -> str:
	"""Where a function is defined. Some of the framework's decorators do not tell whom they wrap: it stands in what the
	wrapper closes over."""
	function = inspect.unwrap(getattr(function, "__func__", function))
	while "<locals>" in function.__qualname__:
		wrapped = [cell.cell_contents for cell in function.__closure__ or () if inspect.isfunction(cell.cell_contents)]
		if not wrapped:
			break
		function = inspect.unwrap(wrapped[0])
	return f"{function.__module__}.{function.__name__}"


def is_own(function: str) -> bool:
	"""Our functions ask by themselves who may; what the gate puts in the place of the framework's is judged like it."""
	return function.startswith(OWN_APP) and not function.startswith(GATE)


def read_json(value: object) -> object:
	"""A text that is no JSON is one value, such as the name of a record."""
	if isinstance(value, str) and value.lstrip()[:1] in ("[", "{", '"'):
		try:
			return frappe.parse_json(value)
		except ValueError:
			return value
		except RecursionError:
			refuse_request()
	return value


def get_resource_doctype() -> str | None:
	parts = get_path_parts()
	return parts[2] if parts[1:2] == ["resource"] and len(parts) > 2 else None


def read_body() -> object:
	"""What Frappe takes the values of a record from, whatever kind the body says it is."""
	if not get_resource_doctype():
		return None
	if frappe.form_dict.data is not None:
		return read_json(frappe.form_dict.data)
	body = read_json(frappe.request.get_data(as_text=True))
	return body if isinstance(body, dict) else frappe.form_dict


def refuse_request() -> None:
	frappe.throw(
		_(
			"This request can be read in two ways. Send one command, in the address or as cmd, and its values as text or JSON."
		),
		title=_("Not readable"),
		exc=UnreadableRequestError,
	)
