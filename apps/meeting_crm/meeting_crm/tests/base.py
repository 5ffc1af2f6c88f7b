"""The test case that all tests of the app build on; Frappe 16 renamed its own."""

try:
	from frappe.tests import IntegrationTestCase as MeetingTestCase
except ImportError:
	from frappe.tests.utils import FrappeTestCase as MeetingTestCase

__all__ = ["MeetingTestCase"]
