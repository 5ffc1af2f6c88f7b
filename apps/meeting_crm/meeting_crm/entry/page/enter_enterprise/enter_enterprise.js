frappe.pages["enter-enterprise"].on_page_load = (wrapper) => {
	const { esc, format_time, icon, mark_ranges, pill } = meeting_crm.format;
	const TYPING_PAUSE = 350;
	const PEOPLE = ["person_name", "position", "mobile", "phone", "email"];
	const NUMBERS = ["landline", "mobile", "email", "fax"];
	const EMPTY_PEOPLE = 2;
	const SHORTEST_NAME = 4;

	class EntryScreen extends meeting_crm.Screen {
		constructor() {
			super(wrapper, { title: __("Enter Enterprise") });
			this.findings = {};
			this.page.set_primary_action(__("Check and Submit"), () => this.review());
			this.page.set_secondary_action(__("Clear"), () => this.clear());
			this.make();
			this.restore();
		}

		make() {
			this.$top = $('<div class="meeting-top"></div>').appendTo(this.$body);
			this.switcher = new meeting_crm.ProjectSwitcher({
				parent: this.$top,
				on_change: () => this.show_terms(),
			});
			this.$terms = $('<span class="text-muted meeting-terms"></span>').appendTo(this.$top);
			this.$form = $(`<form class="meeting-entry frappe-card" novalidate>
				${field("full_name", __("Full name, with branch"), { required: true, maxlength: 140 })}
				<div class="meeting-people">
					<label class="control-label reqd">${esc(__("Responsible people"))}</label>
					<div class="meeting-scroll"><table class="meeting-table meeting-people-grid"><thead><tr>
						${PEOPLE.map((name, index) => `<th class="${index < 2 ? "reqd" : ""}">${esc(describe_column(name))}</th>`).join("")}<th></th></tr></thead><tbody></tbody></table></div>
					<div class="meeting-people-foot"><button type="button" class="btn btn-default btn-xs" data-action="add">${icon("add")}
						${esc(__("Add a person"))}</button>
					<span class="text-muted">${esc(__("Rows copied in Excel can be pasted here: name, position, mobile, phone, e-mail."))}</span></div>
					<div class="meeting-finding" data-for="contacts"></div>
				</div>
				<div class="meeting-fields">
					${field("landline", __("Landline"), { required: true, maxlength: 40, inputmode: "tel" })}
					${field("mobile", __("Mobile"), { required: true, maxlength: 40, inputmode: "tel" })}
					${field("email", __("E-mail"), { maxlength: 140, inputmode: "email", hint: __("E-mail or fax: one of the two is needed.") })}
					${field("fax", __("Fax"), { maxlength: 40, inputmode: "tel" })}
				</div>
				${field("profile", __("Company profile"), { required: true, rows: 3 })}
				<div class="meeting-fields">
					<div class="meeting-field"><label for="meeting-segment" class="control-label">${esc(__("Segment"))}</label>
						<select id="meeting-segment" name="segment" class="form-control"><option value=""></option></select></div>
				</div>
				<div class="meeting-fields meeting-added-fields"></div>
				${field("remarks", __("First remark"), { rows: 2, hint: __("How you came to this company, what they want. It is kept with today's date.") })}
			</form>`).appendTo(this.$body);
			this.$people = this.$form.find("tbody");
			this.add_people(EMPTY_PEOPLE);
			this.watch_typing();
			this.load_segments();
			this.added = {};
			this.load_added_fields();
			this.page.wrapper.on("keydown", (event) => {
				if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.review();
			});
			this.$form.on("submit", (event) => event.preventDefault());
		}

		watch_typing() {
			const soon = {};
			const check = (name) => {
				soon[name] = soon[name] || frappe.utils.debounce(() => this.check(name), TYPING_PAUSE);
				soon[name]();
			};
			this.$form.on("compositionstart", "input, textarea", () => (this.is_composing = true));
			this.$form.on("compositionend", "input, textarea", (event) => {
				this.is_composing = false;
				check(event.target.name);
			});
			this.$form.on("input change", "input, textarea, select", (event) => {
				this.keep();
				$(event.target).closest(".meeting-field, td").removeClass("has-error");
				if (!this.is_composing && !event.originalEvent?.isComposing) check(event.target.name);
			});
			this.$form.on("paste", ".meeting-people-grid input", (event) => this.paste(event));
			this.$form.on("keydown", "input", (event) => this.handle_key(event));
			this.$form.on("click", "[data-action=add]", () =>
				this.add_people(1).find("input").first().trigger("focus")
			);
			this.$form.on("click", "[data-action=remove]", (event) =>
				this.remove_person($(event.currentTarget).closest("tr"))
			);
			this.$form.on("click", "[data-claim]", (event) =>
				this.claim_instead(Number(event.currentTarget.dataset.claim))
			);
		}

		handle_show() {
			super.handle_show();
			const carried = frappe.route_options || {};
			frappe.route_options = null;
			if (carried.full_name) this.start(carried);
			setTimeout(() => this.get_input("full_name").trigger("focus"));
		}

		/** A company carried over from the check does not inherit the numbers of an unfinished entry. */
		start({ full_name, mobile }) {
			const before = this.get_values();
			if (before.full_name && before.full_name !== full_name) {
				this.reset();
				this.offer_back(
					before,
					__("Your unfinished entry of {0} was put aside.", [before.full_name])
				);
			}
			this.get_input("full_name").val(full_name);
			if (mobile) this.get_input("mobile").val(mobile);
			this.keep();
			this.check("full_name");
		}

		async refresh() {
			const project = await this.switcher.load();
			this.$body.children(".meeting-empty").remove();
			this.$form.toggle(Boolean(project));
			if (!project) {
				meeting_crm.empty_state(meeting_crm.no_project_state()).appendTo(this.$body);
				return;
			}
			await this.show_terms();
		}

		async show_terms() {
			const terms = await meeting_crm.call("meeting_crm.claims.api.get_entry_terms", {
				project: this.switcher.value,
			});
			meeting_crm.clock.sync(terms.now);
			this.terms = terms;
			const left = Math.max(0, terms.daily_maximum - terms.new_today);
			this.$terms.text(
				left
					? __("{0} of {1} new companies today", [terms.new_today, terms.daily_maximum])
					: __("The daily maximum of {0} is reached. New companies are possible again tomorrow.", [
							terms.daily_maximum,
						])
			);
		}

		async load_segments() {
			const rows = await frappe.db.get_list("Meeting Segment", {
				fields: ["name"],
				filters: { disabled: 0 },
				limit: 100,
				order_by: "creation asc",
			});
			this.$form
				.find("[name=segment]")
				.append(
					rows.map(({ name }) => `<option value="${esc(name)}">${esc(__(name))}</option>`).join("")
				);
			this.get_input("segment").val(this.get_draft().segment || "");
		}

		/** What administrators added to the customer's form in the desk. */
		async load_added_fields() {
			const fields = await meeting_crm.call("meeting_crm.entry.api.get_added_fields");
			const $parent = this.$form.find(".meeting-added-fields");
			fields.forEach((df) => {
				const $field = $('<div class="meeting-field"></div>').appendTo($parent);
				this.added[df.fieldname] = frappe.ui.form.make_control({
					df: { ...df, onchange: () => this.keep() },
					parent: $field,
					render_input: true,
				});
			});
			this.set_added(this.get_draft());
		}

		get_added() {
			return Object.fromEntries(
				Object.entries(this.added).map(([name, control]) => [name, control.get_value() ?? ""])
			);
		}

		set_added(values) {
			Object.entries(this.added).forEach(([name, control]) =>
				control.set_value(values[name] ?? control.df.default ?? "")
			);
		}

		get_input(name) {
			return this.$form.find(`.meeting-field [name=${name}]`);
		}

		add_people(number) {
			const cells = PEOPLE.map(
				(
					name
				) => `<td><input class="form-control input-xs" name="person.${name}" data-field="${name}" maxlength="140"
					autocomplete="off" placeholder="${esc(describe_column(name))}" aria-label="${esc(describe_column(name))}"></td>`
			).join("");
			const $rows = $(
				Array.from(
					{ length: number },
					() => `<tr>${cells}<td><button type="button" class="btn btn-xs" data-action="remove" tabindex="-1"
					aria-label="${esc(__("Remove"))}">${icon("close", "xs")}</button></td></tr>`
				).join("")
			).appendTo(this.$people);
			return $rows;
		}

		remove_person($row) {
			$row.remove();
			if (!this.$people.children().length) this.add_people(1);
			this.keep();
		}

		handle_key(event) {
			if (
				event.key !== "Enter" ||
				event.ctrlKey ||
				event.metaKey ||
				this.is_composing ||
				event.keyCode === 229
			)
				return;
			event.preventDefault();
			const $row = $(event.target).closest("tr");
			if (!$row.length) return;
			const $next = $row.next().length ? $row.next() : this.add_people(1);
			$next.find(`[data-field=${event.target.dataset.field}]`).trigger("focus");
		}

		/** A block of cells copied in Excel arrives as lines of tab-separated values. */
		paste(event) {
			const text = event.originalEvent.clipboardData.getData("text/plain");
			const lines = text
				.replace(/\r/g, "")
				.replace(/\n+$/, "")
				.split("\n")
				.map((line) => line.split("\t"));
			if (lines.length === 1 && lines[0].length === 1) return;
			event.preventDefault();
			const first_column = PEOPLE.indexOf(event.target.dataset.field);
			let $row = $(event.target).closest("tr");
			lines.forEach((cells, index) => {
				if (index) $row = $row.next().length ? $row.next() : this.add_people(1);
				cells.forEach((cell, column) => {
					$row.find(`[data-field=${PEOPLE[first_column + column]}]`).val(cell.trim());
				});
			});
			this.$people.find(".has-error").removeClass("has-error");
			this.keep();
			this.check("person.mobile");
		}

		get_values() {
			const values = this.get_added();
			["full_name", ...NUMBERS, "profile", "segment"].forEach(
				(name) => (values[name] = this.get_input(name).val().trim())
			);
			const remark = this.get_input("remarks").val().trim();
			values.remarks = remark ? [remark] : [];
			values.contacts = this.$people
				.children()
				.get()
				.map((row) =>
					Object.fromEntries(
						PEOPLE.map((name) => [name, $(row).find(`[data-field=${name}]`).val().trim()])
					)
				)
				.filter((person) => Object.values(person).some(Boolean));
			return values;
		}

		set_values(values) {
			["full_name", ...NUMBERS, "profile", "segment"].forEach((name) =>
				this.get_input(name).val(values[name] || "")
			);
			this.set_added(values);
			this.get_input("remarks").val((values.remarks || [])[0] || "");
			this.$people.empty();
			const contacts = values.contacts || [];
			this.add_people(Math.max(EMPTY_PEOPLE, contacts.length));
			contacts.forEach((person, index) => {
				PEOPLE.forEach((name) =>
					this.$people
						.children()
						.eq(index)
						.find(`[data-field=${name}]`)
						.val(person[name] || "")
				);
			});
		}

		get draft_key() {
			return `meeting_crm:entry:${frappe.session.user}`;
		}

		/** What was typed survives a closed tab. */
		keep() {
			localStorage.setItem(this.draft_key, JSON.stringify(this.get_values()));
		}

		get_draft() {
			return JSON.parse(localStorage.getItem(this.draft_key) || "{}");
		}

		restore() {
			const draft = this.get_draft();
			if (Object.keys(draft).length) this.set_values(draft);
		}

		clear() {
			const before = this.get_values();
			this.reset();
			this.offer_back(before, __("The form is empty."));
		}

		offer_back(values, text) {
			const $alert = $(
				frappe.show_alert(
					{ message: `${esc(text)} <span class="meeting-undo"></span>`, indicator: "blue" },
					15
				)
			);
			$(`<a href="#" onclick="return false">${esc(__("Undo"))}</a>`)
				.on("click", () => {
					this.set_values(values);
					this.keep();
					this.check("full_name");
					$alert.remove();
				})
				.appendTo($alert.find(".meeting-undo"));
		}

		reset() {
			localStorage.removeItem(this.draft_key);
			this.set_values({});
			this.$form.find(".meeting-finding").empty();
			this.$form.find(".has-error").removeClass("has-error");
			this.get_input("full_name").trigger("focus");
		}

		check(name) {
			if (name === "full_name") return this.check_name();
			if (NUMBERS.includes(name)) return this.check_number(name);
			if (["person.mobile", "person.phone", "person.email"].includes(name)) return this.check_people();
		}

		async check_name() {
			const full_name = this.get_input("full_name").val().trim();
			this.found = null;
			if ([...full_name].length < SHORTEST_NAME) return this.show_finding("full_name", "");
			const answer = await this.ask("full_name", "meeting_crm.entry.api.find_similar", {
				full_name,
			});
			if (!answer) return;
			this.found = { full_name, ...answer };
			this.show_finding("full_name", draw_found(this.found));
		}

		async check_number(name) {
			const value = this.get_input(name).val().trim();
			if (!value) return this.show_finding(name, "");
			const [found] =
				(await this.ask(name, "meeting_crm.entry.api.check_numbers", { [name]: value })) || [];
			this.show_finding(name, found ? draw_number(found) : "");
		}

		async check_people() {
			const people = this.get_values().contacts.filter(
				({ mobile, phone, email }) => mobile || phone || email
			);
			const findings = [];
			this.show_finding("contacts", "");
			for (const { person_name, mobile, phone, email } of people) {
				const found = await this.ask("contacts", "meeting_crm.entry.api.check_numbers", {
					mobile,
					phone,
					email,
				});
				if (!found) return;
				found
					.map(draw_number)
					.filter(Boolean)
					.forEach((html) => findings.push(`<div><b>${esc(person_name)}</b> ${html}</div>`));
			}
			this.show_finding("contacts", findings.join(""));
		}

		/** The last question about a field wins; a check that fails must not stop anyone from typing. */
		async ask(name, method, args) {
			this.requests = this.requests || {};
			if (this.requests[name]) this.requests[name].abort();
			const request = (this.requests[name] = new AbortController());
			try {
				return await meeting_crm.call(method, args, { signal: request.signal });
			} catch (error) {
				if (error.name === "AbortError") return null;
				if (error.name !== "ServerError") throw error;
				this.show_finding(name, `<span class="text-muted">${esc(error.message)}</span>`);
				return null;
			}
		}

		show_finding(name, html) {
			this.$form.find(`.meeting-finding[data-for="${name}"]`).html(html);
		}

		get_missing(values) {
			const missing = ["full_name", "landline", "mobile", "profile"].filter((name) => !values[name]);
			if (!values.email && !values.fax) missing.push("email");
			const complete = values.contacts.some(({ person_name, position }) => person_name && position);
			if (!complete) missing.push("contacts");
			Object.entries(this.added).forEach(([name, { df }]) => {
				if (df.reqd && !values[name]) missing.push(name);
			});
			return missing;
		}

		show_missing(missing) {
			missing.forEach((name) => {
				if (name === "contacts") {
					this.$people
						.children()
						.first()
						.find("[data-field=person_name], [data-field=position]")
						.closest("td")
						.addClass("has-error");
					this.show_finding(
						"contacts",
						problem_text(__("At least one person with name and position is needed."))
					);
				} else if (this.added[name]) {
					this.added[name].$wrapper.closest(".meeting-field").addClass("has-error");
				} else {
					this.get_input(name).closest(".meeting-field").addClass("has-error");
				}
			});
			this.$form.find(".has-error input, .has-error textarea").first().trigger("focus");
			frappe.show_alert({ message: esc(__("Fill in the marked fields first.")), indicator: "orange" });
		}

		async review() {
			if (this.is_busy) return;
			const values = this.get_values();
			const missing = this.get_missing(values);
			if (missing.length) return this.show_missing(missing);
			this.is_busy = true;
			try {
				if (!this.switcher.value) await this.switcher.load();
				const { repeated } = await meeting_crm.call("meeting_crm.entry.api.check_entry", {
					project: this.switcher.value,
					customer: values,
				});
				await Promise.all([this.show_terms(), this.check_name()]);
				this.clear_problem();
				if (this.found && this.found.exact.length) return this.show_existing();
				this.confirm(values, repeated);
			} catch (error) {
				if (error.name !== "ServerError") throw error;
				this.show_refusal(error);
			} finally {
				this.is_busy = false;
			}
		}

		show_existing() {
			this.get_input("full_name").closest(".meeting-field").addClass("has-error");
			this.get_input("full_name").trigger("focus");
			frappe.show_alert({
				message: esc(__("This company is in the database already.")),
				indicator: "orange",
			});
		}

		confirm(values, repeated) {
			const similar = this.found ? this.found.similar : [];
			const dialog = new frappe.ui.Dialog({ title: __("Submit this company?"), size: "large" });
			dialog.$body.append(
				`<div class="meeting-confirm">${draw_values(values, this.switcher.label, this.added)}
				${repeated.length ? `<div class="meeting-problem warn">${draw_repeated(repeated)}</div>` : ""}
				${similar.length ? `<div class="meeting-problem warn">${draw_similar(similar)}</div>` : ""}
				<p class="meeting-confirm-term">${icon("lock")} ${esc(
					__("If you submit now, it is protected for you until {0}.", [
						format_time(this.terms.protected_until),
					])
				)}</p></div>`
			);
			const label = similar.length ? __("It is another company: submit") : __("Submit");
			dialog.set_primary_action(label, () => this.submit(values, dialog, similar));
			dialog.set_secondary_action_label(__("Back to the Form"));
			dialog.set_secondary_action(() => dialog.hide());
			dialog.show();
			dialog.get_primary_btn().trigger("focus");
		}

		async submit(values, dialog, similar) {
			dialog.disable_primary_action();
			try {
				if (similar.length) {
					await meeting_crm.call("meeting_crm.entry.api.confirm_different", {
						full_name: values.full_name,
						enterprises: [...new Set(similar.map((row) => row.enterprise))],
					});
				}
				const entry = await meeting_crm.call("meeting_crm.entry.api.enter", {
					project: this.switcher.value,
					customer: values,
				});
				dialog.hide();
				this.reset();
				await meeting_crm.open_customer(entry.customer);
				frappe.show_alert({
					message: esc(
						__("{0} is yours until {1}", [values.full_name, format_time(entry.protected_until)])
					),
					indicator: "green",
				});
				meeting_crm.plan_activity({
					customer: entry.customer,
					customer_name: values.full_name,
					project: this.switcher.value,
				});
			} catch (error) {
				if (error.name !== "ServerError") throw error;
				dialog.hide();
				this.show_refusal(error);
				this.check_name();
			} finally {
				dialog.enable_primary_action();
			}
		}

		show_refusal(error) {
			this.show_problem(error);
			this.$problem
				.find("button")
				.text(__("Check and Submit"))
				.off("click")
				.on("click", () => this.review());
			this.$problem[0].scrollIntoView({ block: "center" });
		}

		async claim_instead(position) {
			const row = this.found.exact[position];
			try {
				const answer = await meeting_crm.claim_enterprise({
					project: row.project,
					enterprise: row.enterprise,
					source: "Duplicate Check",
				});
				this.reset();
				await meeting_crm.open_customer(answer.customer);
			} catch (error) {
				if (error.name !== "ServerError") throw error;
				this.show_refusal(error);
			}
		}
	}

	function describe_column(name) {
		return {
			person_name: __("Person Name"),
			position: __("Position"),
			mobile: __("Mobile"),
			phone: __("Phone"),
			email: __("E-mail"),
		}[name];
	}

	function field(
		name,
		label,
		{ required = false, maxlength = 2000, rows = 0, inputmode = "text", hint = "" } = {}
	) {
		const id = `meeting-entry-${name}`;
		const control = rows
			? `<textarea id="${id}" class="form-control" name="${name}" rows="${rows}" maxlength="${maxlength}"></textarea>`
			: `<input id="${id}" class="form-control" name="${name}" maxlength="${maxlength}" inputmode="${inputmode}" autocomplete="off">`;
		return `<div class="meeting-field"><label for="${id}" class="control-label ${required ? "reqd" : ""}">${esc(label)}</label>${control}
			${hint ? `<p class="help-box small text-muted">${esc(hint)}</p>` : ""}<div class="meeting-finding" data-for="${name}"></div></div>`;
	}

	function draw_found({ exact, similar }) {
		if (exact.length) {
			const lines = exact.map((row, position) =>
				draw_company(row, row.claimable ? draw_claim(position) : "")
			);
			return `${problem_text(__("This company is in the database already."))}${lines.join("")}`;
		}
		return similar.length ? draw_similar(similar) : "";
	}

	function draw_similar(rows) {
		return `<div class="meeting-similar-head">${esc(__("Similar companies are in the database. Is yours one of them?"))}</div>
			${rows.map((row) => draw_company(row, "")).join("")}`;
	}

	function draw_company(row, action) {
		return `<div class="meeting-similar">${mark_ranges(row.enterprise_name, row.marks || [])} ${pill(row.status)}
			<span class="text-muted">${esc(row.project_name || "")}</span> ${action}</div>`;
	}

	function draw_claim(position) {
		return `<button type="button" class="btn btn-default btn-xs" data-claim="${position}">${esc(__("Claim Instead"))}</button>`;
	}

	function draw_number(found) {
		if (!found.possible) return problem_text(meeting_crm.to_text(found.message));
		return found.matches
			.map(
				(match) =>
					`<div>${esc(__("Already recorded for {0}", [match.enterprise_name]))} ${pill(match.status)}</div>`
			)
			.join("");
	}

	function draw_repeated(repeated) {
		const matches = new Map(
			repeated.flatMap((found) => found.matches).map((match) => [match.enterprise_name, match])
		);
		const found = { possible: true, matches: [...matches.values()] };
		return `<div class="meeting-similar-head">${esc(__("Numbers that other companies have too:"))}</div>${draw_number(found)}`;
	}

	function problem_text(text) {
		return `<span class="meeting-refused">${esc(text)}</span>`;
	}

	function draw_values(values, project_name, added) {
		const people = values.contacts.map((person) =>
			PEOPLE.map((name) => person[name])
				.filter(Boolean)
				.join(" · ")
		);
		const lines = [
			[__("Project"), project_name],
			[__("Full name, with branch"), values.full_name],
			[__("Responsible people"), people.join("\n")],
			[__("Landline"), values.landline],
			[__("Mobile"), values.mobile],
			[__("E-mail"), values.email],
			[__("Fax"), values.fax],
			[__("Company profile"), values.profile],
			[__("Segment"), values.segment ? __(values.segment) : ""],
			...Object.entries(added).map(([name, { df }]) => [
				__(df.label),
				$("<i>")
					.html(frappe.format(values[name], df, { inline: true }))
					.text(),
			]),
			[__("First remark"), values.remarks[0]],
		].filter(([, value]) => value);
		return `<dl>${lines.map(([label, value]) => `<dt>${esc(label)}</dt><dd>${esc(value)}</dd>`).join("")}</dl>`;
	}

	new EntryScreen();
};
