import { call } from "./server.js";
import { esc, format_number, link } from "./format.js";
import { find_project_in_use, get_projects } from "./project_switcher.js";

const WORKSPACE = "Meeting CRM";

/** The day's new companies between the minimum and the maximum (B7). Without `counted` the number is still counted. */
export function draw_volume(counted, { daily_minimum, daily_maximum }, small) {
	const number = counted || 0;
	const top = Math.max(daily_maximum, number, 1);
	const state = number >= daily_maximum ? "full" : number >= daily_minimum ? "enough" : "short";
	const shown = counted === undefined ? "" : format_number(number);
	const text = small
		? shown
		: `<b>${shown}</b> <span>${esc(__("New today, {0} to {1}", [daily_minimum, daily_maximum]))}</span>`;
	return `<div class="meeting-volume ${small ? "small" : ""}" title="${esc(describe_volume(number, daily_minimum, daily_maximum))}">
		<div class="meeting-volume-text">${text}</div>
		<div class="meeting-volume-bar ${state}"><i style="width:${(100 * number) / top}%"></i>
		<s style="inset-inline-start:${(100 * daily_minimum) / top}%"></s></div></div>`;
}

function describe_volume(number, minimum, maximum) {
	if (number >= maximum)
		return __("The daily maximum of {0} is reached. New companies are possible again tomorrow.", [
			maximum,
		]);
	if (number >= minimum)
		return __("The daily minimum is reached; {0} more are possible today.", [maximum - number]);
	return __("{0} more to reach the daily minimum of {1}.", [minimum - number, minimum]);
}

/** Above the links of the workspace, for those who claim in the project they work in. */
export function show_volume_on_workspace() {
	frappe.router.on("change", draw_on_workspace);
	draw_on_workspace();
}

async function draw_on_workspace() {
	const $bar = $(".meeting-workspace-volume").toggle(is_on_workspace());
	if (!is_on_workspace()) return;
	const projects = (await get_projects()).filter(({ is_member }) => is_member);
	const project = find_project_in_use(projects);
	if (!project) return $bar.remove();
	const terms = await call("meeting_crm.claims.api.get_entry_terms", { project: project.name });
	if (!is_on_workspace()) return;
	get_bar().html(
		`<a href="${link("meeting-today")}"><div class="text-muted">${esc(project.project_name)}</div>${draw_volume(terms.new_today, terms)}
			<div class="text-muted">${esc(describe_volume(terms.new_today, terms.daily_minimum, terms.daily_maximum))}</div></a>`
	);
}

function is_on_workspace() {
	const [view, name] = frappe.get_route() || [];
	return view === "Workspaces" && name === WORKSPACE;
}

function get_bar() {
	const $bar = $(".meeting-workspace-volume");
	if ($bar.length) return $bar;
	return $('<div class="meeting-workspace-volume"></div>').prependTo(
		$(frappe.container.page).find(".layout-main-section")
	);
}
