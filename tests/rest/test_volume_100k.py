"""The main job on a site with 100,000 companies, imported as administrators import them."""

import csv
import gzip
import io
import os
import random
from pathlib import Path

import frappe
import pytest

from meeting_crm.tests.factories import entry_form, make_project, make_user, unique
from support.rest import error_of
from support.site import ROOT
from support.story import let_protection_end, make_contract, pool, rows_of

NAMES = Path(os.environ.get("MEETING_COMPANY_NAMES", ROOT.parent / "shared" / "data" / "company_names_100k.txt.gz"))

pytestmark = [
	pytest.mark.timeout(900),
	pytest.mark.skipif(not NAMES.exists(), reason="name a file of company names in MEETING_COMPANY_NAMES"),
]


@pytest.fixture(scope="module")
def names() -> list[str]:
	with gzip.open(NAMES, "rt", encoding="utf-8") as lines:
		return [line.strip() for line in lines if line.strip()]


def test_the_main_job_among_100000_companies(rest, worker, wait_until, names):
	admin, salesperson, colleague = make_user(None, "Meeting Administrator"), make_user(), make_user()
	project = make_project(salesperson, colleague, max_extensions=1)
	import_names(rest(admin), wait_until, names)

	seller, other = rest(salesperson), rest(colleague)
	for name in random.Random(5).sample(names, 20):
		(row,) = rows_of(seller, name, project)
		assert (row["status"], row["claimable"]) == ("Uncontacted", True)

	name = names[4711]
	(row,) = rows_of(seller, name, project)
	claimed = seller.result("meeting_crm.claims.api.claim", project=project, enterprise=row["enterprise"])
	assert rows_of(other, name, project)[0]["status"] == "In Negotiation"
	assert other.call("meeting_crm.claims.api.claim", project=project, enterprise=row["enterprise"]).status_code == 409
	assert other.call("meeting_crm.entry.api.enter", project=project, customer=entry_form(name)).status_code == 409
	assert name not in [row["enterprise_name"] for row in pool(other, project, name)]

	seller.result("meeting_crm.claims.api.extend", claim=claimed["claim"], reason="客户下周决定")
	let_protection_end(claimed["claim"])
	assert name in [row["enterprise_name"] for row in pool(other, project, name)]
	again = other.result("meeting_crm.claims.api.claim", project=project, enterprise=row["enterprise"])
	make_contract(other, again["customer"], project)
	assert rows_of(seller, name, project)[0]["status"] == "Signed"

	new_name = f"青岛{unique('恒达')}冷链物流有限公司"
	entered = seller.result("meeting_crm.entry.api.enter", project=project, customer=entry_form(new_name))
	assert rows_of(other, new_name, project)[0]["enterprise"] == entered["enterprise"]
	assert len(pool(seller, project, "")) == 20, "the first page of the pool"


def import_names(client, wait_until, names: list[str]) -> None:
	table = io.StringIO()
	csv.writer(table).writerows([["企业名称"], *([name] for name in names)])
	upload = client.post(
		f"{client.url}/api/method/upload_file",
		files={"file": (f"{unique()}.csv", table.getvalue().encode())},
		data={"is_private": 1},
		timeout=120,
	)
	assert upload.status_code == 200, error_of(upload)
	made = client.resource(
		"POST", "Meeting Enterprise Import", json={"import_file": upload.json()["message"]["file_url"]}
	)
	assert made.status_code == 200, error_of(made)
	name = made.json()["data"]["name"]
	client.result("meeting_crm.entry.api.start_import", name=name)
	wait_until(
		lambda: frappe.db.get_value("Meeting Enterprise Import", name, "status") in ("Finished", "Failed"), timeout=600
	)
	result = frappe.db.get_value(
		"Meeting Enterprise Import", name, ["status", "created_rows", "duplicate_rows", "invalid_rows"], as_dict=True
	)
	assert result.status == "Finished"
	assert result.created_rows + result.duplicate_rows == len(names)
	assert result.created_rows > 0.9 * len(names)
