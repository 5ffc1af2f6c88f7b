frappe.pages["duplicate-check"].on_page_load = (wrapper) => {
	const { esc, icon, mark_ranges, pill } = meeting_crm.format;
	const TYPING_PAUSE = 180;
	const ADVANCED = ["name", "contact", "mobile"];
	const SHORTEST = 2;
	const COMPANIES = 20;
	const MOST_COMPANIES = 50;

	class DuplicateCheckScreen extends meeting_crm.Screen {
		constructor() {
			super(wrapper, { title: __("Duplicate Check"), refresh_every: 0 });
			this.rows = [];
			this.active = -1;
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
				</div>
				<div class="meeting-check-advanced hide">
					<label>${esc(__("Customer Name"))}<input type="text" class="form-control" name="name" maxlength="140" autocomplete="off"></label>
					<label>${esc(__("Contact Person"))}<input type="text" class="form-control" name="contact" maxlength="140" autocomplete="off"></label>
					<label>${esc(__("Mobile Number"))}<input type="text" class="form-control" name="mobile" maxlength="40" inputmode="tel" autocomplete="off"></label>
				</div>
			</div>`).appendTo(this.$body);
			this.$rows = $(
				'<div id="meeting-check-rows" class="meeting-check-rows" role="listbox" aria-live="polite"></div>'
			).appendTo(this.$body);
			this.$box = this.$form.find("[name=text]");
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
				this.activate(Number(event.currentTarget.dataset.position), false)
			);
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

		refresh() {
			return this.search({ keep: true, limit: this.limit });
		}

		async search({ keep = false, limit = COMPANIES } = {}) {
			const query = this.get_query();
			if (this.request) this.request.abort();
			if (!Object.values(query).some((value) => [...value].length >= SHORTEST)) {
				this.rows = [];
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
			const before = keep && this.rows[this.active];
			this.rows = rows;
			this.active = before
				? rows.findIndex(
						(row) => row.enterprise === before.enterprise && row.project === before.project
					)
				: -1;
			this.draw();
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
			this.$box.attr("aria-expanded", this.rows.length > 0);
			const html = this.rows.map((row, position) => this.draw_row(row, position));
			this.$rows.html(html.join("") + this.draw_more() + this.draw_entry());
		}

		draw_more() {
			const companies = new Set(this.rows.map((row) => row.enterprise)).size;
			if (companies < this.limit) return "";
			const text = __("The {0} that answer best are shown. Type more of the name to see others.", [
				companies,
			]);
			const button = `<button class="btn btn-default btn-sm" data-action="more">${esc(__("Show More"))}</button>`;
			return `<div class="meeting-check-entry"><span>${esc(text)}</span>${
				this.limit < MOST_COMPANIES ? button : ""
			}</div>`;
		}

		draw_row(row, position) {
			const previous = this.rows[position - 1];
			const repeated = previous && previous.enterprise === row.enterprise;
			const active = position === this.active;
			return `<div class="meeting-check-row ${active ? "active" : ""} ${repeated ? "repeated" : ""}" role="option"
				id="meeting-check-${position}" aria-selected="${active}" data-position="${position}">
				<span class="meeting-check-name">${mark_ranges(row.enterprise_name, row.marks || [])}</span>
				<span class="meeting-check-reason">${repeated ? "" : esc(row.reason || "")}</span>
				<span class="meeting-check-project">${esc(row.project_name || "")}</span>
				<span class="meeting-check-status">${this.draw_status(row)}</span>
			</div>`;
		}

		draw_status(row) {
			if (row.outcome) return row.outcome;
			if (row.customer) {
				return `${pill(row.status, row.status === "Signed" ? {} : { text: __("Yours") })}
					<button class="btn btn-default btn-xs" data-action="open">${esc(__("Open File"))}</button>`;
			}
			if (!row.claimable) return pill(row.status);
			return `<button class="meeting-pill blue clickable" data-action="claim" title="${esc(
				__("Claim it in {0}", [row.project_name])
			)}">${esc(__("Uncontacted"))}<span class="meeting-pill-more">${esc(__("Claim"))}</span></button>`;
		}

		draw_entry() {
			const name = this.get_typed_name();
			if (this.rows.some((row) => row.enterprise_name === name)) return "";
			return `<div class="meeting-check-entry ${this.rows.length ? "" : "alone"}">
				<span>${esc(this.describe_entry(name))}</span>
				<button class="btn btn-sm ${this.rows.length ? "btn-default" : "btn-primary"}" data-action="enter">${icon("add")}
				${esc(name ? __("Enter “{0}”", [name]) : __("Enter Enterprise"))}</button></div>`;
		}

		describe_entry(name) {
			if (this.rows.length) return __("None of these? Enter a new company");
			if (name) return __("Nobody has this company. Enter it as new");
			return __(
				"No company stands under this person or number. A number must be complete, of a person the beginning is enough."
			);
		}

		handle_key(event) {
			if (this.is_composing || event.originalEvent?.isComposing || event.keyCode === 229) return;
			const steps = { ArrowDown: 1, ArrowUp: -1 };
			if (event.key in steps) {
				event.preventDefault();
				this.activate(this.active + steps[event.key]);
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
			if (this.active >= 0) return this.use(this.rows[this.active]);
			if (this.rows.length)
				return this.activate(
					Math.max(
						0,
						this.rows.findIndex((row) => row.claimable)
					)
				);
			if (this.query && this.get_typed_name()) this.enter();
		}

		activate(position, scroll = true) {
			if (!this.rows.length) return;
			this.active = Math.max(-1, Math.min(position, this.rows.length - 1));
			this.$rows.children(".meeting-check-row").each((index, element) => {
				element.classList.toggle("active", index === this.active);
				element.setAttribute("aria-selected", index === this.active);
				if (scroll && index === this.active) element.scrollIntoView({ block: "nearest" });
			});
			this.$box.attr("aria-activedescendant", this.active >= 0 ? `meeting-check-${this.active}` : null);
		}

		act(event) {
			const { action } = event.currentTarget.dataset;
			if (action === "enter") return this.enter();
			if (action === "more") return this.search({ keep: true, limit: MOST_COMPANIES });
			const row = this.rows[$(event.currentTarget).closest("[data-position]").data("position")];
			if (action === "claim") this.use(row);
			if (action === "open") meeting_crm.open_customer(row.customer);
		}

		async use(row) {
			if (row.customer) return meeting_crm.open_customer(row.customer);
			if (!row.claimable) {
				frappe.show_alert({ message: esc(why_not(row)), indicator: "orange" });
				return;
			}
			if (this.is_busy) return;
			this.is_busy = true;
			row.outcome = `<span class="text-muted">${esc(__("Claiming…"))}</span>`;
			this.draw();
			try {
				const answer = await meeting_crm.claim_enterprise({
					project: row.project,
					enterprise: row.enterprise,
					source: "Duplicate Check",
				});
				meeting_crm.remember_project(row.project);
				this.show_claimed(row, answer);
				meeting_crm.offer_affiliates(answer, "Duplicate Check");
			} catch (error) {
				if (error.name !== "ServerError") throw error;
				row.outcome = `<span class="meeting-refused">${esc(error.message)}</span>`;
				this.draw();
			} finally {
				this.is_busy = false;
			}
		}

		show_claimed(row, answer) {
			Object.assign(row, { claimable: false, status: "In Negotiation", customer: answer.customer });
			row.outcome = `${meeting_crm.clock.clock(answer.protected_until, { short: true })}
				<button class="btn btn-primary btn-xs" data-action="open">${esc(__("Open File"))}</button>`;
			this.draw();
			frappe.show_alert({
				message: esc(
					__("{0} is yours until {1}", [
						row.enterprise_name,
						meeting_crm.format.format_time(answer.protected_until),
					])
				),
				indicator: "green",
			});
		}

		enter() {
			frappe.route_options = {
				full_name: this.get_typed_name(),
				mobile: this.get_query().mobile || "",
			};
			frappe.set_route("enter-enterprise");
		}
	}

	function why_not(row) {
		if (!row.project)
			return __(
				"Nobody holds it, but you are in no open project. Ask an administrator to add you to one."
			);
		if (row.status === "Signed") return __("This company is signed in {0}.", [row.project_name]);
		if (row.status === "In Negotiation")
			return __("A colleague is negotiating with it in {0}.", [row.project_name]);
		return __("You are no member of {0}, so you cannot claim there.", [row.project_name]);
	}

	new DuplicateCheckScreen();
};
