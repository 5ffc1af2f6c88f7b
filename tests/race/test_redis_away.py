"""Without the cache people go on working: slower, but without an error."""

import frappe
import pytest

from meeting_crm.tests.factories import entry_form, make_enterprise, make_project, make_user, unique
from support.rest import RestClient
from support.servers import free_port, running, web_command

pytestmark = pytest.mark.race


@pytest.fixture(scope="module")
def cacheless_url(site, redis_queue):
	"""A web process whose cache nobody serves."""
	port = free_port()
	environment = {"FRAPPE_SITE": site, "FRAPPE_REDIS_CACHE": f"redis://127.0.0.1:{free_port()}"}
	with running("cacheless-web", web_command(port, 1), port, **environment):
		yield f"http://127.0.0.1:{port}"


def test_the_day_goes_on_without_the_cache(cacheless_url):
	seller = make_user()
	project, enterprise = make_project(seller), make_enterprise()
	frappe.db.commit()
	client = RestClient(cacheless_url)
	client.log_in(seller)
	assert isinstance(client.result("meeting_crm.entry.api.check_duplicates", text="冷链"), list)
	assert client.result("meeting_crm.claims.api.claim", project=project, enterprise=enterprise)["claim"]
	entered = client.result("meeting_crm.entry.api.enter", project=project, customer=entry_form(unique("无缓存企业")))
	assert client.result("meeting_crm.claims.api.get_today", verb="GET", project=project)
	assert client.resource("GET", "Meeting Customer", entered["customer"]).status_code == 200
	client.close()
	frappe.db.rollback()
