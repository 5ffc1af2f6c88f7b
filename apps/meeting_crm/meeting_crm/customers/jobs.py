"""Background entry points of the customers room."""

from meeting_crm.customers import sharing


def end_expired_shares() -> None:
	"""Each reader compares with the clock; this only tidies up for people who do not come back."""
	sharing.end_expired_shares()
