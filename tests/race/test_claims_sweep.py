"""The sweep with real transactions: several connections, each claim once."""

from datetime import timedelta

import frappe
import pytest
from frappe.utils import now_datetime

from meeting_crm.claims.clock import expiry
from meeting_crm.tests.factories import make_claim, make_project, make_user

CLAIMS = 6


@pytest.mark.parametrize("others", [expiry.OTHERS_AT_WORK, -1], ids=["alone", "while others are at work"])
def test_many_batches_are_swept_over_several_connections_and_each_claim_once(site, monkeypatch, others):
	user = make_user()
	project = make_project(user)
	began = now_datetime() - timedelta(days=20)
	names = [make_claim(project, user, now=began).name for _number in range(CLAIMS)]
	frappe.db.commit()
	monkeypatch.setattr(expiry, "BATCH", 1)
	monkeypatch.setattr(expiry, "OTHERS_AT_WORK", others)
	assert expiry.sweep() >= CLAIMS
	frappe.db.rollback()
	for name in names:
		claim = read("Meeting Claim", name, "phase", "active_key", "customer")
		assert (claim.phase, claim.active_key) == ("Ended", None)
		assert read("Meeting Customer", claim.customer, "holder").holder is None
		assert frappe.db.count("Meeting Claim Event", {"claim": name, "event": "Expired"}) == 1
		assert frappe.db.count("Meeting Operation Log", {"reference_name": name, "operation": "Released"}) == 1


def read(doctype: str, name: str, *fields: str) -> frappe._dict:
	return frappe.db.get_value(doctype, name, fields, as_dict=True)
