"""Lists of extensions tell the company."""

from meeting_crm.claims import journal


def execute() -> None:
	journal.name_extended_companies()
