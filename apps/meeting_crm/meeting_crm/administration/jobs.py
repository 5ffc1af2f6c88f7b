"""Background entry points of the administration room."""

from meeting_crm.administration import backups, log_seals, personal_data
from meeting_crm.administration.restoring import service as restores


def look_after_backups() -> None:
	"""Each hour."""
	backups.start_scheduled()
	backups.check_age()
	restores.drop_what_is_too_old()


def seal_log() -> None:
	"""Each minute (E7)."""
	log_seals.seal_pending()


def repeat_erasures() -> None:
	"""Each hour: a restore brings back what was erased (G3)."""
	personal_data.repeat_erasures()
