"""Invariant 2 under fire: 32 processes enter one company at the same instant, and its name is one enterprise."""

import multiprocessing

import frappe
import pytest

from meeting_crm.enterprises.rules import normalise_name
from meeting_crm.tests.factories import entry_form, make_project, make_user, unique
from support.rest import RestClient, error_of

PROCESSES = 32
ENTER = "meeting_crm.entry.api.enter"


def enter_at_once(url: str, users: list[str], project: str, names: list[str]) -> list[tuple[int, str]]:
	"""Each process is a person with a client of their own; all wait for one barrier. (status, words) of each."""
	context = multiprocessing.get_context("fork")
	barrier, answers = context.Barrier(PROCESSES), context.Queue()

	def run(number: int) -> None:
		client = RestClient(url)
		client.headers["Connection"] = "close"  # the server drops idle connections while the others get ready
		client.log_in(users[number % len(users)])
		barrier.wait(timeout=120)
		answer = client.call(ENTER, project=project, customer=entry_form(names[number % len(names)]))
		answers.put((answer.status_code, error_of(answer)))

	processes = [context.Process(target=run, args=(number,)) for number in range(PROCESSES)]
	for process in processes:
		process.start()
	found = [answers.get(timeout=240) for _process in processes]
	for process in processes:
		process.join(timeout=30)
	return found


@pytest.mark.race
@pytest.mark.timeout(400)
def test_one_of_32_entries_of_a_company_succeeds(web_url):
	users = [make_user() for _number in range(8)]
	project = make_project(*users)
	brand = unique("恒达")
	names = [
		f"青岛{brand}冷链（北京）有限公司",
		f"青岛{brand}冷链(北京)有限公司",
		f" 青岛{brand}冷链 （北京） 有限公司",
	]
	frappe.db.commit()

	answers = enter_at_once(web_url, users, project, names)

	assert sorted(status for status, _words in answers) == [200] + [409] * (PROCESSES - 1)
	refused = [words for status, words in answers if status == 409]
	assert not [words for words in refused if "In Negotiation" not in words]
	frappe.db.rollback()
	(enterprise,) = frappe.get_all("Meeting Enterprise", {"name_key": normalise_name(names[0])}, pluck="name")
	assert frappe.db.count("Meeting Claim", {"enterprise": enterprise}) == 1
	assert frappe.db.count("Meeting Customer", {"enterprise": enterprise}) == 1
