"""Commands of the bench: `bench --site <site> check-safety`."""

import sys

import click
import frappe
from frappe.commands import get_site, pass_context


@click.command("check-safety")
@pass_context
def check_safety(context) -> None:
	"""Looks whether a running site is fit to meet the internet, and says what is missing."""
	from meeting_crm.gate.safety import print_problems

	frappe.init(site=get_site(context))
	frappe.connect()
	try:
		is_fit = print_problems()
	finally:
		frappe.destroy()
	sys.exit(0 if is_fit else 1)


commands = [check_safety]
