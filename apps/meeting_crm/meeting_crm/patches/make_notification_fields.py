"""A notification of several records leads to a screen."""

from meeting_crm.setup import install


def execute() -> None:
	install.make_notification_fields()
