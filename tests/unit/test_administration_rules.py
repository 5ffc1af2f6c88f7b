"""Levels, personal rights, seals and devices: decisions without a site."""

import itertools

import pytest

from meeting_crm.administration import log_chain, rules
from meeting_crm.administration.devices import describe_device
from meeting_crm.administration.log_chain import Checker, Finding, Seal
from meeting_crm.administration.rules import Account

KEY = b"key of the test"
LEVELS = (1, 2, 3)


def expected(actor: int, target: int, act: str) -> bool:
	if act == rules.READ:
		return actor in (1, 2)
	return actor == 1 or (actor == 2 and target == 3)


@pytest.mark.parametrize(("actor", "target", "act"), itertools.product(LEVELS, LEVELS, rules.ACTS))
def test_each_level_manages_whom_it_may(actor, target, act):
	answer = rules.may_manage(Account("a@x", actor), Account("b@x", target), act)
	assert answer is expected(actor, target, act)


@pytest.mark.parametrize(("level", "act"), itertools.product(LEVELS, rules.ACTS))
def test_to_oneself_one_changes_profile_password_and_keys_only(level, act):
	allowed = {"read", "profile", "password", "keys", "end session"}
	assert rules.may_manage(Account("a@x", level), Account("a@x", level), act) is (act in allowed)


@pytest.mark.parametrize("actor", ["Administrator", "b@x"])
@pytest.mark.parametrize("act", ["disable", "delete", "demote"])
def test_the_last_account_of_level_1_cannot_be_lost(actor, act):
	assert not rules.may_manage(Account(actor, 1), Account("a@x", 1, is_last=True), act)
	assert rules.may_manage(Account(actor, 1), Account("a@x", 1, is_last=False), act)


@pytest.mark.parametrize("name", ["Administrator", "Guest"])
def test_the_accounts_of_the_system_are_nobodys(name):
	for level, act in itertools.product(LEVELS, rules.ACTS):
		assert not rules.may_manage(Account("a@x", level), Account(name, 1), act)


def test_nobody_gives_a_role_above_their_own():
	first, second, third = (Account("a@x", level) for level in LEVELS)
	assert rules.may_give_role(first, "System Manager", False)
	assert rules.may_give_role(second, "Meeting Salesperson", True)
	assert not rules.may_give_role(second, "Meeting Administrator", True)
	assert not rules.may_give_role(second, "System Manager", False)
	assert not rules.may_give_role(second, "Website Manager", False)
	assert not rules.may_give_role(third, "Meeting Salesperson", True)


def test_taking_a_right_beats_roles_and_ownership_and_adding_holds_for_all_records():
	given = {"read": 1, "delete": 0, "export": 0, "if_owner": {"delete": 1}}
	applied = rules.apply_rights(given, {"delete": "Remove", "export": "Add"})
	assert applied == {"read": 1, "delete": 0, "export": 1, "if_owner": {}}
	assert given["if_owner"] == {"delete": 1}, "what the roles give is shared by others and stays as it was"


# seals


def rows(count: int, prefix: str = "r") -> dict[str, tuple]:
	return {
		f"{prefix}{number:03d}": (f"{prefix}{number:03d}", "who", None, f"value {number}") for number in range(count)
	}


def leaves(values: dict[str, tuple]) -> dict[str, bytes]:
	return {name: log_chain.get_leaf(row) for name, row in values.items()}


def make_seals(*batches: dict[str, tuple]) -> list[Seal]:
	seals, previous = [], ""
	for number, batch in enumerate(batches, start=1):
		own = leaves(batch)
		root = log_chain.get_root([leaf for _name, leaf in sorted(own.items())]).hex()
		marks = log_chain.write_marks(own)
		seal_hash = log_chain.get_seal_hash(KEY, number, previous, root, len(own), marks)
		seals.append(Seal(number, len(own), root, previous, seal_hash, marks))
		previous = seal_hash
	return seals


def check(seals, batches, removed=None) -> list[Finding]:
	checker = Checker(KEY)
	for seal in seals:
		own, whole = (removed or {}).get(seal.number, ({}, False))
		checker.check(seal, leaves(batches.get(seal.number, {})), own, whole)
	return checker.findings


def test_an_untouched_chain_is_whole_for_every_size():
	for size in (1, 2, 3, 7, 8, 9, 33):
		batches = {1: rows(size), 2: rows(size, "s")}
		assert check(make_seals(*batches.values()), batches) == []


@pytest.mark.parametrize("column", range(4))
def test_a_changed_row_is_named_whatever_was_changed(column):
	batches = {1: rows(5), 2: rows(5, "s")}
	seals = make_seals(*batches.values())
	changed = list(batches[2]["s003"])
	changed[column] = "something else"
	batches[2]["s003"] = tuple(changed)
	assert check(seals, batches) == [Finding("changed", 2, "s003")]


def test_a_deleted_row_and_one_put_in_are_named():
	batches = {1: rows(5)}
	seals = make_seals(*batches.values())
	del batches[1]["r002"]
	batches[1]["x"] = ("x", "who", None, "forged")
	assert check(seals, batches) == [Finding("deleted", 1, "r002"), Finding("inserted", 1, "x")]


def test_a_deleted_seal_and_swapped_seals_are_named():
	batches = {number: rows(3, prefix) for number, prefix in ((1, "a"), (2, "b"), (3, "c"))}
	seals = make_seals(*batches.values())
	assert check([seals[0], seals[2]], batches) == [Finding("missing seal", 2)]
	first, second = seals[0], seals[1]
	swapped = [
		Seal(1, second.row_count, second.root, first.previous, second.seal_hash, second.marks),
		Seal(2, first.row_count, first.root, second.previous, first.seal_hash, first.marks),
		seals[2],
	]
	assert {finding.seal for finding in check(swapped, batches)} >= {1, 2}


def test_marks_changed_to_fit_a_changed_row_are_not_believed():
	batches = {1: rows(3)}
	(seal,) = make_seals(batches[1])
	batches[1]["r001"] = ("r001", "who", None, "forged")
	forged = log_chain.write_marks(leaves(batches[1]))
	seal = Seal(seal.number, seal.row_count, seal.root, seal.previous, seal.seal_hash, forged)
	assert Finding("seal", 1) in check([seal], batches)


def test_rows_removed_by_order_leave_the_seal_whole_and_do_not_come_back_unseen():
	batches = {1: rows(4), 2: rows(2, "s")}
	seals = make_seals(*batches.values())
	gone = {name: leaf for name, leaf in leaves(batches[1]).items() if name < "r002"}
	kept = {1: {name: row for name, row in batches[1].items() if name not in gone}, 2: {}}
	removed = {1: (gone, False), 2: ({}, True)}
	assert check(seals, kept, removed) == []
	kept[2] = {"s001": batches[2]["s001"]}
	assert check(seals, kept, removed) == [Finding("inserted", 2, "s001")]


def test_no_two_rows_have_the_same_leaf():
	assert log_chain.get_leaf(("a", "bc")) != log_chain.get_leaf(("ab", "c"))
	assert log_chain.get_leaf(("a", None)) != log_chain.get_leaf(("a", ""))
	assert log_chain.get_leaf(("a", "None")) != log_chain.get_leaf(("a", None))


@pytest.mark.parametrize(
	("user_agent", "device"),
	[
		(
			"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36",
			"Chrome 120 · Windows",
		),
		("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/119.2", "Edge 119 · Windows"),
		(
			"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1",
			"Safari 17 · iPhone",
		),
		(
			"Mozilla/5.0 (Linux; Android 13) Chrome/111.0 Mobile Safari/537.36 MicroMessenger/8.0.44",
			"WeChat 8 · Android",
		),
		("python-requests/2.31.0", "python-requests/2.31.0"),
		("", ""),
		(None, ""),
	],
)
def test_a_device_is_called_by_the_name_people_know(user_agent, device):
	assert describe_device(user_agent) == device
