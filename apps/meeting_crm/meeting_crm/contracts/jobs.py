"""What contracts do by the clock."""

from meeting_crm.contracts import endings, reminders


def send_reminders() -> None:
	reminders.send()


def complete_fulfilled() -> None:
	endings.complete_fulfilled()
