frappe.pages["contract-history"].on_page_load = (wrapper) => {
	const { esc, format_day, format_money, format_number, format_time, link, pill } = meeting_crm.format;
	const { claim_columns } = meeting_crm;
	const SALES = ["Meeting Salesperson", "Meeting Manager", "Meeting Administrator", "System Manager"];
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

	const column = (label, render, width = "minmax(0, 1fr)", css = "wide-only") => ({ label, width, css, render });
	const money = (label, field) =>
		column(label, (row) => `<span class="number">${esc(format_money(row[field]))}</span>`, "minmax(96px, 1fr)", "");
	const state = (doctype, colours) =>
		column(
			__("Status"),
			(row) => `<span class="meeting-pill ${colours[row.status] || "gray"}">${esc(__(row.status, null, doctype))}</span>`,
			"minmax(84px, 0.8fr)",
			""
		);
	/** Records that have a list of their own beside the contracts. */
	const RECORDS = {
		payments: {
			doctype: "Meeting Payment",
			label: () => __("Payments"),
			fields: ["name", "enterprise_name", "direction", "amount", "paid_on", "status"],
			order_by: "paid_on desc, creation desc",
			columns: () => [
				money(__("Amount"), "amount"),
				column(__("Direction"), (row) => esc(__(row.direction, null, "Meeting Payment"))),
				column(__("Paid On"), (row) => esc(format_day(row.paid_on))),
				state("Meeting Payment", { Registered: "orange", Confirmed: "green", Cancelled: "red" }),
			],
		},
		changes: {
			doctype: "Meeting Contract Change",
			label: () => __("Changes"),
			fields: ["name", "enterprise_name", "change_type as status", "amount_before", "amount_after", "creation"],
			order_by: "creation desc",
			columns: () => [
				column(__("Number"), (row) => esc(row.name)),
				money(__("Amount Before"), "amount_before"),
				money(__("Amount After"), "amount_after"),
				column(__("Date"), (row) => esc(format_day(row.creation))),
				state("Meeting Contract Change", { Amendment: "blue", Termination: "gray" }),
			],
		},
		invoices: {
			doctype: "Meeting Invoice",
			label: () => __("Invoices"),
			fields: ["name", "enterprise_name", "gross", "invoice_number", "issued_on", "status"],
			order_by: "creation desc",
			columns: () => [
				money(__("Gross"), "gross"),
				column(__("Invoice Number"), (row) => esc(row.invoice_number || "")),
				column(__("Issued On"), (row) => esc(format_day(row.issued_on))),
				state("Meeting Invoice", { Requested: "orange", Issued: "blue", Sent: "blue", Received: "green", "Red-lettered": "red" }),
			],
		},
		executions: {
			doctype: "Meeting Execution",
			label: () => __("Executions"),
			fields: ["name", "unit_name as enterprise_name", "contract", "total", "status", "creation"],
			search_field: "unit_name",
			order_by: "creation desc",
			columns: () => [
				money(__("Total"), "total"),
				column(__("Contract"), (row) => esc(row.contract)),
				column(__("Date"), (row) => esc(format_day(row.creation))),
				state("Meeting Execution", { Submitted: "orange", Confirmed: "green", Changed: "orange", Closed: "blue" }),
			],
		},
	};

	class HistoryScreen extends meeting_crm.Screen {
		constructor() {
			super(wrapper, { title: __("History"), watch: ["Meeting Contract", "Meeting Claim"] });
			this.text = "";
			this.project = null;
			this.sees_claims = SALES.some((role) => frappe.user_roles.includes(role));
			this.kinds = [
				["contracts", __("Contracts")],
				...Object.entries(RECORDS)
					.filter(([, { doctype }]) => frappe.model.can_read(doctype))
					.map(([kind, { label }]) => [kind, label()]),
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
				columns: this.get_columns(),
				fetch: (start, page_length) => this.fetch(start, page_length),
				count: () => meeting_crm.call("meeting_crm.claims.api.count_claims", this.get_question()),
				get_key: (row) => row.name,
				on_open: (row) =>
					this.kind in CLAIM_COLUMNS
						? meeting_crm.open_customer(row.customer)
						: frappe.set_route("Form", RECORDS[this.kind]?.doctype || "Meeting Contract", row.name),
				get_empty_state: () => this.get_empty_state(),
				describe_total: this.kind in CLAIM_COLUMNS ? undefined : this.kind === "contracts" ? describe_contracts : describe_records,
			});
			return this.list.reload();
		}

		get_columns() {
			if (this.kind in RECORDS) {
				return [claim_columns.company(() => this.text), ...RECORDS[this.kind].columns()];
			}
			return this.kind === "contracts" ? this.get_contract_columns() : this.get_claim_columns();
		}

		fetch(start, page_length) {
			if (this.kind in CLAIM_COLUMNS) return this.fetch_claims(start, page_length);
			return this.fetch_records(start, page_length);
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
					render: (row) => draw_contract_state(row.status),
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

		async fetch_records(start, page_length) {
			const { doctype, fields, order_by, search_field } = RECORDS[this.kind] || {
				doctype: "Meeting Contract",
				fields: ["name", "enterprise_name", "amount", "contract_kind", "signed_on", "status"],
				order_by: "signed_on desc, creation desc",
			};
			const filters = {};
			if (this.$person.val() && doctype !== "Meeting Execution") filters.holder = this.$person.val();
			if (this.project) filters.project = this.project.project;
			if (this.text) filters[search_field || "enterprise_name"] = ["like", `%${this.text}%`];
			const [rows, total] = await Promise.all([
				meeting_crm.call("frappe.client.get_list", {
					doctype,
					fields,
					filters,
					order_by,
					limit_start: start,
					limit_page_length: page_length,
				}),
				meeting_crm.call("frappe.client.get_count", { doctype, filters }),
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

	function describe_records(number) {
		return number === "1" ? __("1 record") : __("{0} records", [number]);
	}

	function draw_contract_state(status) {
		const colours = { Draft: "gray", "In Force": "green", Completed: "blue", Terminated: "gray", Void: "red" };
		return `<span class="meeting-pill ${colours[status] || "gray"}">${esc(__(status, null, "Meeting Contract"))}</span>`;
	}

	new HistoryScreen();
};
