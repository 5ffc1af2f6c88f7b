import { call } from "./server.js";
import { open_customer } from "./actions.js";
import { sync } from "./clock.js";
import { esc } from "./format.js";
import { ProjectSwitcher, no_project_state } from "./project_switcher.js";
import { Screen, empty_state } from "./screen.js";
import { fill_people, make_search_box } from "./search_box.js";
import { VirtualList } from "./virtual_list.js";

/**
 * A list of claims of one kind in one project: search, order, person, actions on the chosen rows. A subclass gives
 * get_columns(), get_choices() ({key: [label, arguments]}), read_route(options), get_actions(), get_empty_state().
 */
export class ClaimListScreen extends Screen {
	constructor(wrapper, { title, kind }) {
		super(wrapper, { title, watch: ["Meeting Claim"] });
		this.kind = kind;
		this.text = "";
		this.make_top();
		this.make_list();
	}

	make_top() {
		this.$top = $('<div class="meeting-top"></div>').appendTo(this.$body);
		this.switcher = new ProjectSwitcher({ parent: this.$top, on_change: () => this.list.reload() });
		this.$person = $(
			`<select class="form-control meeting-person hide" aria-label="${esc(__("Holder"))}"></select>`
		).appendTo(this.$top);
		const choices = Object.entries(this.get_choices()).map(
			([key, [label]]) => `<option value="${esc(key)}">${esc(label)}</option>`
		);
		this.$choice = $(
			`<select class="form-control meeting-order" aria-label="${esc(__("Sort by"))}">${choices.join("")}</select>`
		).appendTo(this.$top);
		this.$search = make_search_box({
			parent: this.$top,
			label: __("Search by name"),
			on_search: (text) => this.search(text),
			focus_list: () => this.list.focus(),
			page: this.page,
		});
		this.$actions = $('<div class="meeting-actions"></div>').appendTo(this.$top);
		this.$choice.val(localStorage.getItem(this.choice_key) || "");
		this.$choice.on("change", () => localStorage.setItem(this.choice_key, this.$choice.val()));
		this.$person.add(this.$choice).on("change", () => this.list.reload());
	}

	get choice_key() {
		return `meeting_crm:order:${this.kind}:${frappe.session.user}`;
	}

	make_list() {
		const actions = this.get_actions();
		this.list = new VirtualList({
			parent: this.$body,
			columns: this.get_columns(),
			fetch: (start, page_length) => this.fetch(start, page_length),
			count: () => call("meeting_crm.claims.api.count_claims", this.get_question()),
			get_key: (row) => row.name,
			on_open: (row) => row.customer && open_customer(row.customer),
			on_select: actions.length ? (rows) => this.draw_actions(actions, rows) : null,
			get_empty_state: () => this.describe_nothing(),
		});
		this.draw_actions(actions, []);
	}

	draw_actions(actions, rows) {
		this.$actions.empty();
		actions.forEach(({ label, single, may, run }) => {
			const is_allowed = !may || rows.every(may);
			const number =
				rows.length > 1 && !single ? `<span class="hidden-xs">&nbsp;${rows.length}</span>` : "";
			$(`<button class="btn btn-default btn-sm">${esc(label)}${number}</button>`)
				.prop("disabled", !rows.length || (single && rows.length > 1) || !is_allowed)
				.attr("title", is_allowed ? null : __("Its holder or an administrator does this"))
				.on("click", () => run(rows, () => this.after_action()))
				.appendTo(this.$actions);
		});
	}

	after_action() {
		this.list.clear_selection();
		this.update();
	}

	handle_show() {
		const options = frappe.route_options || {};
		frappe.route_options = null;
		if (Object.keys(options).length) {
			this.wanted_holder = options.holder || "";
			this.$person.val(this.wanted_holder);
			this.$choice.val(this.read_route(options) || this.$choice.val());
			this.must_reload = true;
		}
		super.handle_show();
	}

	async refresh() {
		const before = this.switcher.value;
		const [project] = await Promise.all([this.switcher.load(), this.load_people()]);
		this.$body.children(".meeting-empty").remove();
		this.list.$element.toggle(Boolean(project));
		this.$choice.add(this.$search).add(this.$actions).toggle(Boolean(project));
		if (!project) return empty_state(no_project_state()).appendTo(this.$body);
		if (project !== before || this.must_reload) {
			this.must_reload = false;
			return this.list.reload();
		}
		return this.list.refresh();
	}

	async load_people() {
		if (this.people) return;
		this.people = await call("meeting_crm.claims.api.get_visible_people");
		fill_people(this.$person, this.people);
		if (this.wanted_holder) this.$person.val(this.wanted_holder);
		if (this.people.length < 2)
			this.list.set_columns(this.get_columns().filter(({ is_person }) => !is_person));
	}

	get_question() {
		const [, { ending_within = null }] = this.get_choices()[this.$choice.val() || ""];
		return {
			kind: this.kind,
			project: this.switcher.value,
			holder: this.$person.val() || null,
			text: this.text || null,
			ending_within,
		};
	}

	async fetch(start, page_length, method = "meeting_crm.claims.api.get_claims") {
		const [, { order = null }] = this.get_choices()[this.$choice.val() || ""];
		const answer = await call(method, {
			...this.get_question(),
			order,
			start,
			page_length,
		});
		sync(answer.now);
		return answer;
	}

	search(text) {
		this.text = text;
		this.list.reload();
	}

	describe_nothing() {
		if (this.text) return this.get_nothing_found();
		const narrowed = this.describe_narrowed();
		if (!narrowed) return this.get_empty_state();
		const show_all = () => {
			this.$person.add(this.$choice).val("");
			this.list.reload();
		};
		return { ...narrowed, actions: [{ label: __("Show All"), primary: true, run: show_all }] };
	}

	/** Why nothing is left of a list that may have rows: {title, text}. */
	describe_narrowed() {
		if (!this.$person.val()) return null;
		const name = this.$person.find("option:selected").text();
		return { title: __("Nothing of {0} here", [name]), text: __("Others may have some.") };
	}

	get_nothing_found() {
		return {
			title: __("No company of this name here"),
			text: __("The duplicate check looks in all projects."),
			actions: [
				{
					label: __("Duplicate Check"),
					primary: true,
					run: () => frappe.set_route("duplicate-check", { text: this.text }),
				},
			],
		};
	}
}
