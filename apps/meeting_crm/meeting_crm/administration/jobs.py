"""Background entry points of the administration room."""

from meeting_crm.administration import backups
from meeting_crm.administration.restoring import service as restores


def look_after_backups() -> None:
	"""Each hour."""
	backups.start_scheduled()
	backups.check_age()
	restores.drop_what_is_too_old()
