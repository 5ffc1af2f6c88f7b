from meeting_crm.core import names
from meeting_crm.core.gathering import find_doctypes


def test_names_begin_with_a_letter_and_have_the_length_asked_for():
	for length in (10, 16, 20):
		made = {names.make_name(length) for _turn in range(2000)}
		assert len(made) == 2000
		assert {len(name) for name in made} == {length}
		assert all(name[0] in names.LETTERS and name.isalnum() for name in made)


def test_names_of_rows_written_together_grow_with_time():
	stems = [names.make_name_stem() for _turn in range(50)]
	assert stems == sorted(stems) and len(set(stems)) == 50
	assert all(stem[0].isalpha() for stem in stems)


def test_all_doctypes_are_found_by_their_folders():
	found = find_doctypes()
	assert {"Meeting Claim", "Meeting Enterprise Import Row", "Meeting Handover"} <= set(found)
