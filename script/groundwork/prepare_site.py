"""Completes a fresh site for use in China. Runs with the bench's own Python: -m groundwork.prepare_site <site> [--demo]."""

import sys

import frappe
from frappe.desk.page.setup_wizard.setup_wizard import setup_complete

from groundwork.allow_restore import allow_restore

LANGUAGE = "zh"
COUNTRY = "China"
TIME_ZONE = "Asia/Shanghai"
CURRENCY = "CNY"


def answer_setup_wizard() -> None:
	language_name = frappe.db.get_value("Language", LANGUAGE, "language_name")
	answer = setup_complete(
		{
			"language": language_name,
			"lang": language_name,
			"country": COUNTRY,
			"timezone": TIME_ZONE,
			"currency": CURRENCY,
		}
	)
	if answer.get("status") != "ok":
		raise SystemExit(f"The setup wizard of {frappe.local.site} failed: {answer}")


def set_defaults() -> None:
	"""What the wizard leaves open. Runs once a site, so that it never undoes an administrator's choice."""
	settings = frappe.get_doc("System Settings")
	settings.update(
		{"language": LANGUAGE, "time_zone": TIME_ZONE, "first_day_of_the_week": "Monday", "enable_scheduler": 1}
	)
	settings.save()
	frappe.db.set_default("currency", CURRENCY)
	# The tours of the desk would stand before the product's own first screen.
	frappe.db.set_single_value("System Settings", "enable_onboarding", 0)
	frappe.db.set_single_value("Website Settings", "disable_signup", 1)
	# Frappe gives the users it makes at install a time zone before anybody could choose one.
	frappe.db.set_value("User", {"name": ("in", ("Administrator", "Guest"))}, "time_zone", TIME_ZONE)


def make_demo() -> None:
	from meeting_crm.setup.demo import make_demo

	make_demo()


def main() -> None:
	site, *options = sys.argv[1:]
	allow_restore(site)
	frappe.init(site=site)
	frappe.connect()
	try:
		answer_setup_wizard()
		set_defaults()
		frappe.db.commit()
		if "--demo" in options:
			make_demo()
			frappe.db.commit()
		frappe.clear_cache()
	finally:
		frappe.destroy()


if __name__ == "__main__":
	main()
