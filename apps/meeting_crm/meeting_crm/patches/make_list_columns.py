"""Lists show the columns they are read for."""

from meeting_crm.setup import desk


def execute() -> None:
	desk.make_list_columns()
