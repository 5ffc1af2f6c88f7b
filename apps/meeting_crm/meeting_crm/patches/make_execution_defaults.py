"""Services, the steps of finance and logistics, and the right to print identity numbers."""

from meeting_crm.setup import desk, install


def execute() -> None:
	install.make_execution_defaults()
	desk.make_list_columns()
