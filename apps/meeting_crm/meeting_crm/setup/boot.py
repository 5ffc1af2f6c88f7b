"""What a person meets first after signing in."""

import frappe
from frappe.desk.desktop import get_workspace_sidebar_items as get_all_workspaces
from frappe.modules.utils import get_module_app

from meeting_crm.administration.rights import get_effects
from meeting_crm.meeting_projects.screens import get_chosen_project

LANDING_PAGE = "meeting-today"
SALES_ROLES = frozenset({"Meeting Salesperson", "Meeting Manager", "Meeting Administrator"})
STAFF_ROLES = SALES_ROLES | {"Meeting Finance", "Meeting Logistics"}


def extend_bootinfo(bootinfo) -> None:
	bootinfo["meeting_personal_rights"] = get_effects(frappe.session.user)
	bootinfo["meeting_project"] = get_chosen_project(frappe.session.user)
	set_landing_page(bootinfo)
	hide_builder_workspaces(bootinfo)


def set_landing_page(bootinfo) -> None:
	"""Everyone who sells lands on Today, unless the site or the person chose another home."""
	if bootinfo.get("home_page") == "Workspaces" and not SALES_ROLES.isdisjoint(frappe.get_roles()):
		bootinfo["home_page"] = LANDING_PAGE


def hide_builder_workspaces(bootinfo) -> None:
	if bootinfo.get("allowed_workspaces"):
		bootinfo["allowed_workspaces"] = keep_useful(bootinfo["allowed_workspaces"])
	if bootinfo.get("sidebar_pages"):
		bootinfo["sidebar_pages"]["pages"] = keep_useful(bootinfo["sidebar_pages"]["pages"])


@frappe.whitelist()
def get_workspace_sidebar_items() -> dict:
	"""In place of the framework's function of this name."""
	items = get_all_workspaces()
	return {**items, "pages": keep_useful(items["pages"])}


def keep_useful(pages: list[dict]) -> list[dict]:
	"""The framework's own workspaces (website, builder, tools) are for System Managers: they would stand between
	sales people and their work. Private ones and those of other apps stay."""
	roles = set(frappe.get_roles())
	if "System Manager" in roles or STAFF_ROLES.isdisjoint(roles):
		return pages
	return [page for page in pages if not page.get("public") or not is_framework_module(page.get("module"))]


def is_framework_module(module: str | None) -> bool:
	return bool(module) and get_module_app(module) == "frappe"
