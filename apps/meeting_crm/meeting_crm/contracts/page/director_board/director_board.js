frappe.pages["director-board"].on_page_load = (wrapper) => {
	const { esc, format_money, format_number, link } = meeting_crm.format;
	const { format_large } = meeting_crm.money;
	const SIGNED = "#2e7d5b";
	const RECEIVED = "#e0a030";
	const STEPS = {
		Claimed: () => __("Claimed"),
		Contacted: () => __("Contacted"),
		Quoted: () => __("Quoted"),
		Signed: () => __("Signed"),
		Paid: () => __("Paid"),
	};
	const LOST = { Expired: () => __("Ran out"), Released: () => __("Given back"), Dead: () => __("Dead") };
	/** Below so many, a percentage says nothing. */
	const FEW = 30;
	const PERIODS = {
		month: [() => __("This month"), () => [moment().startOf("month"), moment()]],
		quarter: [() => __("This quarter"), () => [moment().startOf("quarter"), moment()]],
		year: [() => __("This year"), () => [moment().startOf("year"), moment()]],
		months: [
			() => __("Last 12 months"),
			() => [moment().subtract(11, "months").startOf("month"), moment()],
		],
	};

	/** Of a list of contracts: due that many days ago. "Before today" would hold those too that have no day at all. */
	function overdue_since(days, at_most) {
		const today = frappe.datetime.get_today();
		const first = at_most ? frappe.datetime.add_days(today, -at_most) : "1970-01-01";
		return JSON.stringify(["Between", [first, frappe.datetime.add_days(today, -days)]]);
	}

	class DirectorScreen extends meeting_crm.Screen {
		constructor() {
			super(wrapper, { title: __("Director's Board"), watch: ["Meeting Contract", "Meeting Payment"] });
			this.period = "quarter";
			this.page.add_menu_item(__("Targets"), () => frappe.set_route("List", "Meeting Sales Target"));
			this.$top = $(
				'<div class="meeting-top"><div class="meeting-tabs" role="tablist"></div></div>'
			).appendTo(this.$body);
			Object.entries(PERIODS).forEach(([name, [label]]) => {
				$(`<button role="tab" data-period="${name}">${esc(label())}</button>`)
					.on("click", () => {
						this.period = name;
						this.update();
					})
					.appendTo(this.$top.find(".meeting-tabs"));
			});
			this.project = frappe.ui.form.make_control({
				parent: $('<div class="meeting-director-project"></div>').appendTo(this.$top),
				df: {
					fieldtype: "Link",
					options: "Meeting Project",
					fieldname: "project",
					placeholder: __("All projects"),
					change: () => this.change_project(),
				},
				render_input: true,
			});
			this.$content = $('<div class="meeting-director"></div>').appendTo(this.$body);
		}

		change_project() {
			const value = this.project.get_value() || null;
			if (value === (this.chosen || null)) return;
			this.chosen = value;
			this.update();
		}

		async refresh() {
			this.$top.find("[data-period]").each((_, tab) => {
				$(tab).attr("aria-selected", tab.dataset.period === this.period);
			});
			const [from, to] = PERIODS[this.period][1]().map((day) => day.format("YYYY-MM-DD"));
			this.data = await meeting_crm.call("meeting_crm.contracts.api.get_director_figures", {
				from_date: from,
				to_date: to,
				project: this.chosen || null,
			});
			this.draw();
		}

		draw() {
			const { data } = this;
			const project = this.chosen ? { project: this.chosen } : {};
			const signed_on = JSON.stringify(["Between", [data.from_date, data.to_date]]);
			this.$content.html(`<div class="meeting-figures">${[
				this.figure(
					__("Signed"),
					data.signed,
					link("meeting-contract", { query: { docstatus: 1, signed_on, ...project } }),
					data.target && this.progress(data.signed, data.target),
					format_number(data.number)
				),
				this.figure(
					__("Received"),
					data.received,
					link("meeting-payment", { query: { docstatus: 1, paid_on: signed_on, ...project } }),
					data.target_received && this.progress(data.received, data.target_received)
				),
				this.figure(
					__("Outstanding"),
					data.outstanding,
					link("meeting-contract", {
						query: { docstatus: 1, outstanding: JSON.stringify([">", 0]), ...project },
					})
				),
				this.figure(
					__("Overdue"),
					data.overdue,
					link("meeting-contract", {
						query: {
							docstatus: 1,
							outstanding: JSON.stringify([">", 0]),
							next_due_on: overdue_since(1),
							...project,
						},
					}),
					"",
					"",
					data.overdue > 0 ? "danger" : ""
				),
			].join("")}</div>
			<div class="meeting-charts">
				${this.card("months", __("Signed and received per month"), "wide")}
				${this.card("funnel", __("From claim to payment"))}
				${this.card("people", __("Ranking"))}
				${this.card("work", __("How the work goes"))}
				${this.card("losses", __("Lost without a signature"))}
				${this.card("fees", __("What is sold"))}
				${this.card("ages", __("Overdue by age"))}
				${data.editions ? this.card("editions", __("This edition and the last one, {0} days before the end", [data.editions.days_left]), "wide") : ""}
				${this.card("projects", __("Projects"), "wide")}
			</div>`);
			this.draw_months();
			this.draw_funnel();
			this.draw_people(project, signed_on);
			this.draw_work();
			this.draw_losses(project);
			this.draw_fees();
			this.draw_ages(project);
			if (data.editions) this.draw_editions();
			this.draw_projects(signed_on);
		}

		figure(label, value, href, extra = "", note = "", css = "") {
			return `<a class="meeting-figure" href="${href}" title="${esc(format_money(value))}"><b class="${css ? `text-${css}` : ""}">${esc(format_large(value))}</b><span>${esc(label)}${note ? ` · ${esc(note)}` : ""}</span>${extra || ""}</a>`;
		}

		/** Against the target: green from 100 %, amber from 85 %. */
		progress(value, target) {
			const share = Math.round((value / target) * 100);
			const colour = share >= 100 ? "green" : share >= 85 ? "orange" : "red";
			return `<div class="meeting-bullet ${colour}"><span style="width:${Math.min(100, share)}%"></span></div><small class="text-muted">${esc(__("{0}% of {1}", [share, format_large(target)]))}</small>`;
		}

		card(name, title, css = "") {
			return `<section class="meeting-section ${css}"><h4>${esc(title)}</h4><div data-chart="${name}"></div></section>`;
		}

		$chart(name) {
			return this.$content.find(`[data-chart="${name}"]`);
		}

		empty(name, text) {
			this.$chart(name).html(`<p class="text-muted">${esc(text)}</p>`);
		}

		draw_months() {
			const { months } = this.data;
			const has_targets = months.some((row) => row.target);
			new frappe.Chart(this.$chart("months")[0], {
				type: "axis-mixed",
				animate: 0,
				height: 260,
				colors: [SIGNED, RECEIVED, "#b0b0b0"],
				data: {
					labels: months.map((row) =>
						moment(row.month, "YYYY-MM").format(meeting_crm.format.is_chinese() ? "M月" : "MMM")
					),
					datasets: [
						{ name: __("Signed"), chartType: "bar", values: months.map((row) => row.signed) },
						{ name: __("Received"), chartType: "bar", values: months.map((row) => row.received) },
						...(has_targets
							? [
									{
										name: __("Target"),
										chartType: "line",
										values: months.map((row) => row.target),
									},
								]
							: []),
					],
				},
				axisOptions: { xAxisMode: "tick", shortenYAxisNumbers: 0 },
				tooltipOptions: { formatTooltipY: (value) => format_large(value) },
			});
		}

		draw_funnel() {
			const [first] = this.data.funnel;
			if (!first.number) return this.empty("funnel", __("No company was claimed in this period."));
			const lines = this.data.funnel.map((row, place) => {
				const before = place ? this.data.funnel[place - 1].number : row.number;
				const share = Math.round((row.number / first.number) * 100);
				const step = before ? Math.round((row.number / before) * 100) : 0;
				return `<div class="meeting-bar-row"><span>${esc(STEPS[row.step]())}</span><div class="meeting-bar"><i style="width:${Math.max(share, 1)}%"></i></div>
					<b>${format_number(row.number)}</b><small class="text-muted">${share}%${place ? ` · ${esc(__("step {0}%", [step]))}` : ""}</small></div>`;
			});
			this.$chart("funnel").html(lines.join(""));
		}

		draw_people(project, signed_on) {
			const { people } = this.data;
			if (!people.length)
				return this.empty("people", __("Nobody has signed or received anything in this period."));
			const largest = Math.max(...people.map((row) => row.signed), 1);
			this.$chart("people").html(
				people
					.map((row) => {
						const href = link("meeting-contract", {
							query: { docstatus: 1, holder: row.user, signed_on, ...project },
						});
						const target = row.target ? ` · ${Math.round((row.signed / row.target) * 100)}%` : "";
						return `<a class="meeting-bar-row ${row.enabled ? "" : "text-muted"}" href="${href}"><span><i class="meeting-rank rank-${row.signed ? row.rank : 0}">${row.rank}</i>${esc(row.full_name)}</span>
							<div class="meeting-bar"><i style="width:${(row.signed / largest) * 100}%"></i><i class="second" style="width:${Math.min(100, (Math.max(0, row.received) / largest) * 100)}%"></i></div>
							<b>${esc(format_large(row.signed))}</b><small class="text-muted">${esc(format_large(row.received))}${target}</small></a>`;
					})
					.join("")
			);
		}

		draw_work() {
			const { idle, cycle, renewals } = this.data.work;
			const line = (label, number, note, href, share = 0) =>
				`<a class="meeting-bar-row" href="${href}"><span>${esc(label)}</span><div class="meeting-bar"><i style="width:${share * 100}%"></i></div>
				<b>${esc(number)}</b><small class="text-muted">${esc(note)}</small></a>`;
			const percent = (part, whole) => (whole >= FEW ? ` · ${Math.round((part / whole) * 100)}%` : "");
			const part_of = (part, whole) => (whole ? part / whole : 0);
			this.$chart("work").html(
				[
					line(
						__("Nobody called for {0} days", [idle.days]),
						format_number(idle.idle),
						__("of {0} protected for longer", [format_number(idle.running)]) +
							percent(idle.idle, idle.running),
						link("protected-enterprises"),
						part_of(idle.idle, idle.running)
					),
					line(
						__("Days to the signature"),
						cycle.quartiles ? String(cycle.quartiles[1]) : "–",
						cycle.quartiles
							? __("half of {0} between {1} and {2}", [
									format_number(cycle.number),
									cycle.quartiles[0],
									cycle.quartiles[2],
								])
							: __("too few signatures: {0}", [cycle.number]),
						link("signed-enterprises")
					),
					renewals &&
						line(
							__("Signed last time and again"),
							format_number(renewals.again),
							__("of {0}", [format_number(renewals.before)]) +
								percent(renewals.again, renewals.before),
							link("signed-enterprises"),
							part_of(renewals.again, renewals.before)
						),
				]
					.filter(Boolean)
					.join("")
			);
		}

		draw_losses(project) {
			const { started, ended, reasons } = this.data.work.losses;
			const total = Object.values(ended).reduce((sum, number) => sum + number, 0);
			if (!total) return this.empty("losses", __("Nothing was lost in this period."));
			const ended_on = JSON.stringify(["Between", [this.data.from_date, this.data.to_date]]);
			const row = (label, number, css, query) =>
				`<a class="meeting-bar-row" href="${link("meeting-claim", { query: { ended_on, phase: "Ended", ...project, ...query } })}"><span>${esc(label)}</span>
				<div class="meeting-bar ${css}"><i style="width:${(number / total) * 100}%"></i></div><b>${format_number(number)}</b></a>`;
			this.$chart("losses").html(
				[
					`<p class="text-muted">${esc(__("{0} of {1} claims that ran in this period", [format_number(total), format_number(started)]))}</p>`,
					...Object.entries(ended).map(([how, number]) =>
						row(LOST[how](), number, "danger", how === "Expired" ? {} : { workflow_state: how })
					),
					...reasons.map(({ reason, number }) =>
						row(reason, number, "", { workflow_state: "Dead", end_reason: reason })
					),
				].join("")
			);
		}

		draw_fees() {
			const rows = this.data.fee_kinds.filter((row) => row.amount > 0);
			if (!rows.length) return this.empty("fees", __("Nothing was signed in this period."));
			const total = rows.reduce((sum, row) => sum + row.amount, 0);
			this.$chart("fees").html(
				rows
					.map(
						(
							row
						) => `<div class="meeting-bar-row"><span>${esc(row.fee_kind ? __(row.fee_kind, null, "Meeting Contract Item") : __("Agreed in one sum"))}</span>
						<div class="meeting-bar"><i style="width:${(row.amount / total) * 100}%"></i></div><b>${esc(format_large(row.amount))}</b>
						<small class="text-muted">${Math.round((row.amount / total) * 100)}%</small></div>`
					)
					.join("")
			);
		}

		draw_ages(project) {
			const { ages } = this.data;
			if (!this.data.overdue) return this.empty("ages", __("Nothing is overdue."));
			const largest = Math.max(...ages.map((row) => row.amount), 1);
			this.$chart("ages").html(
				ages
					.map((row) => {
						const label = row.to
							? __("{0} to {1} days", [row.from, row.to])
							: __("over {0} days", [row.from - 1]);
						const href = link("meeting-contract", {
							query: {
								docstatus: 1,
								next_due_on: overdue_since(row.from, row.to),
								outstanding: JSON.stringify([">", 0]),
								...project,
							},
						});
						return `<a class="meeting-bar-row" href="${href}"><span>${esc(label)}</span><div class="meeting-bar danger"><i style="width:${(row.amount / largest) * 100}%"></i></div>
							<b>${esc(format_large(row.amount))}</b><small class="text-muted">${format_number(row.number)}</small></a>`;
					})
					.join("")
			);
		}

		draw_editions() {
			const { editions } = this.data;
			new frappe.Chart(this.$chart("editions")[0], {
				type: "line",
				animate: 0,
				height: 240,
				colors: [SIGNED, "#9a9a9a"],
				lineOptions: { hideDots: 1, regionFill: 1 },
				data: {
					labels: editions.days.map((days) => (days >= 0 ? `D-${days}` : `D+${-days}`)),
					datasets: [
						{ name: editions.this.name, values: editions.this.values },
						{ name: editions.last.name, values: editions.last.values },
					],
				},
				axisOptions: { xIsSeries: 1 },
				tooltipOptions: { formatTooltipY: (value) => format_large(value) },
			});
		}

		draw_projects(signed_on) {
			const { projects } = this.data;
			if (!projects.length) return this.empty("projects", __("Nothing was signed in this period."));
			const head = [__("Project"), __("Contracts"), __("Signed"), __("Received")];
			this.$chart("projects").html(
				`<div class="meeting-scroll"><table class="meeting-table"><thead><tr>${head.map((label, place) => `<th class="${place ? "number" : ""}">${esc(label)}</th>`).join("")}</tr></thead><tbody>${projects
					.map(
						(
							row
						) => `<tr><td><a href="${link("meeting-contract", { query: { docstatus: 1, project: row.project, signed_on } })}">${esc(row.project_name)}</a></td>
					<td class="number">${format_number(row.number)}</td><td class="number">${esc(format_money(row.signed))}</td><td class="number">${esc(format_money(row.received))}</td></tr>`
					)
					.join("")}</tbody></table></div>`
			);
		}
	}

	new DirectorScreen();
};
