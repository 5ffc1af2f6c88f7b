import { call, to_error } from "../server.js";
import { show_refusal } from "../refusals.js";
import { Screen } from "../screen.js";
import { esc } from "../format.js";

const storage_key = () => `meeting_crm:department-project:${frappe.session.user}`;
const API = "meeting_crm.contracts.execution.api";

/** Calls one of the endpoints of executions. */
export function call_execution(method, args) {
	return call(`${API}.${method}`, args);
}

/** A screen of finance or logistics: it has a project at the top, remembered for all of them. */
export class DepartmentScreen extends Screen {
	constructor(wrapper, { all_projects = false, ...options }) {
		super(wrapper, options);
		this.all_projects = all_projects;
		this.$top = $('<div class="meeting-top"></div>').appendTo(this.$body);
		this.$project = $(
			`<select class="form-control meeting-project-switcher" aria-label="${esc(__("Project"))}"></select>`
		).appendTo(this.$top);
		this.$project.on("change", () => {
			localStorage.setItem(storage_key(), this.$project.val());
			this.update();
		});
		this.$content = $("<div></div>").appendTo(this.$body);
	}

	get project() {
		return this.$project.val() || null;
	}

	async refresh() {
		if (!this.projects) await this.load_projects();
		if (!this.project && !this.all_projects) {
			this.$content.html(
				`<div class="meeting-empty"><h4>${esc(__("There is no project yet"))}</h4><p>${esc(
					__("Once an administrator has created one, its executions come here.")
				)}</p></div>`
			);
			return;
		}
		await this.show();
	}

	async load_projects() {
		this.projects = await call_execution("get_department_projects");
		const first = this.all_projects ? [["", __("All Projects")]] : [];
		const options = [...first, ...this.projects.map((row) => [row.name, row.project_name])];
		const wanted = localStorage.getItem(storage_key());
		this.$project.html(
			options.map(([value, label]) => `<option value="${esc(value)}">${esc(label)}</option>`).join("")
		);
		const known = options.some(([value]) => value === wanted);
		this.$project.val(known ? wanted : options[0]?.[0]);
	}

	async show() {}

	/** Runs a step and shows what stands afterwards; a refusal is said on the spot, and the screen is read anew. */
	async act(run) {
		try {
			return await run();
		} catch (error) {
			show_refusal(error);
			return null;
		} finally {
			await this.update();
		}
	}
}

/** Fetches a file that only a POST gives, and hands it to the browser under the name the server chose. */
export async function download(method, args) {
	const response = await fetch(`/api/method/${method}`, {
		method: "POST",
		credentials: "same-origin",
		headers: {
			"Content-Type": "application/json",
			Accept: "application/json",
			"X-Frappe-CSRF-Token": frappe.csrf_token,
		},
		body: JSON.stringify(args),
	});
	if (!response.ok) throw to_error(response, await response.json().catch(() => ({})));
	const address = URL.createObjectURL(await response.blob());
	const anchor = document.createElement("a");
	anchor.href = address;
	anchor.download = get_file_name(response.headers.get("Content-Disposition"));
	anchor.click();
	setTimeout(() => URL.revokeObjectURL(address), 60 * 1000);
}

function get_file_name(header) {
	const encoded = /filename\*=UTF-8''([^;]+)/i.exec(header || "");
	const plain = /filename="?([^";]+)"?/i.exec(header || "");
	return encoded ? decodeURIComponent(encoded[1]) : plain ? plain[1] : "list";
}

/** One change in words: what it is about, and old and new side by side. */
export function draw_changes(changes) {
	const rows = changes.map(
		({ about, what, old, new: current, kind }) => `<tr>
			<td>${about ? `<b>${esc(about)}</b> ` : ""}${esc(what)}</td>
			<td class="meeting-old">${kind === "Added" ? "" : esc(old || __("empty"))}</td>
			<td class="meeting-new">${kind === "Removed" ? "" : esc(current || __("empty"))}</td></tr>`
	);
	return `<table class="meeting-changes"><thead><tr><th>${esc(__("What Changed"))}</th><th>${esc(
		__("Before")
	)}</th><th>${esc(__("After"))}</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}
