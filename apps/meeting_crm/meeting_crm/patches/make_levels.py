"""User groups, what administrators may do in the desk, and the role that only looks."""

from meeting_crm.setup import install, safety


def execute() -> None:
	install.make_user_fields()
	install.make_levels()
	safety.keep_logs()
