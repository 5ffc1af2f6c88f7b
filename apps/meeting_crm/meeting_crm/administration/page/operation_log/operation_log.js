frappe.pages["operation-log"].on_page_load = (wrapper) => {
	const { esc, format_time, link } = meeting_crm.format;
	const API = "meeting_crm.administration.api.";
	const KINDS = [
		"Records",
		"Sign-in",
		"Exports and Prints",
		"People and Rights",
		"Settings",
		"Operation Log",
	];
	const KEEP_DAYS = 180;
	const FINDINGS = {
		changed: () => __("changed after it was sealed"),
		deleted: () => __("deleted past the system"),
		inserted: () => __("put in past the system"),
		seal: () => __("the seal itself does not fit"),
		"missing seal": () => __("the seal is missing"),
		removal: () => __("a record of removed rows is forged"),
	};

	class LogScreen extends meeting_crm.Screen {
		constructor() {
			super(wrapper, { title: __("Operation Log"), refresh_every: 0 });
			this.filters = { company: "", person: "", first_day: "", last_day: "", kind: "" };
			this.pages = 1;
			this.make();
		}

		make() {
			this.$top = $('<div class="meeting-top"></div>').appendTo(this.$body);
			meeting_crm.make_search_box({
				parent: this.$top,
				label: __("Company"),
				on_search: (company) => this.filter({ company }),
				page: this.page,
			});
			this.person = this.make_control({
				fieldtype: "Link",
				fieldname: "person",
				options: "User",
				placeholder: __("Person"),
				change: () => this.filter({ person: this.person.get_value() || "" }),
			});
			["first_day", "last_day"].forEach((key) => {
				this[key] = this.make_control({
					fieldtype: "Date",
					fieldname: key,
					placeholder: key === "first_day" ? __("From") : __("Until"),
					change: () => this.filter({ [key]: this[key].get_value() || "" }),
				});
			});
			this.$kind = $(
				`<select class="form-control" aria-label="${esc(__("Kind"))}"><option value="">${esc(
					__("Everything")
				)}</option>${KINDS.map((kind) => `<option value="${esc(kind)}">${esc(__(kind))}</option>`).join("")}</select>`
			)
				.appendTo(this.$top)
				.on("change", () => this.filter({ kind: this.$kind.val() }));
			this.$seal = $('<div class="meeting-seal"></div>').appendTo(this.$body);
			this.$content = $("<div></div>").appendTo(this.$body);
			this.$content.on("click", "[data-act=more]", () => {
				this.pages += 1;
				this.update();
			});
			this.page.set_primary_action(__("Verify Log"), () => this.verify());
			this.page.set_secondary_action(__("Export"), () => this.export());
			if (frappe.user_roles.includes("System Manager")) {
				this.page.add_menu_item(__("Archive and remove"), () => this.remove());
			}
			this.page.add_menu_item(__("Removals"), () => frappe.set_route("List", "Meeting Log Removal"));
			this.page.add_menu_item(__("Seals"), () => frappe.set_route("List", "Meeting Log Seal"));
		}

		make_control(df) {
			const control = frappe.ui.form.make_control({
				parent: $('<div class="meeting-filter"></div>').appendTo(this.$top),
				df,
				render_input: true,
				only_input: true,
			});
			return control;
		}

		filter(change) {
			if (Object.entries(change).every(([key, value]) => this.filters[key] === value)) return;
			Object.assign(this.filters, change);
			this.pages = 1;
			this.update();
			clearTimeout(this.noting);
			this.noting = setTimeout(() => meeting_crm.call(`${API}note_log_search`, this.filters), 2000);
		}

		async refresh() {
			const asked = (this.asked = {});
			const pages = await Promise.all(
				Array.from({ length: this.pages }, (_, page) =>
					meeting_crm.call(`${API}search_log`, { ...this.filters, start: page * 50 })
				)
			);
			if (this.asked !== asked) return;
			const rows = pages.flatMap((page) => page.rows);
			if (!rows.length) {
				return this.$content.html(
					meeting_crm.empty_state({
						title: __("Nothing found"),
						text: __("Change the filters above. A company is found by a part of its name."),
					})
				);
			}
			this.$content.html(
				`<div class="meeting-log">${rows.map((row) => this.draw(row)).join("")}</div>${
					pages.at(-1).has_more
						? `<button class="btn btn-default btn-sm" data-act="more">${esc(__("Show more"))}</button>`
						: ""
				}`
			);
		}

		draw(row) {
			const open =
				row.reference_doctype?.startsWith("Meeting ") && row.reference_name
					? `<a href="${link(frappe.router.slug(row.reference_doctype), { name: row.reference_name })}">${esc(__("Open Record"))}</a>`
					: "";
			const changes = row.changes.filter(({ before, after }) => before || after);
			const table = changes.length
				? `<details><summary>${esc(__("{0} values", [changes.length]))}</summary><div class="meeting-scroll"><table><thead><tr><th>${esc(__("Field"))}</th><th>${esc(
						__("Before")
					)}</th><th>${esc(__("After"))}</th></tr></thead><tbody>${changes
						.map(
							(
								change
							) => `<tr><td>${esc(change.label)}</td><td class="before">${esc(change.before)}</td>
						<td class="after">${esc(change.after)}</td></tr>`
						)
						.join("")}</tbody></table></div></details>`
				: "";
			return `<div class="entry" data-row="${esc(row.name)}"><div class="line"><time>${esc(format_time(row.happened_on))}</time>
				<span class="sentence">${esc(row.sentence)}</span> ${open}
				<small>${esc(row.ip_address || "")}${row.seal ? ` · ${esc(__("Seal {0}", [row.seal]))}` : ""}</small></div>${table}</div>`;
		}

		async verify() {
			this.$seal.html(
				`<div class="meeting-verify">${esc(__("Every line is being compared with its seal…"))}</div>`
			);
			this.page.btn_primary.prop("disabled", true);
			try {
				this.show_answer(await meeting_crm.call(`${API}verify_log`));
			} catch (error) {
				if (error.name !== "ServerError") throw error;
				this.$seal.html(meeting_crm.problem(error.message));
			} finally {
				this.page.btn_primary.prop("disabled", false);
			}
		}

		show_answer(answer) {
			const counts = __("{0} lines in {1} seals, {2} removed by order, {3} not sealed yet.", [
				answer.rows,
				answer.seals,
				answer.removed,
				answer.pending,
			]);
			if (answer.is_whole) {
				return this.$seal.html(
					`<div class="meeting-verify green" role="status"><b>✓ ${esc(__("Nothing was changed"))}</b> ${esc(counts)}</div>`
				);
			}
			const rows = answer.findings.map(
				(finding) =>
					`<li>${esc(finding.seal ? __("Seal {0}", [finding.seal]) : "")} ${
						finding.row
							? `<a href="${link("meeting-operation-log", { name: finding.row })}">${esc(__("Line {0}", [finding.row]))}</a>`
							: ""
					}: ${esc(FINDINGS[finding.kind]())}</li>`
			);
			this.$seal.html(
				`<div class="meeting-verify red" role="alert"><b>✗ ${esc(
					__("The log was changed past the system: {0} findings", [answer.found])
				)}</b> ${esc(counts)}<ul>${rows.join("")}</ul></div>`
			);
		}

		async export() {
			const form = new FormData();
			Object.entries(this.filters).forEach(([key, value]) => value && form.append(key, value));
			const response = await fetch(`/api/method/${API}export_log`, {
				method: "POST",
				body: form,
				headers: { "X-Frappe-CSRF-Token": frappe.csrf_token, Accept: "application/json" },
			});
			if (!response.ok) {
				return frappe.show_alert({ message: esc(__("The export was refused.")), indicator: "red" });
			}
			const anchor = document.createElement("a");
			anchor.href = URL.createObjectURL(await response.blob());
			anchor.download = `${__("Operation Log")}.csv`;
			anchor.click();
			URL.revokeObjectURL(anchor.href);
		}

		remove() {
			const dialog = new frappe.ui.Dialog({
				title: __("Archive and remove"),
				fields: [
					{ fieldtype: "HTML", fieldname: "problem" },
					{
						fieldtype: "HTML",
						fieldname: "text",
						options: `<p>${esc(
							__(
								"What happened before the day goes into an archive file and leaves the log. A record of it stays, and the seals of everything can still be verified."
							)
						)}</p>`,
					},
					{
						fieldtype: "Date",
						fieldname: "before",
						label: __("Before"),
						reqd: 1,
						default: frappe.datetime.add_days(frappe.datetime.get_today(), -KEEP_DAYS - 1),
					},
					{ fieldtype: "Small Text", fieldname: "reason", label: __("Reason"), reqd: 1 },
					{ fieldtype: "Password", fieldname: "password", label: __("Your Password"), reqd: 1 },
				],
				primary_action_label: __("Archive and remove"),
				primary_action: (values) =>
					meeting_crm.guarded(dialog, async () => {
						const answer = await meeting_crm.call(`${API}remove_log`, values);
						dialog.hide();
						frappe.set_route("Form", "Meeting Log Removal", answer.removal);
					}),
			});
			dialog.show();
		}
	}

	wrapper.screen = new LogScreen();
};
