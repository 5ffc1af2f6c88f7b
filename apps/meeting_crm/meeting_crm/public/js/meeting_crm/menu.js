import { esc, link } from "./format.js";

const SALES = ["Meeting Salesperson", "Meeting Manager", "Meeting Administrator", "System Manager"];
const FINANCE = "Meeting Finance";
const LOGISTICS = "Meeting Logistics";
const OFFICE = [FINANCE, LOGISTICS];
const ADMINISTRATORS = ["Meeting Administrator", "System Manager"];
const LEADERS = ["Meeting Manager", ...ADMINISTRATORS];

/** The words people say, with the digit that opens them after Alt. */
const ENTRIES = [
	{ label: () => __("Today"), route: ["meeting-today"], roles: SALES },
	{ label: () => __("Duplicate Check"), route: ["duplicate-check"], roles: SALES },
	{ label: () => __("My Customers"), route: ["List", "Meeting Customer"], roles: SALES },
	{ label: () => __("Protected Enterprises"), route: ["protected-enterprises"], roles: SALES },
	{ label: () => __("Public Pool"), route: ["customer-pool"], roles: SALES },
	{ label: () => __("Signed List"), route: ["signed-enterprises"], roles: SALES },
	{ label: () => __("Contracts"), route: ["List", "Meeting Contract"], roles: [...SALES, FINANCE] },
	{ label: () => __("Contract Execution"), route: ["List", "Meeting Execution"], roles: SALES },
	{ label: () => __("Money"), route: ["finance-money"], roles: [FINANCE, ...ADMINISTRATORS] },
	{ label: () => __("Finance Board"), route: ["finance-board"], roles: [FINANCE] },
	{ label: () => __("Logistics Board"), route: ["logistics-board"], roles: [LOGISTICS] },
	{ label: () => __("Room Plan"), route: ["room-plan"], roles: [LOGISTICS] },
	{ label: () => __("Booth Plan"), route: ["booth-plan"], roles: [LOGISTICS] },
	{ label: () => __("Project Lists"), route: ["project-lists"], roles: OFFICE },
	{ label: () => __("History"), route: ["contract-history"], roles: [...SALES, FINANCE] },
	{ label: () => __("Documents"), route: ["meeting-documents"], roles: [...SALES, ...OFFICE] },
	{ label: () => __("Director's Board"), route: ["director-board"], roles: LEADERS },
	{ label: () => __("Project Board"), route: ["project-board"], roles: LEADERS },
	{
		label: () => __("System Management"),
		route: ["Workspaces", "Meeting Administration"],
		roles: [...ADMINISTRATORS, "Meeting Auditor"],
	},
];

const ADMINISTRATION = [
	"people",
	"online-users",
	"personal-rights",
	"departments",
	"operation-log",
	"self-check",
	"personal-data",
];
const OWN_WORKSPACES = ["Meeting CRM", "Meeting Administration"];

export function is_manager() {
	return has_role(LEADERS);
}

export function is_administrator() {
	return has_role(ADMINISTRATORS);
}

function has_role(roles) {
	return roles.some((role) => frappe.user_roles.includes(role));
}

function get_entries() {
	return ENTRIES.filter(({ roles }) => has_role(roles));
}

/** The strip of words under the navigation bar, on every screen of this app and on no other. */
export function make_menu() {
	if (!has_role([...SALES, ...OFFICE, "Meeting Auditor"])) return;
	const $menu = $(
		`<nav class="meeting-menu" aria-label="Meeting CRM"><div class="container"></div></nav>`
	).insertBefore("#body");
	get_entries().forEach(({ label, route }, position) => {
		$(
			`<a href="${get_link(route)}" data-route="${esc(route.join("/"))}" title="Alt+${position + 1}">${esc(label())}</a>`
		)
			.on("click", (event) => {
				if (event.metaKey || event.ctrlKey) return;
				event.preventDefault();
				frappe.set_route(route);
			})
			.appendTo($menu.children());
		add_shortcut(`alt+${position + 1}`, label(), () => frappe.set_route(route));
	});
	frappe.router.on("change", () => show_place($menu));
	show_place($menu);
}

/** Finance and logistics land on their board. Called before the desk starts, so that it opens there at once. */
export function choose_landing() {
	const roles = frappe.boot?.user?.roles || [];
	if (SALES.some((role) => roles.includes(role))) return;
	if (roles.includes(FINANCE)) frappe.re_route[""] = "finance-board";
	else if (roles.includes(LOGISTICS)) frappe.re_route[""] = "logistics-board";
}

function get_link([view, doctype]) {
	return link(doctype ? frappe.router.slug(doctype) : view);
}

function add_shortcut(shortcut, description, action) {
	frappe.ui.keys.add_shortcut({
		shortcut,
		description,
		action: () => action() && undefined,
		ignore_inputs: true,
	});
}

function show_place($menu) {
	const route = get_place();
	$menu.toggle(is_own(route));
	$menu.find("a").each((_, link) => {
		const own = link.dataset.route.split("/");
		const current =
			own[0] === "List"
				? ["List", "Form"].includes(route[0]) && route[1] === own[1]
				: own[0] === "Workspaces"
					? route[1] === own[1] || ADMINISTRATION.includes(route[0])
					: route[0] === own[0];
		$(link)
			.toggleClass("current", current)
			.attr("aria-current", current ? "page" : null);
		if (current) bring_into_view(link);
	});
}

/** Moves the strip alone, never the page. */
function bring_into_view(link) {
	const strip = link.parentElement;
	strip.scrollLeft = link.offsetLeft - strip.offsetLeft - (strip.clientWidth - link.offsetWidth) / 2;
}

function get_place() {
	const route = frappe.get_route() || [];
	return route[0] ? route : [frappe.boot.home_page || ""];
}

function is_own(route) {
	const [view, subject] = route;
	if (ENTRIES.some((entry) => entry.route[0] === view && entry.route.length === 1)) return true;
	if (ADMINISTRATION.includes(view)) return true;
	if (view === "enter-enterprise" || view === "user-profile") return true;
	if (view === "Workspaces") return OWN_WORKSPACES.includes(subject);
	return String(subject || "").startsWith("Meeting ");
}
