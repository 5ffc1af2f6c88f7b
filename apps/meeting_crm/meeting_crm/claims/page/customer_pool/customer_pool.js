frappe.pages["customer-pool"].on_page_load = (wrapper) => {
	const { esc, format_number, format_time, pill } = meeting_crm.format;

	const REFUSAL_SHOWN = 12;

	class PoolScreen extends meeting_crm.Screen {
		constructor() {
			super(wrapper, { title: __("Public Pool"), watch: ["Meeting Claim"] });
			this.claiming = new Set();
			this.text = "";
			this.make();
		}

		make() {
			this.$top = $('<div class="meeting-top"></div>').appendTo(this.$body);
			this.switcher = new meeting_crm.ProjectSwitcher({
				parent: this.$top,
				on_change: () => this.update_project(),
			});
			this.$search = meeting_crm.make_search_box({
				parent: this.$top,
				label: __("Search the pool by name"),
				on_search: (text) => this.search(text),
				focus_list: () => this.list.focus(),
				page: this.page,
			});
			this.$region = make_select(__("All regions")).appendTo(this.$top);
			this.$segment = make_select(__("All segments")).appendTo(this.$top);
			this.$assign = $('<button class="btn btn-default btn-sm" disabled></button>').toggleClass(
				"hide",
				!meeting_crm.is_manager()
			);
			this.$claim = $('<button class="btn btn-primary btn-sm" disabled></button>');
			$('<div class="meeting-actions"></div>').append(this.$assign, this.$claim).appendTo(this.$top);
			this.list = new meeting_crm.VirtualList({
				parent: this.$body,
				columns: [
					meeting_crm.claim_columns.company(() => this.text),
					{
						label: __("Region"),
						width: "minmax(0, 0.7fr)",
						css: "wide-only",
						render: (row) => esc(row.region || ""),
					},
					{
						label: "",
						width: "minmax(90px, 1.2fr)",
						css: "action",
						render: (row, mark) => this.draw_action(row, mark),
					},
				],
				fetch: (start, page_length) => this.fetch(start, page_length),
				get_key: (row) => row.enterprise,
				on_select: (rows) => this.show_selection(rows),
				get_empty_state: () => this.get_empty_state(),
			});
			this.$region.add(this.$segment).on("change", () => this.list.reload());
			this.$assign.on("click", () => this.assign([...this.list.selected.values()]));
			this.$claim.on("click", () => this.claim_many());
			this.list.$space.on("click", "[data-action=claim]", (event) => this.claim_one(event));
			this.list.$space.on("click", "[data-action=assign]", (event) =>
				this.assign([this.find_row(event.currentTarget.dataset.enterprise)])
			);
			this.list.$space.on("click", "[data-action=open]", (event) =>
				meeting_crm.open_customer(event.currentTarget.dataset.customer)
			);
			this.show_selection([]);
		}

		update_project() {
			this.project = null;
			return this.update();
		}

		async refresh() {
			const project = await this.switcher.load();
			this.$body.children(".meeting-empty").remove();
			this.list.$element.toggle(Boolean(project));
			this.$top.children().not(this.switcher.$element).toggle(Boolean(project));
			if (!project) return meeting_crm.empty_state(meeting_crm.no_project_state()).appendTo(this.$body);
			if (project === this.project) return this.list.refresh();
			this.project = project;
			this.show_selection([]);
			return this.change_project();
		}

		/** Whoever leads people without taking part in the project gives companies to them and claims none. */
		only_assigns() {
			return meeting_crm.is_manager() && this.switcher.project && !this.switcher.project.is_member;
		}

		change_project() {
			return Promise.all([this.load_filters(), this.list.reload()]);
		}

		async load_filters() {
			const [regions, segments] = await Promise.all([
				meeting_crm.call("meeting_crm.claims.api.get_pool_regions", { project: this.switcher.value }),
				frappe.db.get_list("Meeting Segment", {
					fields: ["name"],
					filters: { disabled: 0 },
					limit: 100,
				}),
			]);
			fill_select(
				this.$region,
				regions.map(({ region, companies }) => [region, `${region} (${format_number(companies)})`])
			);
			fill_select(
				this.$segment,
				segments.map(({ name }) => [name, __(name)])
			);
		}

		fetch(start, page_length) {
			return meeting_crm.call("meeting_crm.claims.api.pool", {
				project: this.switcher.value,
				text: this.text || null,
				region: this.$region.val() || null,
				segment: this.$segment.val() || null,
				start,
				page_length,
			});
		}

		search(text) {
			this.text = text;
			this.list.reload();
		}

		get_empty_state() {
			if (this.text || this.$region.val() || this.$segment.val()) {
				return {
					title: __("Nobody by this name is in the pool"),
					text: __("It may be held by a colleague, or be new. The duplicate check tells which."),
					actions: [
						{
							label: __("Duplicate Check"),
							primary: true,
							run: () => frappe.set_route("duplicate-check", { text: this.text }),
						},
					],
				};
			}
			return {
				title: __("The pool is empty"),
				text: __("Every company is held by somebody in this project. Enter a new one."),
				actions: [
					{
						label: __("Enter Enterprise"),
						primary: true,
						run: () => frappe.set_route("enter-enterprise"),
					},
				],
			};
		}

		draw_action(row, mark) {
			if (!mark) {
				const [action, label] = this.only_assigns()
					? ["assign", __("Assign")]
					: ["claim", __("Claim")];
				return `<button class="btn btn-default btn-xs" data-action="${action}" data-enterprise="${esc(row.enterprise)}">${esc(label)}</button>`;
			}
			if (mark.state === "done") {
				return `${pill("In Negotiation", { text: __("Yours") })} <button class="btn btn-default btn-xs" data-action="open"
					data-customer="${esc(mark.message)}">${esc(__("Open File"))}</button>`;
			}
			if (mark.state === "busy") return `<span class="text-muted">${esc(__("Claiming…"))}</span>`;
			return `<span class="meeting-refused" title="${esc(mark.message)}">${esc(mark.title || mark.message)}</span>`;
		}

		show_selection(rows) {
			const only_assigns = this.only_assigns();
			this.$claim
				.toggleClass("hide", Boolean(only_assigns))
				.prop("disabled", !rows.length)
				.text(rows.length ? __("Claim {0}", [rows.length]) : __("Choose companies to claim"));
			this.$assign
				.toggleClass("btn-primary", Boolean(only_assigns))
				.toggleClass("btn-default", !only_assigns)
				.prop("disabled", !rows.length)
				.text(rows.length ? __("Assign {0}", [rows.length]) : __("Assign"));
		}

		find_row(enterprise) {
			return this.list.get_loaded().find((row) => row.enterprise === enterprise);
		}

		assign(rows) {
			meeting_crm.assign({
				project: this.switcher.value,
				rows,
				on_done: () => {
					this.list.clear_selection();
					this.list.refresh();
				},
			});
		}

		claim(row) {
			return meeting_crm.claim_enterprise({
				project: this.switcher.value,
				enterprise: row.enterprise,
				source: "Pool",
			});
		}

		async claim_one(event) {
			const { enterprise } = event.currentTarget.dataset;
			if (this.claiming.has(enterprise)) return;
			this.claiming.add(enterprise);
			const row = this.find_row(enterprise);
			this.list.mark(enterprise, "busy", "");
			try {
				const answer = await this.claim(row);
				this.list.mark(enterprise, "done", answer.customer);
				meeting_crm.offer_affiliates(answer, "Pool");
				meeting_crm.tell_claimed({ ...answer, project_name: this.switcher.label }, () =>
					this.list.reload()
				);
			} catch (error) {
				if (error.name !== "ServerError") throw error;
				this.list.mark(enterprise, "refused", error.message, error.title);
				frappe.show_alert({ message: esc(error.message), indicator: "red" }, REFUSAL_SHOWN);
			}
			this.claiming.delete(enterprise);
			this.list.deselect(enterprise);
		}

		async claim_many() {
			const rows = [...this.list.selected.values()];
			const customers = new Map();
			this.is_busy = true;
			await meeting_crm.run_each({
				title: meeting_crm.describe_claims(rows.length),
				rows,
				run: async (row) => {
					const answer = await this.claim(row);
					customers.set(row.enterprise, answer.customer);
					return answer;
				},
				describe: (answer) => __("Protected until {0}", [format_time(answer.protected_until)]),
				on_row: (row, state, message, title) =>
					this.list.mark(row.enterprise, state, customers.get(row.enterprise) || message, title),
			});
			this.is_busy = false;
			this.list.clear_selection();
			this.list.draw();
		}
	}

	function make_select(label) {
		return $(
			`<select class="form-control" aria-label="${esc(label)}"><option value="">${esc(label)}</option></select>`
		);
	}

	function fill_select($select, options) {
		const chosen = $select.val();
		$select.children().slice(1).remove();
		$select
			.append(
				options
					.map(([value, label]) => `<option value="${esc(value)}">${esc(label)}</option>`)
					.join("")
			)
			.val(chosen || "");
		if ($select.val() === null) $select.val("");
	}

	new PoolScreen();
};
