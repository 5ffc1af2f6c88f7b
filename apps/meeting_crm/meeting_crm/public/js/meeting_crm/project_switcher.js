import { call } from "./server.js";
import { esc } from "./format.js";

/** The project a person chose last, on whichever device; empty for somebody new. */
export function get_remembered_project() {
	return frappe.boot.meeting_project;
}

export async function remember_project(project) {
	if (!project || project === frappe.boot.meeting_project) return;
	frappe.boot.meeting_project = project;
	// the screen goes on with it even where it cannot be kept
	await call("meeting_crm.claims.api.choose_project", { project }, { keepalive: true }).catch(() => {});
}

/** The projects a person can act in, newest first; read again each time a screen opens. */
export async function get_projects() {
	return call("meeting_crm.claims.api.get_my_projects");
}

/** The one chosen last, else the newest one in which the person may claim. */
export function find_project_in_use(projects) {
	const wanted = get_remembered_project();
	return (
		projects.find(({ name }) => name === wanted) || projects.find((row) => row.is_member) || projects[0]
	);
}

/** A plain select that keeps the choice for every screen and the next visit. */
export class ProjectSwitcher {
	constructor({ parent, on_change }) {
		this.on_change = on_change;
		this.$element = $(
			`<select class="form-control meeting-project-switcher" aria-label="${esc(__("Project"))}"></select>`
		).appendTo(parent);
		this.$element.on("change", () => {
			remember_project(this.value);
			this.on_change(this.value);
		});
	}

	get value() {
		return this.$element.val() || null;
	}

	/** What the server says of the chosen project. */
	get project() {
		return this.projects?.find(({ name }) => name === this.value) || null;
	}

	get label() {
		return this.$element.find("option:selected").text();
	}

	async load() {
		const projects = await get_projects();
		const chosen = find_project_in_use(projects)?.name;
		this.$element
			.html(
				projects
					.map((row) => `<option value="${esc(row.name)}">${esc(row.project_name)}</option>`)
					.join("")
			)
			.val(chosen || null)
			.toggle(projects.length > 0);
		this.projects = projects;
		return chosen || null;
	}
}

export function no_project_state() {
	const is_administrator = meeting_crm.is_administrator();
	return {
		title: __("You are in no open project yet"),
		text: is_administrator
			? __("Create a project and add its members: then they can check, enter and claim companies.")
			: __(
					"Ask an administrator to add you to a project. Until then you can check companies, but not claim them."
				),
		actions: is_administrator
			? [{ label: __("New Project"), primary: true, run: () => frappe.new_doc("Meeting Project") }]
			: [
					{
						label: __("Duplicate Check"),
						primary: true,
						run: () => frappe.set_route("duplicate-check"),
					},
				],
	};
}
