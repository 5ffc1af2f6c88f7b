import { ServerError } from "./server.js";
import { esc } from "./format.js";

const REFRESH_EVERY = 60 * 1000;
const SETTLE = 800;

/**
 * What all screens share: a desk page whose content is true without a reload. `refresh()` runs when the page is
 * shown, each minute, when the tab comes back, when a protection ends, and when a watched DocType changes. A screen
 * whose questions are counted passes `refresh_every: 0` and asks only when its person does.
 */
export class Screen {
	constructor(wrapper, { title, watch = [], refresh_every = REFRESH_EVERY }) {
		this.wrapper = wrapper;
		this.watch = watch;
		this.refresh_every = refresh_every;
		this.page = frappe.ui.make_app_page({ parent: wrapper, title, single_column: true });
		this.$body = $('<div class="meeting-screen"></div>').appendTo(this.page.main);
		this.refresh_soon = frappe.utils.debounce(() => this.refresh_if_visible(), SETTLE);
		this.on_list_update = (change) =>
			this.watch.includes(change && change.doctype) && this.refresh_soon();
		$(wrapper).on("show", (event) => event.target === wrapper && this.handle_show());
		$(wrapper).on("hide", (event) => event.target === wrapper && this.handle_hide());
	}

	async refresh() {}

	handle_show() {
		clearInterval(this.timer);
		if (this.refresh_every) this.timer = setInterval(() => this.refresh_if_visible(), this.refresh_every);
		frappe.realtime.off("list_update", this.on_list_update);
		frappe.realtime.on("list_update", this.on_list_update);
		this.watch.forEach((doctype) => frappe.realtime.doctype_subscribe?.(doctype));
		$(document)
			.off("meeting:protection-over.screen")
			.on("meeting:protection-over.screen", this.refresh_soon);
		$(document)
			.off("visibilitychange.meeting-screen")
			.on("visibilitychange.meeting-screen", () => this.refresh_every && this.refresh_if_visible());
		frappe.breadcrumbs.add("Contracts");
		this.update();
	}

	handle_hide() {
		clearInterval(this.timer);
		frappe.realtime.off("list_update", this.on_list_update);
	}

	is_shown() {
		return frappe.container.page === this.wrapper && document.visibilityState === "visible";
	}

	refresh_if_visible() {
		if (this.is_shown() && !this.is_busy) this.update();
	}

	async update() {
		try {
			await this.refresh();
			this.clear_problem();
		} catch (error) {
			if (error.name === "AbortError") return;
			if (!(error instanceof ServerError)) throw error;
			this.show_problem(error);
		}
	}

	show_problem(error) {
		this.clear_problem();
		this.$problem = $(problem(error.message, __("Try again"))).prependTo(this.$body);
		this.$problem.find("button").on("click", () => this.update());
	}

	clear_problem() {
		if (this.$problem) this.$problem.remove();
		this.$problem = null;
	}
}

export function problem(message, action) {
	const button = action ? `<button class="btn btn-default btn-xs">${esc(action)}</button>` : "";
	return `<div class="meeting-problem" role="alert"><span>${esc(message)}</span>${button}</div>`;
}

/** What stands where nothing is yet: it says what to do first. `actions`: [{label, primary, run}]. */
export function empty_state({ title, text, actions = [] }) {
	const $state = $(`<div class="meeting-empty"><h4>${esc(title)}</h4><p>${esc(text || "")}</p></div>`);
	actions.forEach(({ label, primary, run }) => {
		$(`<button class="btn btn-sm ${primary ? "btn-primary" : "btn-default"}">${esc(label)}</button>`)
			.on("click", run)
			.appendTo($state);
	});
	return $state;
}
