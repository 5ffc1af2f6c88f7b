import { DepartmentScreen, call_execution, draw_changes } from "./department.js";
import { call } from "../server.js";
import { esc, format_day, format_number } from "../format.js";
import { make_search_box } from "../search_box.js";
import { open_task } from "./task.js";

const COLOURS = { Open: "blue", "In Work": "orange", Confirmed: "green", Changed: "red", Done: "gray" };
const SHOWN_CHANGES = 4;

/** The board of a department: columns are the steps, cards the executions, those that are due first on top. */
export class BoardScreen extends DepartmentScreen {
	constructor(wrapper, department) {
		const title = department === "Finance" ? __("Finance Board") : __("Logistics Board");
		super(wrapper, {
			title,
			all_projects: true,
			watch: ["Meeting Department Task", "Meeting Execution"],
		});
		this.department = department;
		this.text = "";
		make_search_box({
			parent: this.$top,
			label: __("Search by name or contract"),
			on_search: (text) => {
				this.text = text;
				this.update();
			},
		});
		this.$waiting = $('<span class="meeting-pill red hide"></span>').appendTo(this.$top);
		this.page.set_primary_action(__("Lists to Print"), () => frappe.set_route("project-lists"));
		this.$content
			.addClass("meeting-task-board")
			.on("click", "[data-action]", (event) => this.handle(event))
			.on("keydown", ".meeting-task-card", (event) => {
				if (event.key === "Enter" && event.target === event.currentTarget)
					this.open(event.currentTarget);
			});
	}

	get filters() {
		return { department: this.department, project: this.project, text: this.text || null };
	}

	async show() {
		const board = await call_execution("get_board", this.filters);
		this.cards = new Map();
		this.$waiting
			.toggleClass("hide", !board.waiting)
			.text(__("{0} to confirm again", [format_number(board.waiting)]));
		const html = board.columns.every(({ number }) => !number)
			? this.draw_nothing()
			: board.columns.map((column) => this.draw_column(column)).join("");
		if (html === this.shown) return;
		this.shown = html;
		this.$content.html(html);
	}

	draw_nothing() {
		return `<div class="meeting-empty"><h4>${esc(__("Nothing to do here"))}</h4><p>${esc(
			this.text
				? __("No execution fits this search.")
				: __("When a salesperson submits an execution, it comes here with everything you need.")
		)}</p></div>`;
	}

	draw_column({ step, label, number, has_more, cards }) {
		const more = has_more
			? `<button class="btn btn-default btn-xs btn-block" data-action="more" data-step="${esc(step)}">${esc(__("Show more"))}</button>`
			: "";
		const count = number >= 1000 ? "1000+" : format_number(number);
		return `<section class="meeting-task-column" data-step="${esc(step)}"><header><h4>${esc(label)}</h4><span class="text-muted">${count}</span></header>
			<div class="meeting-task-cards">${cards.map((card) => this.draw_card(card)).join("")}</div>${more}</section>`;
	}

	draw_card(card) {
		this.cards.set(card.name, card);
		const due = card.due_on
			? `<span class="${card.is_late ? "meeting-overdue" : "text-muted"}">${esc(__("Due {0}", [format_day(card.due_on)]))}</span>`
			: "";
		return `<article class="meeting-task-card ${card.status === "Changed" ? "changed" : ""}" tabindex="0" data-name="${esc(card.name)}">
			<header><a data-action="open">${esc(card.unit_name)}</a><span class="meeting-pill ${COLOURS[card.status]}">${esc(
				__(card.status, null, "Meeting Department Task")
			)}</span></header>
			<p class="text-muted">${[card.contract_number, card.project_name, card.holder_name].filter(Boolean).map(esc).join(" · ")}</p>
			<p>${due}${card.assigned_name ? ` <span class="text-muted">${esc(card.assigned_name)}</span>` : ""}</p>
			${this.draw_late(card)}${this.draw_card_changes(card)}
			<footer>${this.draw_buttons(card)}</footer></article>`;
	}

	draw_late({ late_changes }) {
		if (!late_changes) return "";
		const text = __("{0} late changes wait for an answer", [format_number(late_changes)]);
		return `<p><a data-action="open" class="meeting-pill orange">${esc(text)}</a></p>`;
	}

	draw_card_changes({ changes }) {
		if (!changes.length) return "";
		const left = changes.length - SHOWN_CHANGES;
		const more = left > 0 ? `<p class="text-muted">${esc(__("and {0} more", [left]))}</p>` : "";
		return draw_changes(changes.slice(0, SHOWN_CHANGES)) + more;
	}

	draw_buttons(card) {
		const confirms = ["Open", "In Work", "Changed"].includes(card.status);
		return [
			confirms
				? `<button class="btn btn-primary btn-xs" data-action="confirm">${esc(
						card.status === "Changed" ? __("Confirm Changes") : __("Confirm")
					)}</button>`
				: "",
			`<button class="btn btn-default btn-xs" data-action="open">${esc(__("Open", null, "Verb"))}</button>`,
		].join("");
	}

	handle(event) {
		event.preventDefault();
		const { action, step } = event.currentTarget.dataset;
		if (action === "more") return this.show_more(step, event.currentTarget);
		const article = event.currentTarget.closest("[data-name]");
		if (action === "open") return this.open(article);
		event.currentTarget.disabled = true;
		return this.act(() => confirm_task(this.cards.get(article.dataset.name)));
	}

	open(article) {
		open_task(article.dataset.name, { on_change: () => this.update() });
	}

	async show_more(step, button) {
		const $cards = $(button).siblings(".meeting-task-cards");
		const start = $cards.children().length;
		const { cards, has_more } = await call_execution("get_more_tasks", { ...this.filters, step, start });
		$cards.append(cards.map((card) => this.draw_card(card)).join(""));
		$(button).toggle(has_more);
		this.shown = null;
	}
}

/**
 * One click. Where somebody changed the execution meanwhile, the server says what is new; if none of it concerns this
 * department, there is nothing to look at again.
 */
export async function confirm_task({ name, revision }) {
	try {
		return await call("meeting_crm.contracts.api.confirm_task", { task: name, revision });
	} catch (error) {
		const news = error.answer?.changes;
		if (error.status !== 409 || !news || news.length) throw error;
		return call("meeting_crm.contracts.api.confirm_task", {
			task: name,
			revision: error.answer.revision,
		});
	}
}
