"""Scheduler and background entry points."""

from meeting_crm.enterprises import upkeep


def fold_delta() -> None:
	"""Every few minutes: keeps the part of the index small that single entries write."""
	upkeep.fold_delta()
