"""The benchmark of executions runs; what it measures is asked for by hand, with sizes that say something."""

import pytest
from bench import executions

pytestmark = pytest.mark.usefixtures("site")


def test_it_runs_in_a_toy_size():
	results = {
		**executions.measure_submission(3),
		**executions.measure_outputs(12),
		**executions.measure_board(40),
	}
	assert all(value > 0 for value in results.values())
	assert {"submission / plain save", "rooming xlsx / bare writing", "board, many / few"} <= set(results)
