"""The benchmark of seals and personal rights starts and measures what it says, at toy size."""

import importlib.util
from pathlib import Path

import frappe
import pytest

from meeting_crm.tests.factories import make_user

pytestmark = pytest.mark.usefixtures("site")


def load():
	path = Path(__file__).resolve().parents[1] / "bench" / "administration.py"
	spec = importlib.util.spec_from_file_location("bench_administration", path)
	module = importlib.util.module_from_spec(spec)
	spec.loader.exec_module(module)
	return module


def test_verification_and_checks_are_measured():
	bench = load()
	seconds = bench.measure_verification(500, mark="Toy")
	assert set(seconds) == {"insert", "seal", "verify"}
	checks = bench.measure_checks(make_user(), times=20)
	assert checks["own"] > 0 and checks["wrapped"] > 0
	assert frappe.permissions.has_permission.is_personal, "the wrapped functions are back in their places"
