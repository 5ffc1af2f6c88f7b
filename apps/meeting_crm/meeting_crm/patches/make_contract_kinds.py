"""Kinds of contracts are records, and contracts name theirs."""

from meeting_crm.contracts import upkeep
from meeting_crm.setup import install


def execute() -> None:
	install.make_contract_kinds()
	upkeep.adopt_kinds()
