"""Background entry points of the administration room."""

from meeting_crm.administration import backups


def look_after_backups() -> None:
	"""Each hour."""
	backups.start_scheduled()
	backups.check_age()
