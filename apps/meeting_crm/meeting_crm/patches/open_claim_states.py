"""Claims in any state can be opened without a note about editing; only holders and administrators sign."""

from meeting_crm.setup import install


def execute() -> None:
	install.open_claim_states()
	install.offer_signing_to_holders()
