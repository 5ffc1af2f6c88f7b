"""Tables of the search index that are no DocTypes."""

from meeting_crm.enterprises import index


def execute() -> None:
	index.create_tables()
