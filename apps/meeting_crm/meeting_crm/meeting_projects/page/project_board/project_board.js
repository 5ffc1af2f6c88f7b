frappe.pages["project-board"].on_page_load = (wrapper) => {
	const { esc, format_day, format_number, link } = meeting_crm.format;
	const DAYS_SHOWN = 14;
	const PEOPLE_A_PAGE = 50;
	const REFRESH_EVERY = 5 * 60 * 1000;
	const FIGURES = [
		["claimed", () => __("Newly protected"), "orange", "claimed_on"],
		["signed", () => __("Signed"), "green", "signed_on"],
		["released", () => __("Released"), "gray", "ended_on"],
	];
	const OWN_SOURCES = ["Entry", "Pool", "Duplicate Check"];

	class BoardScreen extends meeting_crm.Screen {
		constructor() {
			super(wrapper, {
				title: __("Project Board"),
				watch: ["Meeting Project"],
				refresh_every: REFRESH_EVERY,
			});
			this.last_day = frappe.datetime.get_today();
			this.text = "";
			this.pages = 1;
			this.number = 0;
			this.make();
		}

		make() {
			this.$top = $('<div class="meeting-top"></div>').appendTo(this.$body);
			this.switcher = new meeting_crm.ProjectSwitcher({
				parent: this.$top,
				on_change: () => this.start_over(),
			});
			this.$days = $(`<div class="btn-group meeting-days">
				<button class="btn btn-default btn-sm" data-step="-1" aria-label="${esc(__("Earlier days"))}">‹</button>
				<button class="btn btn-default btn-sm meeting-days-label" data-step="0"></button>
				<button class="btn btn-default btn-sm" data-step="1" aria-label="${esc(__("Later days"))}">›</button>
			</div>`).appendTo(this.$top);
			this.$search = meeting_crm.make_search_box({
				parent: this.$top,
				label: __("Find a person"),
				on_search: (text) => this.start_over(text),
				page: this.page,
			});
			this.$content = $("<div></div>").appendTo(this.$body);
			this.$content.on("click", "[data-more]", () => this.show_more());
			this.$days.on("click", "[data-step]", (event) =>
				this.move(Number(event.currentTarget.dataset.step))
			);
			if (!meeting_crm.is_administrator()) return;
			this.page.set_primary_action(__("New Project"), () => frappe.new_doc("Meeting Project"));
			this.page.set_secondary_action(__("Rules and Members"), () =>
				frappe.set_route("Form", "Meeting Project", this.switcher.value)
			);
		}

		move(step) {
			const today = frappe.datetime.get_today();
			const day = step ? frappe.datetime.add_days(this.last_day, step * DAYS_SHOWN) : today;
			this.last_day = day > today ? today : day;
			this.update();
		}

		start_over(text = this.text) {
			this.text = text;
			this.pages = 1;
			this.update();
		}

		show_more() {
			this.pages += 1;
			this.update();
		}

		async refresh() {
			const project = await this.switcher.load();
			this.$days.toggle(Boolean(project));
			this.$search.toggle(Boolean(project) && this.has_many());
			this.page.btn_secondary.toggle(Boolean(project) && meeting_crm.is_administrator());
			if (!project) return this.$content.html(meeting_crm.empty_state(meeting_crm.no_project_state()));
			if (project !== this.project) this.totals = null;
			this.project = project;
			const [totals] = await Promise.all([
				meeting_crm.call("meeting_crm.claims.api.get_totals", { project }),
				this.load_people(project),
			]);
			if (project !== this.project) return;
			meeting_crm.clock.sync(totals.now);
			this.totals = totals;
			this.draw();
		}

		/** People wait for no total: where nothing is shown yet they stand at once. */
		async load_people(project) {
			const days = get_days(this.last_day);
			const question = { project, from_date: days[0], to_date: this.last_day, text: this.text || null };
			const pages = await Promise.all(
				Array.from({ length: this.pages }, (_, page) =>
					meeting_crm.call("meeting_crm.claims.api.get_board", {
						...question,
						start: page * PEOPLE_A_PAGE,
					})
				)
			);
			if (project !== this.project) return;
			this.days = days;
			this.people = pages.flatMap(({ people }) => people);
			this.number = pages[0].number;
			if (!this.totals) this.draw();
		}

		has_many() {
			return this.number > PEOPLE_A_PAGE || Boolean(this.text);
		}

		draw() {
			this.$search.toggle(this.has_many());
			this.$days
				.find(".meeting-days-label")
				.text(`${format_day(this.days[0])} – ${format_day(this.days.at(-1))}`);
			this.$content.html(
				this.draw_totals(this.totals || {}) + this.draw_people(this.people, this.days)
			);
			this.show_last_days();
		}

		/** Where the days do not fit, the newest are in sight first. */
		show_last_days() {
			const $days = this.$content.find(".meeting-scroll");
			$days.scrollLeft($days.prop("scrollWidth"));
		}

		draw_totals(totals) {
			const figures = [
				[totals.protected, __("Protected"), "protected-enterprises"],
				[totals.ending, __("Ending soon"), "protected-enterprises", { ending: 1 }],
				[totals.signed, __("Signed"), "signed-enterprises"],
				[
					totals.new_today,
					__("New companies today"),
					"meeting-claim",
					{
						...this.get_claims_of("claimed_on", frappe.datetime.get_today()),
						source: JSON.stringify(["in", OWN_SOURCES]),
					},
				],
			].map(
				([number, label, route, query]) =>
					`<a class="meeting-figure" href="${link(route, { query })}"><b>${number === undefined ? "" : format_number(number)}</b><span>${esc(label)}</span></a>`
			);
			return `<div class="meeting-figures">${figures.join("")}</div>`;
		}

		draw_people(people, days) {
			if (!people.length && this.text) {
				return meeting_crm.empty_state({
					title: __("Nobody of this name here"),
					text: __("A part of the name is enough."),
				})[0].outerHTML;
			}
			if (!people.length) {
				return meeting_crm.empty_state({
					title: __("This project has no members yet"),
					text: __("Members may check, enter and claim companies in it."),
				})[0].outerHTML;
			}
			const legend = FIGURES.map(
				([, label, colour]) => `<span class="meeting-legend ${colour}">${esc(label())}</span>`
			).join("");
			const head = days.map(
				(day) =>
					`<th class="day ${is_weekend(day) ? "weekend" : ""}">${moment(day).format("D")}<small>${esc(
						format_weekday(day)
					)}</small></th>`
			);
			const rows = people.map((person) => this.draw_person(person, days));
			const more =
				people.length < this.number
					? `<p class="meeting-more"><button class="btn btn-default btn-sm" data-more>${esc(
							__("{0} of {1} people. Show more", [
								format_number(people.length),
								format_number(this.number),
							])
						)}</button></p>`
					: "";
			return `<section class="meeting-section"><header><h4>${esc(__("Per person and day"))}</h4><div>${legend}</div></header>
				<div class="meeting-scroll"><table class="meeting-table meeting-board"><thead><tr><th>${esc(__("Person"))}</th>
				<th class="number">${esc(__("Protected"))}</th><th class="number">${esc(__("Signed"))}</th>${head.join("")}</tr></thead>
				<tbody>${rows.join("")}</tbody></table></div>${more}</section>`;
		}

		draw_person(person, days) {
			const cells = days.map(
				(day) =>
					`<td class="day ${is_weekend(day) ? "weekend" : ""}">${this.draw_day(person, day)}</td>`
			);
			const query = { holder: person.user };
			return `<tr><td><a href="${link("protected-enterprises", { query })}">${esc(person.full_name || person.user)}</a></td>
				<td class="number"><a href="${link("protected-enterprises", { query })}">${format_number(person.protected)}</a></td>
				<td class="number"><a href="${link("signed-enterprises", { query })}">${format_number(person.signed)}</a></td>${cells.join("")}</tr>`;
		}

		draw_day({ user, days }, day) {
			const figures = days[day] || {};
			return FIGURES.filter(([figure]) => figures[figure])
				.map(([figure, label, colour, field]) => {
					const query = { ...this.get_claims_of(field, day), holder: user };
					return `<a class="meeting-count ${colour}" title="${esc(label())}"
						href="${link("meeting-claim", { query })}">${format_number(figures[figure])}</a>`;
				})
				.join("");
		}

		/** The list of claims of one day, as the desk's addresses tell it. */
		get_claims_of(field, day) {
			return { project: this.switcher.value, [field]: JSON.stringify(["Between", [day, day]]) };
		}
	}

	function get_days(last_day) {
		return Array.from({ length: DAYS_SHOWN }, (_, index) =>
			frappe.datetime.add_days(last_day, index - DAYS_SHOWN + 1)
		);
	}

	function is_weekend(day) {
		return [0, 6].includes(moment(day).day());
	}

	function format_weekday(day) {
		return new Intl.DateTimeFormat(frappe.boot.lang === "zh" ? "zh-CN" : frappe.boot.lang, {
			weekday: "narrow",
		}).format(moment(day).toDate());
	}

	new BoardScreen();
};
