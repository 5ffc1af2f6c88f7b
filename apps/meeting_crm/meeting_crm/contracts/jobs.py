"""What contracts do by the clock."""

from meeting_crm.contracts import reminders


def send_reminders() -> None:
	reminders.send()
