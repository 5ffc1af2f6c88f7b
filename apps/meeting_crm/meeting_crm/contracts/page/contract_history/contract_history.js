frappe.pages["contract-history"].on_page_load = (wrapper) => {
	const { esc, format_day, format_money, format_number, format_time, link, pill } = meeting_crm.format;
	const { claim_columns } = meeting_crm;
	const SALES = ["Meeting Salesperson", "Meeting Manager", "Meeting Administrator", "System Manager"];
	const CONTRACT_STATES = [
		["gray", () => __("Draft")],
		["green", () => __("Signed")],
		["red", () => __("Cancelled")],
	];

	const PROJECT = {
		label: __("Project"),
		width: "minmax(0, 2fr)",
		css: "wide-only",
		render: (row) => esc(row.project_name),
	};
	const CLAIM_COLUMNS = {
		protected: [
			{
				label: __("Protection"),
				width: "minmax(110px, 2fr)",
				render: (row) => meeting_crm.clock.clock(row.protected_until, { claim: row.name }),
			},
		],
		past: [
			{
				label: __("Ended On"),
				width: "minmax(0, 1.2fr)",
				css: "wide-only",
				render: (row) => esc(format_time(row.ended_on || row.protected_until)),
			},
			{
				label: __("Status"),
				width: "minmax(84px, 1fr)",
				render: (row) => pill(row.workflow_state === "Dead" ? "Dead" : "Released"),
			},
			{
				label: __("Reason"),
				width: "minmax(0, 1.6fr)",
				css: "wide-only",
				render: (row) => draw_reason(__(row.end_reason || "Protection ran out")),
			},
		],
		signed: [
			{
				label: __("Signed On"),
				width: "minmax(116px, 1.2fr)",
				render: (row) => esc(format_time(row.signed_on)),
			},
			claim_columns.contract(),
		],
	};

	class HistoryScreen extends meeting_crm.Screen {
		constructor() {
			super(wrapper, { title: __("History"), watch: ["Meeting Contract", "Meeting Claim"] });
			this.text = "";
			this.project = null;
			this.sees_claims = SALES.some((role) => frappe.user_roles.includes(role));
			this.kinds = [
				["contracts", __("Contracts")],
				...(this.sees_claims
					? [
							["protected", __("Protected now")],
							["past", __("Protected before")],
							["signed", __("Signed")],
							["projects", __("Projects")],
						]
					: []),
			];
			this.kind = "contracts";
			this.make();
		}

		make() {
			this.$top = $('<div class="meeting-top"></div>').appendTo(this.$body);
			this.$kinds = $('<div class="meeting-tabs" role="tablist"></div>').appendTo(this.$top);
			this.kinds.forEach(([kind, label]) => {
				$(`<button role="tab" data-kind="${kind}">${esc(label)}</button>`)
					.on("click", () => this.choose(kind, kind === "projects" ? null : this.project))
					.appendTo(this.$kinds);
			});
			this.$person = $(
				`<select class="form-control meeting-person hide" aria-label="${esc(__("Person"))}"></select>`
			).appendTo(this.$top);
			this.$project = $('<button class="btn btn-default btn-sm hide"></button>')
				.on("click", () => this.choose(this.kind, null))
				.appendTo(this.$top);
			this.$search = meeting_crm.make_search_box({
				parent: this.$top,
				label: __("Search by name"),
				on_search: (text) => this.search(text),
			});
			this.$content = $("<div></div>").appendTo(this.$body);
			this.$person.on("change", () => this.show_kind());
		}

		async refresh() {
			await this.load_people();
			if (this.list) return this.list.refresh();
			return this.show_kind();
		}

		async load_people() {
			if (this.people || !this.sees_claims) return;
			this.people = await meeting_crm.call("meeting_crm.claims.api.get_visible_people");
			meeting_crm.fill_people(this.$person, this.people);
		}

		choose(kind, project) {
			Object.assign(this, { kind, project });
			this.$project
				.toggleClass("hide", !project)
				.attr("title", __("Show all projects"))
				.text(project ? `${project.project_name} ×` : "");
			this.show_kind();
		}

		search(text) {
			this.text = text;
			this.show_kind();
		}

		async show_kind() {
			this.$kinds.children().each((_, tab) => {
				$(tab).attr("aria-selected", tab.dataset.kind === this.kind);
			});
			this.$search.toggle(this.kind !== "projects");
			this.$content.empty();
			this.list = null;
			if (this.kind === "projects") return this.show_projects();
			this.list = new meeting_crm.VirtualList({
				parent: this.$content,
				columns: this.kind === "contracts" ? this.get_contract_columns() : this.get_claim_columns(),
				fetch: (start, page_length) =>
					this.kind === "contracts"
						? this.fetch_contracts(start, page_length)
						: this.fetch_claims(start, page_length),
				count: () => meeting_crm.call("meeting_crm.claims.api.count_claims", this.get_question()),
				get_key: (row) => row.name,
				on_open: (row) =>
					this.kind === "contracts"
						? frappe.set_route("Form", "Meeting Contract", row.name)
						: meeting_crm.open_customer(row.customer),
				get_empty_state: () => this.get_empty_state(),
				describe_total: this.kind === "contracts" ? describe_contracts : undefined,
			});
			return this.list.reload();
		}

		get_contract_columns() {
			return [
				claim_columns.company(() => this.text),
				{
					label: __("Amount"),
					width: "minmax(96px, 1fr)",
					render: (row) => `<span class="number">${esc(format_money(row.amount))}</span>`,
				},
				{
					label: __("Contract"),
					width: "minmax(0, 1.2fr)",
					css: "wide-only",
					render: (row) => esc(row.name),
				},
				{
					label: __("Contract Kind"),
					width: "minmax(0, 1.2fr)",
					css: "wide-only",
					render: (row) => esc(__(row.contract_kind)),
				},
				{
					label: __("Signed On"),
					width: "minmax(0, 1fr)",
					css: "wide-only",
					render: (row) => esc(format_day(row.signed_on)),
				},
				{
					label: __("Status"),
					width: "minmax(72px, 0.8fr)",
					render: (row) => draw_contract_state(row.docstatus),
				},
			];
		}

		get_claim_columns() {
			return [
				claim_columns.company(() => this.text),
				...(this.project ? [] : [PROJECT]),
				...(this.people?.length > 1 ? [claim_columns.holder()] : []),
				claim_columns.claimed_on(),
				...CLAIM_COLUMNS[this.kind],
			];
		}

		get_question() {
			return {
				kind: this.kind,
				project: this.project?.project || null,
				holder: this.$person.val() || null,
				text: this.text || null,
			};
		}

		fetch_claims(start, page_length) {
			return meeting_crm.call("meeting_crm.claims.api.get_claims", {
				...this.get_question(),
				start,
				page_length,
			});
		}

		async fetch_contracts(start, page_length) {
			const filters = {};
			if (this.$person.val()) filters.holder = this.$person.val();
			if (this.project) filters.project = this.project.project;
			if (this.text) filters.enterprise_name = ["like", `%${this.text}%`];
			const [rows, total] = await Promise.all([
				meeting_crm.call("frappe.client.get_list", {
					doctype: "Meeting Contract",
					fields: ["name", "enterprise_name", "amount", "contract_kind", "signed_on", "docstatus"],
					filters,
					order_by: "signed_on desc, creation desc",
					limit_start: start,
					limit_page_length: page_length,
				}),
				meeting_crm.call("frappe.client.get_count", { doctype: "Meeting Contract", filters }),
			]);
			return { rows, total };
		}

		async show_projects() {
			const rows = await meeting_crm.call("meeting_crm.claims.api.get_past_projects", {
				holder: this.$person.val() || null,
			});
			if (!rows.length) return meeting_crm.empty_state(this.get_empty_state()).appendTo(this.$content);
			const numbers = this.kinds.filter(([kind]) => kind in CLAIM_COLUMNS);
			const head = [__("Held altogether"), ...numbers.map(([, label]) => label)];
			const lines = rows.map((row, position) => {
				const counts = { ...row, past: row.claimed - row.protected - row.signed };
				const cells = numbers.map(
					([kind]) => `<td class="number">${draw_number(counts[kind], kind, position)}</td>`
				);
				return `<tr><td><a href="${link("meeting-project", { name: row.project })}">${esc(row.project_name)}</a></td>
					<td class="number">${format_number(row.claimed)}</td>${cells.join("")}
					<td class="number">${esc(format_time(row.last_claimed_on))}</td></tr>`;
			});
			this.$content
				.html(
					`<div class="meeting-section"><div class="meeting-scroll"><table class="meeting-table"><thead><tr><th>${esc(__("Project"))}</th>
					${[...head, __("Last claim")].map((label) => `<th class="number">${esc(label)}</th>`).join("")}</tr></thead>
					<tbody>${lines.join("")}</tbody></table></div></div>`
				)
				.find("[data-position]")
				.on("click", (event) => {
					const { kind, position } = event.currentTarget.dataset;
					event.preventDefault();
					this.choose(kind, rows[position]);
				});
		}

		get_empty_state() {
			if (this.text)
				return { title: __("Nothing of this name"), text: __("Try a shorter part of the name.") };
			return {
				title: __("Nothing here yet"),
				text: __(
					"Contracts, protected companies and projects stay here for good, also after they end."
				),
			};
		}
	}

	function draw_reason(text) {
		return `<span class="text-muted" title="${esc(text)}">${esc(text)}</span>`;
	}

	/** A number that leads to the claims behind it. */
	function draw_number(number, kind, position) {
		if (!number) return "0";
		return `<a href="#" data-kind="${kind}" data-position="${position}">${format_number(number)}</a>`;
	}

	function describe_contracts(number) {
		return number === "1" ? __("1 contract") : __("{0} contracts", [number]);
	}

	function draw_contract_state(docstatus) {
		const [colour, label] = CONTRACT_STATES[docstatus];
		return `<span class="meeting-pill ${colour}">${esc(label())}</span>`;
	}

	new HistoryScreen();
};
