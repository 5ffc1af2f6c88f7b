"""Projects have folders, attachments of contracts are documents, and files may be as large as documents are."""

from meeting_crm.documents import upkeep


def execute() -> None:
	upkeep.allow_large_files()
	upkeep.adopt_what_is_there()
