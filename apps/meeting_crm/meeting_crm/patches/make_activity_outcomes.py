"""What came of an activity is chosen from a list."""

from meeting_crm.setup import install


def execute() -> None:
	install.make_activity_outcomes()
