"""Scheduler and background entry points."""

from meeting_crm.enterprises import upkeep


def fold_delta() -> None:
	"""Keeps the parts of the index small that wait for being taken up."""
	upkeep.fold_delta()
	upkeep.extend_letters()


def rebuild_index() -> None:
	"""As the command does, when one was killed."""
	upkeep.rebuild()
