"""What the closing line of a run says."""

from support.summary import describe


def test_cells_are_no_tests():
	cells = {f"tests/matrix/test_matrix_reading.py::test_reading[{n}]" for n in range(1500)}
	assert (
		describe({"tests/site/test_merging.py::test_undo[a]", *cells})
		== "1 test and a permission matrix of 1,500 cells"
	)
	assert describe({"tests/matrix/test_matrix_reading.py::test_probes_reach_what_they_probe"}) == "1 test"
