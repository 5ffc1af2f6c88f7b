frappe.pages["duplicate-check"].on_page_load = (wrapper) => {
	const { esc, icon, mark_ranges, pill } = meeting_crm.format;
	const TYPING_PAUSE = 180;
	const ADVANCED = ["name", "contact", "mobile"];
	const SHORTEST = 2;
	const COMPANIES = 20;
	const MAX_COMPANIES = 50;
	const FIRST_PLACES = 3;

	/** One row per company, with a chip for each project it stands in or could be claimed in. */
	class DuplicateCheckScreen extends meeting_crm.Screen {
		constructor() {
			super(wrapper, { title: __("Duplicate Check"), refresh_every: 0 });
			this.companies = [];
			this.active = -1;
			this.place = 0;
			this.page.set_secondary_action(__("Enter Enterprise"), () => this.enter());
			this.make();
			this.search_soon = frappe.utils.debounce(() => this.search(), TYPING_PAUSE);
		}

		make() {
			this.$form = $(`<div class="meeting-check" role="search">
				<div class="meeting-check-box">
					${icon("search", "md")}
					<input type="text" class="form-control" name="text" maxlength="140" autocomplete="off" spellcheck="false" autofocus
						role="combobox" aria-expanded="false" aria-controls="meeting-check-rows"
						placeholder="${esc(__("Company name, short name, pinyin or initials"))}" aria-label="${esc(__("Company"))}">
					<button class="btn btn-default btn-sm" data-action="advanced" aria-expanded="false">${esc(__("Advanced"))}</button>
					<div class="meeting-check-project"></div>
				</div>
				<div class="meeting-check-advanced hide">
					<label>${esc(__("Customer Name"))}<input type="text" class="form-control" name="name" maxlength="140" autocomplete="off"></label>
					<label>${esc(__("Contact person"))}<input type="text" class="form-control" name="contact" maxlength="140" autocomplete="off"></label>
					<label>${esc(__("Mobile Number"))}<input type="text" class="form-control" name="mobile" maxlength="40" inputmode="tel" autocomplete="off"></label>
				</div>
			</div>`).appendTo(this.$body);
			this.$rows = $(
				'<div id="meeting-check-rows" class="meeting-check-rows" role="listbox" aria-live="polite"></div>'
			).appendTo(this.$body);
			this.$box = this.$form.find("[name=text]");
			this.switcher = new meeting_crm.ProjectSwitcher({
				parent: this.$form.find(".meeting-check-project"),
				on_change: () => this.change_project(),
			});
			this.switcher.$element.attr("title", __("Enter claims in this project"));
			this.$form.on("compositionstart", "input", () => (this.is_composing = true));
			this.$form.on("compositionend", "input", () => {
				this.is_composing = false;
				this.search_soon();
			});
			this.$form.on(
				"input",
				"input",
				(event) => this.is_composing || event.originalEvent?.isComposing || this.search_soon()
			);
			this.$form.on("keydown", "input", (event) => this.handle_key(event));
			this.$form.on("click", "[data-action=advanced]", () => this.toggle_advanced());
			this.$rows.on("click", "[data-action]", (event) => this.act(event));
			this.$rows.on("mousemove", ".meeting-check-row", (event) =>
				this.activate(Number(event.currentTarget.dataset.position), { scroll: false })
			);
		}

		change_project() {
			this.companies.forEach((company) => this.sort_places(company));
			this.place = 0;
			this.draw();
			this.$box.trigger("focus");
		}

		handle_show() {
			const { text } = frappe.route_options || {};
			frappe.route_options = null;
			if (text) this.$box.val(text);
			super.handle_show();
			setTimeout(() => this.$box.trigger("focus").trigger("select"));
		}

		toggle_advanced(open = this.$form.find(".meeting-check-advanced").hasClass("hide")) {
			this.$form.find(".meeting-check-advanced").toggleClass("hide", !open);
			this.$form.find("[data-action=advanced]").attr("aria-expanded", open);
			if (open) {
				this.$form.find("[name=name]").val(this.$form.find("[name=name]").val() || this.$box.val());
				this.$box.val("").prop("disabled", true);
				this.$form.find("[name=name]").trigger("focus");
			} else {
				this.$box.prop("disabled", false).val(this.$form.find("[name=name]").val()).trigger("focus");
				ADVANCED.forEach((field) => this.$form.find(`[name=${field}]`).val(""));
			}
			this.search();
		}

		get_query() {
			const query = {};
			["text", ...ADVANCED].forEach((field) => {
				const value = this.$form.find(`[name=${field}]`).val().trim();
				if (value) query[field] = value;
			});
			return query;
		}

		async refresh() {
			await Promise.all([this.switcher.load(), this.search({ keep: true, limit: this.limit })]);
			this.companies.forEach((company) => this.sort_places(company));
			if (this.companies.length) this.draw();
		}

		async search({ keep = false, limit = COMPANIES } = {}) {
			const query = this.get_query();
			if (this.request) this.request.abort();
			if (!Object.values(query).some((value) => [...value].length >= SHORTEST)) {
				this.companies = [];
				this.query = query;
				this.clear_problem();
				this.draw_hint();
				return;
			}
			this.request = new AbortController();
			this.$form.addClass("searching");
			try {
				const rows = await meeting_crm.call(
					"meeting_crm.entry.api.check_duplicates",
					{ ...query, limit },
					{ signal: this.request.signal }
				);
				this.clear_problem();
				this.query = query;
				this.limit = limit;
				this.show_rows(rows, keep);
				this.$form.removeClass("searching");
			} catch (error) {
				if (error.name === "AbortError") return;
				this.$form.removeClass("searching");
				if (error.name !== "ServerError") throw error;
				this.show_problem(error);
			}
		}

		show_rows(rows, keep) {
			const before = keep && this.companies[this.active];
			this.companies = group(rows);
			this.companies.forEach((company) => this.sort_places(company));
			this.active = before
				? this.companies.findIndex(({ enterprise }) => enterprise === before.enterprise)
				: -1;
			if (this.active < 0) this.place = 0;
			this.draw();
		}

		/** The switcher's project first: what Enter does is what one sees first. */
		sort_places(company) {
			const wanted = this.switcher.value;
			company.places.sort(
				(one, other) =>
					(other.project === wanted) - (one.project === wanted) || one.order - other.order
			);
		}

		get_typed_name() {
			const query = this.get_query();
			return query.text || query.name || "";
		}

		draw_hint() {
			this.$box.attr("aria-expanded", false);
			this.$rows.html(
				`<div class="meeting-empty"><p>${esc(
					__(
						"Type a company: all projects are searched while you type. Enter, arrow keys and Enter again claim it."
					)
				)}</p></div>`
			);
		}

		draw() {
			this.$box.attr("aria-expanded", this.companies.length > 0);
			const html = this.companies.map((company, position) => this.draw_company(company, position));
			this.$rows.html(html.join("") + this.draw_more() + this.draw_entry());
			this.show_mark();
		}

		draw_more() {
			if (this.companies.length < this.limit) return "";
			const text = __("The {0} best matches are shown. Type more of the name to see others.", [
				this.companies.length,
			]);
			const button = `<button class="btn btn-default btn-sm" data-action="more">${esc(__("Show more"))}</button>`;
			return `<div class="meeting-check-entry"><span>${esc(text)}</span>${
				this.limit < MAX_COMPANIES ? button : ""
			}</div>`;
		}

		draw_company(company, position) {
			const shown = company.is_open ? company.places : company.places.slice(0, FIRST_PLACES);
			const hidden = company.places.length - shown.length;
			const places = shown.map((place, number) =>
				this.draw_place(place, `meeting-check-${position}-${number}`)
			);
			const more = hidden
				? `<button class="btn btn-link btn-xs" data-action="all" aria-label="${esc(
						__("{0} more projects", [hidden])
					)}">+${hidden}</button>`
				: "";
			const { outcome = "" } = company;
			return `<div class="meeting-check-row" role="option" id="meeting-check-${position}" aria-selected="false" data-position="${position}">
				<span class="meeting-check-name">${mark_ranges(company.enterprise_name, company.marks || [])}</span>
				<span class="meeting-check-reason">${esc(company.reason || "")}</span>
				<span class="meeting-check-places">${places.join("")}${more}</span>
				${outcome ? `<span class="meeting-check-outcome">${outcome}</span>` : ""}
			</div>`;
		}

		draw_place(place, id) {
			const project = place.project_name
				? `<span class="meeting-place-project">${esc(place.project_name)}</span>`
				: "";
			return `<span class="meeting-place" id="${id}" data-project="${esc(place.project || "")}">${project}${this.draw_status(
				place
			)}</span>`;
		}

		draw_status(place) {
			if (place.outcome) return place.outcome;
			if (place.customer) {
				return `${pill(place.status, place.status === "Signed" ? {} : { text: __("Yours") })}
					<button class="btn btn-default btn-xs" data-action="open">${esc(__("Open File"))}</button>`;
			}
			if (!place.claimable) return pill(place.status);
			return `<button class="meeting-pill blue clickable" data-action="claim" title="${esc(
				__("Claim it in {0}", [place.project_name])
			)}">${esc(__("Uncontacted"))}<span class="meeting-pill-more">${esc(__("Claim"))}</span></button>`;
		}

		draw_entry() {
			const name = this.get_typed_name();
			const { length } = this.companies;
			if (this.companies.some(({ enterprise_name }) => enterprise_name === name)) return "";
			return `<div class="meeting-check-entry ${length ? "" : "alone"}">
				<span>${esc(this.describe_entry(name))}</span>
				<button class="btn btn-sm ${length ? "btn-default" : "btn-primary"}" data-action="enter">${icon("add")}
				${esc(name ? __("Enter “{0}”", [name]) : __("Enter Enterprise"))}</button></div>`;
		}

		describe_entry(name) {
			if (this.companies.length) return __("None of these? Enter a new company");
			if (name) return __("Nobody has this company. Enter it as new");
			return __(
				"No company is found under this person or number. A number must be complete; the beginning of a person's name is enough."
			);
		}

		handle_key(event) {
			if (this.is_composing || event.originalEvent?.isComposing || event.keyCode === 229) return;
			const steps = { ArrowDown: 1, ArrowUp: -1 };
			const sideways = { ArrowRight: 1, ArrowLeft: -1 };
			if (event.key in steps) {
				event.preventDefault();
				this.activate(this.active + steps[event.key]);
			} else if (event.key in sideways && this.active >= 0) {
				event.preventDefault();
				this.activate(this.active, { place: this.place + sideways[event.key] });
			} else if (event.key === "Enter") {
				event.preventDefault();
				this.confirm();
			} else if (event.key === "Escape") {
				$(event.target).val("");
				this.search();
			}
		}

		is_behind() {
			return JSON.stringify(this.get_query()) !== JSON.stringify(this.query || {});
		}

		// Whoever types on and presses Enter means what is typed, not the rows of what was typed before.
		confirm() {
			if (this.is_behind()) return this.search();
			if (this.active >= 0) return this.use(this.active, this.place);
			if (this.companies.length) return this.activate(0);
			if (this.query && this.get_typed_name()) this.enter();
		}

		/** Marks a company and, in it, one of its projects: at first the switcher's, else one where it can be claimed. */
		activate(position, { place, scroll = true } = {}) {
			if (!this.companies.length) return;
			const active = Math.max(-1, Math.min(position, this.companies.length - 1));
			const company = this.companies[active];
			if (company && place !== undefined) {
				this.place = Math.max(0, Math.min(place, company.places.length - 1));
				if (this.place >= FIRST_PLACES && !company.is_open) {
					company.is_open = true;
					this.draw();
				}
			} else if (active !== this.active && company) {
				this.place = get_first_place(company, this.switcher.value);
			}
			this.active = active;
			this.show_mark(scroll);
		}

		show_mark(scroll = false) {
			this.$rows.children(".meeting-check-row").each((index, element) => {
				const is_active = index === this.active;
				element.classList.toggle("active", is_active);
				element.setAttribute("aria-selected", is_active);
				element.querySelectorAll(".meeting-place").forEach((chip, number) => {
					chip.classList.toggle("marked", is_active && number === this.place);
				});
				if (scroll && is_active) element.scrollIntoView({ block: "nearest" });
			});
			this.$box.attr(
				"aria-activedescendant",
				this.active >= 0 ? `meeting-check-${this.active}-${this.place}` : null
			);
		}

		act(event) {
			if (event.originalEvent?.detail > 1) return; // the second half of a double click
			const { action } = event.currentTarget.dataset;
			if (action === "enter") return this.enter();
			if (action === "more") return this.search({ keep: true, limit: MAX_COMPANIES });
			const position = $(event.currentTarget).closest("[data-position]").data("position");
			if (action === "all") {
				this.companies[position].is_open = true;
				return this.draw();
			}
			this.use(position, $(event.currentTarget).closest(".meeting-place").index());
		}

		async use(position, number) {
			const company = this.companies[position];
			const place = company.places[number];
			if (place.customer) return meeting_crm.open_customer(place.customer);
			if (!place.claimable) {
				frappe.show_alert({ message: esc(why_not(place)), indicator: "orange" });
				return;
			}
			if (this.is_busy) return;
			this.is_busy = true;
			company.outcome = "";
			place.outcome = `<span class="text-muted">${esc(__("Claiming…"))}</span>`;
			this.draw();
			try {
				const answer = await meeting_crm.claim_enterprise({
					project: place.project,
					enterprise: company.enterprise,
					source: "Duplicate Check",
				});
				this.show_claimed(company, place, answer);
				meeting_crm.offer_affiliates(answer, "Duplicate Check");
			} catch (error) {
				if (error.name !== "ServerError") throw error;
				place.outcome = null;
				company.outcome = `<span class="meeting-refused">${esc(error.message)}</span>`;
				this.draw();
			} finally {
				this.is_busy = false;
			}
		}

		show_claimed(company, place, answer) {
			Object.assign(place, { claimable: false, status: "In Negotiation", customer: answer.customer });
			place.outcome = `${meeting_crm.clock.clock(answer.protected_until, { short: true })}
				<button class="btn btn-primary btn-xs" data-action="open">${esc(__("Open File"))}</button>`;
			this.draw();
			meeting_crm.tell_claimed({ ...answer, project_name: place.project_name }, () =>
				this.search({ keep: true, limit: this.limit })
			);
		}

		enter() {
			frappe.route_options = {
				full_name: this.get_typed_name(),
				mobile: this.get_query().mobile || "",
			};
			frappe.set_route("enter-enterprise");
		}
	}

	/** Rows of the answer, one for each company and project, as companies with their places. */
	function group(rows) {
		const companies = new Map();
		rows.forEach((row, order) => {
			if (!companies.has(row.enterprise)) companies.set(row.enterprise, { ...row, places: [] });
			companies.get(row.enterprise).places.push({ ...row, order });
		});
		return [...companies.values()];
	}

	function get_first_place({ places }, project) {
		if (places[0].project === project) return 0;
		return Math.max(
			0,
			places.findIndex(({ claimable }) => claimable)
		);
	}

	function why_not(place) {
		if (!place.project)
			return __(
				"Nobody holds it, but you are in no open project. Ask an administrator to add you to one."
			);
		if (place.status === "Signed") return __("This company is signed in {0}.", [place.project_name]);
		if (place.status === "In Negotiation")
			return __("A colleague is negotiating with it in {0}.", [place.project_name]);
		return __("You are no member of {0}, so you cannot claim there.", [place.project_name]);
	}

	new DuplicateCheckScreen();
};
