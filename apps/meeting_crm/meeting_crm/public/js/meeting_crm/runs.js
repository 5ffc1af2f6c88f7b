import { esc, format_time } from "./format.js";
import { call } from "./server.js";

const LOOK_EVERY = 2000;
const ACTIVE = ["Queued", "Running", "Cancelling"];
const COLOURS = { Done: "green", Failed: "red", Cancelled: "gray", Draft: "gray", Undone: "orange" };

/**
 * One look for everything that runs in the background: where it stands, how far it is, why it failed, what to do now.
 * Follows a record until its run has ended; `on_end` is called once with the last state. `draw_more(state)` may add HTML.
 */
export class RunView {
	constructor({ parent, doctype, name, on_end, draw_more }) {
		Object.assign(this, { $parent: $(parent), doctype, name, on_end, draw_more });
		this.was_active = false;
		this.is_over = false;
		this.on_realtime = (event) =>
			event.doctype === this.doctype && event.name === this.name && this.look();
		frappe.realtime.on("meeting_run", this.on_realtime);
		this.look();
	}

	stop() {
		this.is_over = true;
		clearTimeout(this.timer);
		frappe.realtime.off("meeting_run", this.on_realtime);
	}

	async look() {
		clearTimeout(this.timer);
		if (this.is_over || !this.$parent[0].isConnected) return this.stop();
		const state = await this.read();
		if (this.is_over) return;
		this.draw(state);
		if (state.is_active || state.is_switching || state.is_lost) {
			this.was_active = true;
			clearTimeout(this.timer);
			this.timer = setTimeout(() => this.look(), LOOK_EVERY);
		} else if (this.was_active) {
			this.stop();
			this.on_end?.(state);
		}
	}

	async read() {
		try {
			this.state = await call("meeting_crm.core.api.get_run", {
				doctype: this.doctype,
				name: this.name,
			});
			return this.state;
		} catch (error) {
			if (error.name !== "ServerError") throw error;
			if (error.status === 503 || error.type === "Offline" || error.status >= 502)
				return { ...(this.state || { percent: 96, status: "Running" }), is_switching: true };
			return { status: "Failed", failure: error.message };
		}
	}

	draw(state) {
		this.$parent.html(
			`<div class="meeting-run" role="status" aria-live="polite">${draw_head(state)}${draw_bar(state)}${draw_failure(
				state
			)}${draw_next(state)}${this.draw_more?.(state) || ""}</div>`
		);
	}
}

function draw_head(state) {
	const colour = state.is_lost ? "orange" : COLOURS[state.status] || "blue";
	const status = state.is_lost ? __("Interrupted") : __(state.status);
	const step =
		state.is_active && state.step
			? `<b>${esc(state.step)}</b> <span class="text-muted">${state.percent} %</span>`
			: "";
	const started = state.started_on
		? `<span class="text-muted">${esc(
				__("{0} started it on {1}", [state.started_by, format_time(state.started_on)])
			)}</span>`
		: "";
	return `<div class="meeting-run-head"><span class="indicator-pill ${colour}">${esc(status)}</span>${step}${started}</div>`;
}

function draw_bar({ is_active, is_switching, percent }) {
	if (!is_active && !is_switching) return "";
	return `<div class="progress"><div class="progress-bar" role="progressbar" aria-valuemin="0" aria-valuemax="100"
		aria-valuenow="${percent}" style="width: ${Math.max(2, percent)}%"></div></div>`;
}

function draw_failure({ failure, status }) {
	return failure && !ACTIVE.includes(status)
		? `<div class="meeting-problem" role="alert"><span>${esc(failure).replaceAll("\n", "<br>")}</span></div>`
		: "";
}

function draw_next(state) {
	const text = get_next_step(state);
	return text ? `<p class="text-muted">${esc(text)}</p>` : "";
}

function get_next_step(state) {
	if (state.is_switching)
		return __(
			"Switching, about five seconds. This page goes on by itself; nobody needs to sign in again for it."
		);
	if (state.is_lost)
		return state.starts_again
			? __("The background process stopped. It starts again by itself within a minute.")
			: __(
					"The background process stopped before it was done. This page says within a minute what became of it."
				);
	return {
		Queued: __("Waits for its turn. This page goes on by itself."),
		Running: __("You may leave this page; it goes on."),
		Cancelling: __("Stops at its next step."),
		Failed: __("Nothing of the last step is left. Mend what is said above, then start again."),
	}[state.status];
}

/** On a form: shows the run in `field` and reads the record again when it has ended. */
export function show_run(frm, field = "run_html") {
	frm.run_view?.stop();
	if (frm.is_new() || frm.doc.status === "Draft") return;
	frm.run_view = new RunView({
		parent: frm.fields_dict[field].$wrapper,
		doctype: frm.doctype,
		name: frm.doc.name,
		on_end: () => window.cur_frm === frm && frm.reload_doc(),
	});
}
