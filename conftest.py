"""Fixtures for all tests: those in tests/ and those beside the doctypes. docs/testing.md tells how to use them."""

pytest_plugins = ("support.site", "support.servers", "support.rest", "support.browser", "support.claims", "support.summary")
