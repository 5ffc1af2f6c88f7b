"""What the scheduler starts."""

from meeting_crm.claims.bulk import carry_over as carrying_over
from meeting_crm.claims.bulk import rule_changes
from meeting_crm.claims.clock import expiry, reminders, volume


def sweep() -> None:
	"""Every minute. Late or missing runs change nothing about who holds what (B4)."""
	expiry.sweep()
	expiry.tell_former_holders()


def send_reminders() -> None:
	"""Every hour; people get one digest a day, in the morning or as soon as the scheduler runs again (B2)."""
	reminders.send_reminders()


def prepare_carry_over() -> None:
	"""Every hour; administrators are told once of a project that begins (B9)."""
	carrying_over.prepare()


def check_daily_volume() -> None:
	"""Every hour; speaks at the end of a working day (B7)."""
	volume.check_days()


def apply_calendar(user: str) -> None:
	"""After an administrator entered days off or days worked."""
	rule_changes.apply_calendar_and_tell(user)


def carry_over(name: str, run: str) -> None:
	"""B9, started by an administrator."""
	carrying_over.run(name, run)
