"""What a person meets first after signing in."""

import frappe

LANDING_PAGE = "meeting-today"
SALES_ROLES = frozenset({"Meeting Salesperson", "Meeting Manager", "Meeting Administrator"})


def set_landing_page(bootinfo) -> None:
	"""Everyone who sells lands on Today, unless the site or the person chose another home."""
	if bootinfo.get("home_page") == "Workspaces" and not SALES_ROLES.isdisjoint(frappe.get_roles()):
		bootinfo["home_page"] = LANDING_PAGE
