"""Several requests take the same claim back at the same instant."""

from concurrent.futures import ThreadPoolExecutor

import frappe
import pytest

from meeting_crm.claims.locks import lock_account
from meeting_crm.tests import factories
from support.claims import project_with

pytestmark = pytest.mark.race
CLIENTS = 4


def test_the_days_number_comes_back_once(rest):
	user = factories.make_user()
	project = project_with(user)
	companies = [factories.make_enterprise() for _number in range(2)]
	frappe.db.commit()
	clients = [rest(user) for _number in range(CLIENTS)]
	mistaken, meant = (
		clients[0].result("meeting_crm.claims.api.claim", project=project, enterprise=company)["claim"]
		for company in companies
	)
	with ThreadPoolExecutor(CLIENTS) as pool:
		answers = pool.map(lambda client: client.call("meeting_crm.claims.api.undo_claim", claim=mistaken), clients)
	assert sorted(answer.status_code for answer in answers) == [200, 417, 417, 417]
	frappe.db.rollback()
	assert lock_account(project, user).claimed_today == 1
	assert frappe.db.get_value("Meeting Claim", meant, "phase") == "Negotiating"
