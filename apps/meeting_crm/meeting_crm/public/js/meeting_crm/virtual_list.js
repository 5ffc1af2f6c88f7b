import { ServerError } from "./server.js";
import { esc, format_number } from "./format.js";
import { empty_state, problem } from "./screen.js";

const OVERSCAN = 10;
const TALLEST = 30 * 1000 * 1000;
const SCROLL_PAUSE = 60;

function describe_companies(number) {
	return number === "1" ? __("1 company") : __("{0} companies", [number]);
}

/**
 * A dense table that holds only the rows on the screen and fetches pages as one scrolls: 5 rows or 5,000 cost the
 * same. Arrows move, Space chooses, Enter opens, Shift-click chooses a range.
 *
 * columns: [{label, width (a CSS grid track), render(row) -> HTML, css}]; `css: "wide-only"` hides on a phone
 * fetch(start, length) -> {rows, total, is_more}, or an array of rows where the total is not known: fewer than `length` end
 * the list; with `is_more` there are more than `total`, and a click on the number asks count() -> all of them;
 * describe_total(number); get_key(row); on_open(row); on_select(rows); get_empty_state()
 */
export class VirtualList {
	constructor({
		parent,
		columns,
		fetch,
		count,
		get_key,
		on_open,
		on_select,
		get_empty_state,
		describe_total = describe_companies,
		row_height = 36,
		page_length = 100,
	}) {
		Object.assign(this, {
			columns,
			fetch,
			count,
			get_key,
			on_open,
			on_select,
			get_empty_state,
			describe_total,
			row_height,
			page_length,
		});
		this.selected = new Map();
		this.marks = new Map();
		this.reset_rows();
		this.load_missing_soon = frappe.utils.debounce(() => this.load_missing(), SCROLL_PAUSE);
		this.make(parent);
	}

	reset_rows() {
		this.generation = (this.generation || 0) + 1;
		this.pages = new Map();
		this.loading = new Set();
		this.total = null;
		this.is_total_known = true;
		this.is_counted = false;
		this.active = -1;
	}

	make(parent) {
		this.$element = $(`<div class="meeting-list ${this.on_select ? "selectable" : ""}" role="grid">
			<div class="meeting-list-view" tabindex="0">
				<div class="meeting-list-head" role="row"></div>
				<div class="meeting-list-space"></div>
			</div>
			<div class="meeting-list-foot text-muted"></div>
		</div>`).appendTo(parent);
		this.$view = this.$element.find(".meeting-list-view");
		this.$space = this.$element.find(".meeting-list-space");
		this.$foot = this.$element.find(".meeting-list-foot");
		this.view = this.$view[0];
		this.make_head();
		this.set_tracks();
		this.$view.on("scroll", () => this.draw_soon());
		this.$view.on("keydown", (event) => this.handle_key(event));
		this.$foot.on("click", "button", () => this.count_all());
		this.$space.on("click", ".meeting-list-row", (event) => this.handle_click(event));
		this.observer = new ResizeObserver(() => this.draw_soon());
		this.observer.observe(this.view);
	}

	make_head() {
		const choose_all = this.on_select
			? `<span class="meeting-list-check"><input type="checkbox" aria-label="${esc(__("Select what is loaded"))}"></span>`
			: "";
		const labels = this.columns.map(
			({ label, css }) => `<span class="${css || ""}" role="columnheader">${esc(label)}</span>`
		);
		this.$head = this.$element.find(".meeting-list-head").html(choose_all + labels.join(""));
		this.$head.find("input").on("change", (event) => this.select_loaded(event.target.checked));
	}

	set_columns(columns) {
		this.columns = columns;
		this.make_head();
		this.set_tracks();
	}

	set_tracks() {
		const tracks = (columns) =>
			[...(this.on_select ? ["32px"] : []), ...columns.map(({ width }) => width)].join(" ");
		this.$element[0].style.setProperty("--meeting-tracks", tracks(this.columns));
		this.$element[0].style.setProperty(
			"--meeting-narrow-tracks",
			tracks(this.columns.filter(({ css }) => css !== "wide-only"))
		);
		this.$element[0].style.setProperty("--meeting-row-height", `${this.row_height}px`);
	}

	/** Starts anew: other search, other project. */
	async reload() {
		this.reset_rows();
		this.marks.clear();
		this.clear_selection();
		this.view.scrollTop = 0;
		this.$element.addClass("loading");
		await this.load_page(0);
		this.$element.removeClass("loading");
	}

	/** Reads the rows on the screen again, without losing place, choice or results. */
	async refresh() {
		if (this.total === null) return this.reload();
		const { first, last } = this.get_window();
		const wanted = this.get_pages(first, last);
		for (const page of [...this.pages.keys()]) {
			if (!wanted.includes(page)) this.pages.delete(page);
		}
		await Promise.all((wanted.length ? wanted : [0]).map((page) => this.load_page(page)));
		if (this.is_counted) await this.count_all();
	}

	async count_all() {
		const generation = this.generation;
		try {
			const total = await this.count();
			if (generation !== this.generation) return;
			Object.assign(this, { total, is_total_known: true, is_counted: true });
			this.show_state(null);
			this.draw();
		} catch (error) {
			if (!(error instanceof ServerError)) throw error;
			if (generation === this.generation) this.show_state(error);
		}
	}

	async load_page(page) {
		if (this.loading.has(page)) return;
		this.loading.add(page);
		const generation = this.generation;
		try {
			const answer = await this.fetch(page * this.page_length, this.page_length);
			if (generation !== this.generation) return;
			this.pages.set(page, Array.isArray(answer) ? answer : answer.rows);
			this.set_total(page, answer);
			this.show_state(null);
		} catch (error) {
			if (error.name === "AbortError") return;
			if (!(error instanceof ServerError)) throw error;
			if (generation === this.generation) this.show_state(error);
		} finally {
			if (generation === this.generation) this.loading.delete(page);
		}
		this.draw();
	}

	set_total(page, answer) {
		if (!Array.isArray(answer)) {
			if (answer.is_more && this.is_counted) return;
			this.total = answer.is_more ? Math.max(answer.total, this.total || 0) : answer.total;
			this.is_total_known = !answer.is_more;
			this.is_counted = false;
			return;
		}
		const end = page * this.page_length + answer.length;
		if (answer.length < this.page_length) {
			this.is_total_known = true;
			this.total = end;
		} else if (end >= (this.total || 0)) {
			this.is_total_known = false;
			this.total = end + this.page_length;
		}
	}

	/** HTML */
	describe_foot() {
		if (!this.total) return "";
		if (this.is_total_known) return esc(this.describe_total(format_number(this.total)));
		if (this.count) {
			const number = this.describe_total(`${format_number(this.total)}+`);
			return `<button class="btn btn-link btn-xs" title="${esc(__("Click to count all"))}">${esc(number)}</button>`;
		}
		const sure = this.total > this.page_length ? this.total - this.page_length : this.total;
		return esc(this.describe_total(`${format_number(sure)}+`));
	}

	show_state(error) {
		this.$element.find(".meeting-empty, .meeting-problem").remove();
		if (error) {
			if (this.total === null) this.$space.empty();
			$(problem(error.message, __("Try again")))
				.insertBefore(this.$foot)
				.find("button")
				.on("click", () => this.reload());
		} else if (this.total === 0) {
			empty_state(this.get_empty_state()).insertBefore(this.$foot);
		}
		this.$view.toggle(Boolean(this.total) || this.total === null);
		this.$foot.html(this.describe_foot());
	}

	get_row(position) {
		const rows = this.pages.get(Math.floor(position / this.page_length));
		return rows && rows[position % this.page_length];
	}

	get_loaded() {
		return [...this.pages.values()].flat();
	}

	get_window() {
		const first = Math.max(0, Math.floor(this.view.scrollTop / this.row_height) - OVERSCAN);
		const visible = Math.ceil(this.view.clientHeight / this.row_height) + 2 * OVERSCAN;
		return { first, last: Math.min(first + visible, this.total || 0) };
	}

	get_pages(first, last) {
		const pages = [];
		for (let page = Math.floor(first / this.page_length); page * this.page_length < last; page++)
			pages.push(page);
		return pages;
	}

	draw_soon() {
		if (this.frame) return;
		this.frame = requestAnimationFrame(() => {
			this.frame = null;
			this.draw();
		});
	}

	draw() {
		if (this.total === null) return;
		const { first, last } = this.get_window();
		this.$space.css("height", Math.min(this.total * this.row_height, TALLEST));
		const html = [];
		for (let position = first; position < last; position++) html.push(this.draw_row(position));
		this.$space.html(html.join(""));
		if (this.get_pages(first, last).some((page) => !this.pages.has(page))) this.load_missing_soon();
	}

	/** Pages one only passes by are not fetched. */
	load_missing() {
		const { first, last } = this.get_window();
		this.get_pages(first, last)
			.filter((page) => !this.pages.has(page))
			.forEach((page) => this.load_page(page));
	}

	draw_row(position) {
		const row = this.get_row(position);
		const place = `style="transform: translateY(${position * this.row_height}px)" data-position="${position}"`;
		if (!row) return `<div class="meeting-list-row waiting" role="row" ${place}><span></span></div>`;
		const key = this.get_key(row);
		const mark = this.marks.get(key);
		const chosen = this.selected.has(key);
		const check = this.on_select
			? `<span class="meeting-list-check"><input type="checkbox" tabindex="-1" ${chosen ? "checked" : ""}
				aria-label="${esc(__("Select"))}"></span>`
			: "";
		const cells = this.columns.map(
			({ render, css }) => `<span class="${css || ""}" role="gridcell">${render(row, mark)}</span>`
		);
		return `<div class="meeting-list-row ${chosen ? "chosen" : ""} ${position === this.active ? "active" : ""}"
			role="row" aria-selected="${chosen}" data-state="${mark ? mark.state : ""}" ${place}>${check}${cells.join("")}</div>`;
	}

	/** Shows on the row itself what happened to it. */
	mark(key, state, message, title = "") {
		this.marks.set(key, { state, message, title });
		this.draw_soon();
	}

	handle_click(event) {
		const position = Number(event.currentTarget.dataset.position);
		const row = this.get_row(position);
		if (!row || $(event.target).closest("a, button, [role=button]").length) return;
		const on_check = $(event.target).closest(".meeting-list-check").length;
		if (event.shiftKey && this.on_select && this.active >= 0) {
			this.select_range(this.active, position);
		} else if (on_check || (this.on_select && !this.on_open)) {
			this.toggle(row);
		} else if (this.on_open) {
			this.on_open(row);
		}
		this.active = position;
		this.draw();
	}

	handle_key(event) {
		const steps = {
			ArrowDown: 1,
			ArrowUp: -1,
			PageDown: 10,
			PageUp: -10,
			Home: -Infinity,
			End: Infinity,
		};
		if (event.key in steps) {
			this.move_to(this.active + steps[event.key]);
		} else if (event.key === " " && this.on_select && this.get_row(this.active)) {
			this.toggle(this.get_row(this.active));
		} else if (event.key === "Enter" && this.on_open && this.get_row(this.active)) {
			this.on_open(this.get_row(this.active));
		} else {
			return;
		}
		event.preventDefault();
		this.draw();
	}

	/** From the search box into the rows. */
	focus() {
		this.view.focus({ preventScroll: true });
		this.move_to(Math.max(0, this.active));
		this.draw();
	}

	move_to(position) {
		this.active = Math.max(0, Math.min(position, (this.total || 1) - 1));
		const top = this.active * this.row_height;
		if (top < this.view.scrollTop) this.view.scrollTop = top;
		const bottom = top + this.row_height + this.$head.outerHeight() - this.view.clientHeight;
		if (bottom > this.view.scrollTop) this.view.scrollTop = bottom;
	}

	toggle(row) {
		const key = this.get_key(row);
		if (!this.selected.delete(key)) this.selected.set(key, row);
		this.announce_selection();
	}

	select_range(from, to) {
		for (let position = Math.min(from, to); position <= Math.max(from, to); position++) {
			const row = this.get_row(position);
			if (row) this.selected.set(this.get_key(row), row);
		}
		this.announce_selection();
	}

	select_loaded(chosen) {
		if (chosen) this.get_loaded().forEach((row) => this.selected.set(this.get_key(row), row));
		else this.selected.clear();
		this.announce_selection();
		this.draw();
	}

	clear_selection() {
		this.selected.clear();
		this.announce_selection();
	}

	announce_selection() {
		if (!this.on_select) return;
		const all = this.get_loaded().every((row) => this.selected.has(this.get_key(row)));
		this.$head
			.find("input")
			.prop({ checked: all && this.selected.size > 0, indeterminate: !all && this.selected.size > 0 });
		this.on_select([...this.selected.values()]);
	}

	/** A row left the list, for instance because it was claimed. */
	deselect(key) {
		this.selected.delete(key);
		this.announce_selection();
	}
}
