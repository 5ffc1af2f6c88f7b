"""Commands of the bench: `bench --site <site> check-safety`, `… check-cluster`."""

import sys
from collections.abc import Callable

import click
import frappe
from frappe.commands import get_site, pass_context


@click.command("check-safety")
@pass_context
def check_safety(context) -> None:
	"""Looks whether a running site is fit to meet the internet, and says what is missing."""
	from meeting_crm.gate.safety import print_problems

	run_check(context, print_problems)


@click.command("check-cluster")
@pass_context
def check_cluster(context) -> None:
	"""Looks whether the site's database is fit for a replica or a cluster, and says what is wrong."""
	from meeting_crm.setup.cluster import print_problems

	run_check(context, print_problems)


def run_check(context, print_problems: Callable[[], bool]) -> None:
	"""Ends with 0 where nothing is wrong."""
	frappe.init(site=get_site(context))
	frappe.connect()
	try:
		is_fit = print_problems()
	finally:
		frappe.destroy()
	sys.exit(0 if is_fit else 1)


commands = [check_safety, check_cluster]
