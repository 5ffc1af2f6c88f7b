"""States of claims are optional: no Workflow Action is made for each user of a role."""

from meeting_crm.setup import install


def execute() -> None:
	install.keep_claims_off_to_do_lists()
