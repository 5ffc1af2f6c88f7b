frappe.pages["meeting-today"].on_page_load = (wrapper) => {
	const { esc, format_number, format_time, icon, link } = meeting_crm.format;

	class TodayScreen extends meeting_crm.Screen {
		constructor() {
			super(wrapper, {
				title: __("Today"),
				watch: ["Meeting Claim", "Meeting Activity", "Meeting Contract"],
			});
			this.page.set_primary_action(__("Duplicate Check"), () => frappe.set_route("duplicate-check"));
			this.$top = $('<div class="meeting-top"></div>').appendTo(this.$body);
			this.$content = $('<div class="meeting-today"></div>').appendTo(this.$body);
			this.switcher = new meeting_crm.ProjectSwitcher({
				parent: this.$top,
				on_change: () => this.update(),
			});
			$(`<button class="btn btn-default btn-sm">${icon("add")} ${esc(__("Enter Enterprise"))}</button>`)
				.on("click", () => frappe.set_route("enter-enterprise"))
				.appendTo(this.$top);
			this.$content.on("click", "[data-action]", (event) => this.act(event));
			this.$content.html('<div class="meeting-skeleton"></div>'.repeat(3));
		}

		async refresh() {
			const project = await this.switcher.load();
			if (!project) {
				this.$content.html(meeting_crm.empty_state(meeting_crm.no_project_state()));
				return;
			}
			if (project !== this.project) this.totals = null;
			this.project = project;
			const [totals] = await Promise.all([
				meeting_crm.call("meeting_crm.claims.api.get_totals", { project }),
				this.load_work(project),
			]);
			if (project !== this.project) return;
			this.totals = totals;
			this.show(this.draw());
		}

		/** What a person acts on waits for no total: where nothing is shown yet it stands at once. */
		async load_work(project) {
			const [today, activities] = await Promise.all([
				meeting_crm.call("meeting_crm.claims.api.get_today", { project }),
				meeting_crm.call("meeting_crm.sales.api.get_due_activities", { days: 1 }),
			]);
			if (project !== this.project) return;
			meeting_crm.clock.sync(today.now);
			this.today = today;
			this.activities = activities;
			if (!this.totals) this.show(this.draw());
		}

		/** What did not change is not drawn anew: nobody loses the button under the finger to a refresh. */
		show(html) {
			if (html === this.shown) return;
			this.shown = html;
			this.$content.html(html);
		}

		draw() {
			const { today } = this;
			return [
				this.draw_figures(today),
				today.left_behind.length ? this.draw_left_behind(today) : "",
				today.team ? this.draw_team(today) : "",
				`<div class="meeting-columns"><div>${this.draw_ending(today)}</div>
				<div>${this.draw_activities()}${this.draw_received(today)}</div></div>`,
			].join("");
		}

		draw_figures({ rules, is_team }) {
			const totals = this.totals || {};
			const cards = [
				["protected-enterprises", null, totals.protected, __("Protected")],
				[
					"protected-enterprises",
					{ ending: 1 },
					totals.ending,
					rules.reminder_days
						? __("Ending within {0} days", [rules.reminder_days])
						: __("Ending soon"),
					totals.ending ? "warn" : "",
				],
				["signed-enterprises", { month: 1 }, totals.signed_this_month, __("Signed this month")],
			].map(
				([route, query, number, label, css]) =>
					`<a class="meeting-figure ${css || ""}" href="${link(route, { query })}"><b>${format_total(number)}</b>
					<span>${esc(label)}</span></a>`
			);
			const volume = is_team
				? `<div class="meeting-figure"><b>${format_total(totals.new_today)}</b><span>${esc(
						__("New companies today")
					)}</span></div>`
				: `<div class="meeting-figure">${meeting_crm.draw_volume(totals.new_today, rules)}</div>`;
			return `<div class="meeting-figures">${cards.join("")}${volume}</div>`;
		}

		draw_left_behind({ left_behind }) {
			const rows = left_behind.map(
				({ user, full_name, customers }) => `<div class="meeting-item"><div class="meeting-item-main">
					<b class="meeting-item-name">${esc(full_name || user)}</b>
					<div class="meeting-item-line"><span class="text-muted">${esc(
						__("{0} customers, and nobody calls them", [format_number(customers)])
					)}</span></div></div>
					<a class="btn btn-default btn-xs" href="${link("meeting-handover", {
						name: "new",
						query: { from_user: user },
					})}">${esc(__("Hand them over"))}</a></div>`
			);
			return section(__("Disabled accounts that still hold companies"), rows.join(""));
		}

		draw_ending({ ending, rules, is_team, extensions_used, is_member }) {
			const left = Math.max(0, rules.max_extensions - extensions_used);
			const allowance =
				is_member && (!is_team || ending.some(is_own))
					? `<span class="text-muted">${esc(
							__("Extensions left in this project: {0} of {1}", [left, rules.max_extensions])
						)}</span>`
					: "";
			const rows = ending.map((claim, position) => this.draw_claim(claim, position, is_team, left));
			const more =
				this.totals?.ending > ending.length
					? `<a class="meeting-more" href="${link("protected-enterprises", { query: { ending: 1 } })}">${esc(
							__("All {0}", [this.totals.ending])
						)}</a>`
					: "";
			return section(
				__("Protection about to end"),
				rows.length ? rows.join("") + more : this.draw_nothing_ends(rules),
				allowance
			);
		}

		draw_nothing_ends(rules) {
			if (!this.totals) return nothing("\u00a0");
			if (this.totals.protected && !rules.reminder_days) {
				return nothing(__("This project does not remind of ending protections"));
			}
			if (this.totals.protected) {
				return nothing(
					__("Nothing ends within {0} days. A good moment for new companies.", [
						rules.reminder_days,
					])
				);
			}
			return `${nothing(__("No company is protected yet. Check a name: enter it when it is new, claim it when nobody has it."))}
				<p class="meeting-nothing-action"><button class="btn btn-default btn-sm" data-action="check">${esc(__("Duplicate Check"))}</button></p>`;
		}

		draw_claim(claim, position, is_team, left) {
			const used_up = is_own(claim) && !left ? __("All your extensions in this project are used") : "";
			const buttons = [
				is_own(claim) || is_team ? ["extend", __("Extend"), used_up] : null,
				meeting_crm.may_sign(claim) ? ["sign", __("Sign")] : null,
				claim.customer ? ["open", __("Open", null, "Verb")] : null,
			].filter(Boolean);
			return `<div class="meeting-item" data-position="${position}">
				<div class="meeting-item-main">
					<a class="meeting-item-name" data-action="open" href="#" onclick="return false">${esc(claim.enterprise_name)}</a>
					<div class="meeting-item-line">${meeting_crm.clock.clock(claim.protected_until, { claim: claim.name })}
						${is_team ? `<span class="text-muted">${esc(claim.holder_name)}</span>` : ""}</div>
				</div>
				<div class="meeting-item-actions">${buttons
					.map(
						([action, label, obstacle]) =>
							`<button class="btn btn-default btn-xs" data-action="${action}" ${
								obstacle ? `disabled title="${esc(obstacle)}"` : ""
							}>${esc(label)}</button>`
					)
					.join("")}</div>
			</div>`;
		}

		draw_activities() {
			const rows = this.activities.map(
				(activity, position) => `<div class="meeting-item" data-activity="${position}">
					<div class="meeting-item-main">
						<a class="meeting-item-name" href="${link("meeting-activity", { name: activity.name })}">${esc(activity.subject)}</a>
						<div class="meeting-item-line"><span class="${activity.overdue ? "meeting-overdue" : "text-muted"}">${esc(
							format_time(activity.starts_on)
						)}</span> <a href="${link("meeting-customer", { name: activity.customer })}">${esc(activity.customer_name)}</a></div>
					</div>
					<div class="meeting-item-actions"><button class="btn btn-default btn-xs" data-action="done">${esc(__("Finish"))}</button></div>
				</div>`
			);
			return section(
				__("Activities due"),
				rows.length
					? rows.join("")
					: nothing(__("Nothing is due today or tomorrow. Plan the next step in a customer file."))
			);
		}

		draw_received({ received, shared }) {
			const rows = [
				...received.map((claim) => ({
					customer: claim.customer,
					name: claim.enterprise_name,
					at: claim.claimed_on,
					text: __(claim.source),
				})),
				...shared.map((file) => ({
					customer: file.customer,
					name: file.customer_name,
					at: file.shared_on,
					text: __("Shared by {0}", [file.shared_by]),
				})),
			].sort((one, other) => (one.at < other.at ? 1 : -1));
			return rows.length ? section(__("From colleagues"), rows.map(draw_from_colleague).join("")) : "";
		}

		draw_team({ team, rules }) {
			const rows = team.rows.map(
				(person) => `<tr>
					<td><a href="${link("protected-enterprises", { query: { holder: person.user } })}">${esc(person.full_name)}</a></td>
					<td class="number">${number_of("protected-enterprises", person, person.protected)}</td>
					<td class="number">${number_of("protected-enterprises", person, person.ending, { ending: 1 }, "meeting-overdue")}</td>
					<td class="number">${number_of("signed-enterprises", person, person.signed_this_month, { month: 1 })}</td>
					<td>${meeting_crm.draw_volume(person.new_today, rules, true)}</td></tr>`
			);
			const head = [
				__("Person"),
				__("Protected"),
				__("Ending"),
				__("Signed this month"),
				__("New today"),
			];
			const all =
				team.number > team.rows.length
					? `<span class="text-muted">${esc(__("Those whose protections end first"))} ·
						<a href="${link("project-board")}">${esc(__("All {0} people", [format_number(team.number)]))}</a></span>`
					: "";
			return section(
				__("Team"),
				team.number
					? `<div class="meeting-scroll"><table class="meeting-table"><thead><tr>${head
							.map(
								(label, position) =>
									`<th class="${position && position < 4 ? "number" : ""}">${esc(label)}</th>`
							)
							.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`
					: nothing(__("This project has no members yet. Add them in the project's form.")),
				all
			);
		}

		act(event) {
			const { action } = event.currentTarget.dataset;
			if (action === "check") return frappe.set_route("duplicate-check");
			const on_done = () => this.update();
			if (action === "done") {
				const activity =
					this.activities[$(event.currentTarget).closest("[data-activity]").data("activity")];
				return meeting_crm.finish_activity(activity, { on_done });
			}
			const position = $(event.currentTarget).closest("[data-position]").data("position");
			const claim = { ...this.today.ending[position], project_name: this.switcher.label };
			if (action === "extend") meeting_crm.extend([claim], { on_done });
			if (action === "sign") meeting_crm.sign(claim, { on_done });
			if (action === "open") meeting_crm.open_customer(claim.customer);
		}
	}

	function is_own(claim) {
		return claim.holder === frappe.session.user;
	}

	function draw_from_colleague({ customer, name, at, text }) {
		return `<div class="meeting-item"><div class="meeting-item-main">
			<a class="meeting-item-name" href="${link("meeting-customer", { name: customer })}">${esc(name)}</a>
			<div class="meeting-item-line"><span class="text-muted">${esc(text)} · ${esc(format_time(at))}</span></div>
		</div></div>`;
	}

	/** A number that leads to the records behind it. */
	function number_of(route, { user }, number, query = {}, css = "") {
		if (!number) return "0";
		return `<a class="${css}" href="${link(route, { query: { holder: user, ...query } })}">${format_number(number)}</a>`;
	}

	/** Nothing as long as the total is still counted. */
	function format_total(number) {
		return number === undefined ? "" : format_number(number);
	}

	function section(title, content, aside = "") {
		return `<section class="meeting-section"><header><h4>${esc(title)}</h4>${aside}</header>${content}</section>`;
	}

	function nothing(text) {
		return `<p class="meeting-nothing text-muted">${esc(text)}</p>`;
	}

	new TodayScreen();
};
