"""Numbers, dates, texts and lists that nobody can read, for every argument of every function of ours and every field of
every record type: refused in words or taken as something sensible, never an answer 5xx, never a word of the database."""

from inspect import Parameter, signature
from typing import get_args

import frappe
import pytest
from test_reference import whitelisted_functions

from meeting_crm.tests import factories
from support.matrix import KINDS, make_world
from support.rest import error_of

NUMBERS = ("1" + "0" * 20, "-" + "9" * 30, "nan", "1e400", "-0.001")
DATES = ("0000-00-00", "9" * 20, "2026-13-01", "2026-11-27T02:00:00Z", "0001-01-01")
TEXTS = ("", "\x00", "长" * 3000, "'; -- %s {0} \\ <img src=x onerror=alert(1)> 😀")
ROWS = ([1], [None], ["x"], {"a": 1}, [{"amount": "1e400", "rate": "nan", "quantity": -100}], [[]])
DATABASE_WORDS = ("Traceback", "OperationalError", "DataError", "ProgrammingError", "`tab", "SELECT ", "/apps/")
FIELD_VALUES = {
	"Int": NUMBERS, "Float": NUMBERS, "Currency": NUMBERS, "Percent": NUMBERS, "Check": NUMBERS[:3], "Rating": NUMBERS[:3],
	"Duration": NUMBERS[:3], "Date": DATES, "Datetime": DATES, "Time": (*DATES, "25:61"), "Table": ROWS, "Attach": TEXTS,
}  # fmt: skip

# They end the session that asks, or the site.
LEFT_OUT = {"meeting_crm.administration.api.end_session"}


@pytest.fixture(scope="module")
def world(site):
	return make_world()


@pytest.fixture(scope="module")
def known(world) -> dict[str, str]:
	"""A record for each name that arguments have."""
	names = {
		KINDS[kind].doctype.removeprefix("Meeting ").lower().replace(" ", "_"): name
		for kind, name in world.names.items()
	}
	names |= {
		"customer": world.names["file"],
		"project": world.project,
		"enterprise": frappe.db.get_value("Meeting Claim", world.names["claim"], "enterprise"),
		"task": world.names["task"],
		"request": world.names["seal request"],
		"user": world.people["salesperson of the project"],
		"person": world.people["salesperson of the project"],
		"holder": world.people["holder"],
		"doctype": "Meeting Customer",
		"name": world.names["file"],
	}
	return names


@pytest.fixture(scope="module")
def asker(world) -> str:
	user = factories.make_user(
		None, "Meeting Administrator", "System Manager", "Meeting Salesperson", "Meeting Finance"
	)
	frappe.db.commit()
	return user


def get_odd(annotation) -> tuple:
	kinds = {annotation, *get_args(annotation)}
	if kinds & {list, dict} or any(getattr(kind, "__origin__", None) in (list, dict) for kind in kinds):
		return (*ROWS, "x", "[")
	if kinds & {int, float}:
		return NUMBERS
	return (TEXTS[1], TEXTS[3], NUMBERS[0], NUMBERS[2], DATES[1])


def check(answer, what: str) -> list[str]:
	text = answer.text
	said = [word for word in DATABASE_WORDS if word in text and answer.status_code >= 400]
	if answer.status_code >= 500 or said:
		return [f"{what}: {answer.status_code} {said} {str(error_of(answer))[:150]} {text[:200]}"]
	return []


def test_no_argument_of_a_function_breaks_it(rest, asker, known):
	client = rest(asker)
	wrong = []
	asked = 0
	for method in sorted(whitelisted_functions() - LEFT_OUT):
		parameters = {
			name: parameter
			for name, parameter in signature(frappe.get_attr(method)).parameters.items()
			if parameter.kind in (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)
		}
		usual = {name: known[name] for name in parameters if name in known}
		for name, parameter in parameters.items():
			for value in get_odd(parameter.annotation):
				sent = {**usual, name: value}
				answer = client.post(f"{client.url}/api/method/{method}", json=sent)
				asked += 1
				wrong += check(answer, f"{method}({name}={str(value)[:40]!r})")
	print(f"\n{asked} requests")
	assert not wrong, f"{len(wrong)}\n" + "\n".join(wrong)


def test_no_field_of_a_record_type_breaks_it(rest, asker, world):
	client = rest(asker)
	wrong = []
	for kind, spec in KINDS.items():
		for field in frappe.get_meta(spec.doctype).fields:
			for value in FIELD_VALUES.get(
				field.fieldtype, TEXTS if field.fieldtype in ("Data", "Link", "Select") else ()
			):
				answer = client.resource("PUT", spec.doctype, world.names[kind], json={field.fieldname: value})
				wrong += check(answer, f"{spec.doctype}.{field.fieldname}={str(value)[:40]!r}")
	assert not wrong, f"{len(wrong)}\n" + "\n".join(wrong)
