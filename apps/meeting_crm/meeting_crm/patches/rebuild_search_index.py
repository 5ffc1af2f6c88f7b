"""Names are compared with the places inside them, and their letters are listed."""

from meeting_crm.enterprises import upkeep


def execute() -> None:
	upkeep.rebuild()
	upkeep.extend_letters()
