frappe.pages["personal-rights"].on_page_load = (wrapper) => {
	const { esc, format_time } = meeting_crm.format;
	const API = "meeting_crm.administration.api.";
	const RIGHTS = {
		read: () => __("See"),
		write: () => __("Change"),
		create: () => __("Make"),
		delete: () => __("Delete"),
		submit: () => __("Submit"),
		cancel: () => __("Cancel"),
		print: () => __("Print"),
		email: () => __("Send by e-mail"),
		report: () => __("Report"),
		import: () => __("Import"),
		export: () => __("Export"),
		share: () => __("Share"),
	};

	class RightsScreen extends meeting_crm.Screen {
		constructor() {
			super(wrapper, { title: __("Personal Rights"), watch: ["Meeting Personal Right", "User"] });
			this.$top = $('<div class="meeting-top"></div>').appendTo(this.$body);
			this.user_field = frappe.ui.form.make_control({
				parent: $('<div class="meeting-person-field"></div>').appendTo(this.$top),
				df: {
					fieldtype: "Link",
					fieldname: "user",
					options: "User",
					placeholder: __("Choose a person"),
					change: () => this.choose(this.user_field.get_value()),
				},
				render_input: true,
			});
			this.$content = $("<div></div>").appendTo(this.$body);
			this.$content.on("click", "[data-right]", (event) => this.change(event.currentTarget));
			this.page.set_secondary_action(__("Look through this person's eyes"), () => this.look());
			this.page.btn_secondary.hide();
		}

		choose(user) {
			if (user && user !== frappe.get_route()[1]) frappe.set_route("personal-rights", user);
		}

		async refresh() {
			const user = frappe.get_route()[0] === "personal-rights" ? frappe.get_route()[1] : this.user;
			this.page.btn_secondary.toggle(Boolean(user));
			if (!user) {
				return this.$content.html(
					meeting_crm.empty_state({
						title: __("Whose rights?"),
						text: __("Choose a person above, or open the list of people."),
						actions: [
							{ label: __("People"), primary: true, run: () => frappe.set_route("people") },
						],
					})
				);
			}
			const matrix = await meeting_crm.call(`${API}get_rights`, { user });
			this.user = user;
			this.matrix = matrix;
			if (this.user_field.get_value() !== user) this.user_field.set_input(user);
			this.draw();
		}

		draw() {
			const { full_name, group, roles, rights, modules } = this.matrix;
			const role_names = roles.map((role) => __(role)).join(__(", "));
			this.page.set_title(`${__("Personal Rights")} · ${full_name}`);
			this.$content.html(`<p class="text-muted">${esc(__(group || ""))} · ${esc(role_names)}</p>
				<p class="meeting-legend"><span class="meeting-cell group">✓</span>${esc(__("from group and roles"))}
				<span class="meeting-cell added">+</span>${esc(__("added to this person"))}
				<span class="meeting-cell removed">−</span>${esc(__("taken from this person"))}
				<span class="meeting-cell none"></span>${esc(__("none"))}</p>
				<div class="meeting-scroll"><table class="meeting-matrix"><thead><tr><th></th>${rights
					.map((right) => `<th>${esc(RIGHTS[right]())}</th>`)
					.join("")}</tr></thead>
				<tbody>${modules.map((module) => this.draw_module(module, rights)).join("")}</tbody></table></div>`);
		}

		draw_module({ label, records }, rights) {
			const rows = records.map((record) => {
				const cells = rights.map((right) =>
					this.draw_cell(
						record,
						record.cells.find((cell) => cell.right === right)
					)
				);
				return `<tr><td>${esc(record.label)}</td>${cells.join("")}</tr>`;
			});
			return `<tr class="module"><th colspan="${rights.length + 1}">${esc(label)}</th></tr>${rows.join("")}`;
		}

		draw_cell(record, cell) {
			if (!cell) return "<td></td>";
			const kind =
				{ Add: "added", Remove: "removed" }[cell.effect] || (cell.from_group ? "group" : "none");
			const mark = { added: "+", removed: "−", group: cell.only_own ? "✓*" : "✓", none: "" }[kind];
			const hint = [
				`${record.label} · ${RIGHTS[cell.right]()}`,
				cell.only_own && !cell.effect && __("only for your own records"),
				cell.reason && `${__("Reason")}: ${cell.reason}`,
				cell.given_by && `${__("Given By")}: ${cell.given_by}`,
				cell.valid_until && `${__("Valid until")}: ${format_time(cell.valid_until)}`,
				cell.is_over && __("This right is over."),
			]
				.filter(Boolean)
				.join("\n");
			return `<td><button class="meeting-cell ${kind} ${cell.valid_until ? "dated" : ""}" title="${esc(hint)}"
				aria-label="${esc(hint)}" data-doctype="${esc(record.document_type)}" data-right="${esc(cell.right)}"
				${this.matrix.may_change ? "" : "disabled"}>${mark}</button></td>`;
		}

		change(button) {
			const record = this.matrix.modules
				.flatMap(({ records }) => records)
				.find(({ document_type }) => document_type === button.dataset.doctype);
			const cell = record.cells.find(({ right }) => right === button.dataset.right);
			const own = cell.effect || (cell.from_group ? "Remove" : "Add");
			const dialog = new frappe.ui.Dialog({
				title: `${this.matrix.full_name} · ${record.label} · ${RIGHTS[cell.right]()}`,
				fields: [
					{ fieldtype: "HTML", fieldname: "problem" },
					{
						fieldtype: "Select",
						fieldname: "effect",
						label: __("Effect"),
						reqd: 1,
						default: own,
						options: [
							{
								value: "Group",
								label: cell.from_group
									? __("As group and roles: allowed")
									: __("As group and roles: not allowed"),
							},
							{ value: "Add", label: __("Add to this person") },
							{ value: "Remove", label: __("Take from this person") },
						],
					},
					{
						fieldtype: "Small Text",
						fieldname: "reason",
						label: __("Reason"),
						default: cell.reason || "",
						depends_on: "eval:doc.effect != 'Group'",
					},
					{
						fieldtype: "Datetime",
						fieldname: "valid_until",
						label: __("Valid until"),
						default: cell.valid_until || "",
						description: __("Empty: without end."),
						depends_on: "eval:doc.effect != 'Group'",
					},
				],
				primary_action_label: __("Save"),
				primary_action: (values) =>
					meeting_crm.guarded(dialog, async () => {
						await meeting_crm.call(`${API}set_right`, {
							user: this.user,
							document_type: record.document_type,
							right: cell.right,
							effect: values.effect,
							reason: values.reason || "",
							valid_until: values.valid_until || null,
						});
						dialog.hide();
						this.update();
					}),
			});
			dialog.show();
		}

		async look() {
			const seen = await meeting_crm.call(`${API}look_as`, { user: this.user });
			const rows = seen.modules
				.flatMap(({ module, records }) => records.map((record) => ({ module, ...record })))
				.filter(({ may }) => may.length)
				.map(
					(row) => `<tr><td>${esc(row.module)}</td><td>${esc(row.label)}</td>
					<td class="number">${row.records}${row.has_more ? "+" : ""}</td>
					<td>${esc(
						row.may
							.filter((right) => RIGHTS[right])
							.map((right) => RIGHTS[right]())
							.join(__(", "))
					)}</td></tr>`
				);
			const pages = seen.pages
				.map(({ title }) => `<span class="meeting-pill gray">${esc(title)}</span>`)
				.join(" ");
			const dialog = new frappe.ui.Dialog({
				title: __("What {0} sees", [seen.full_name]),
				size: "extra-large",
				fields: [
					{
						fieldtype: "HTML",
						fieldname: "text",
						options: `<p class="meeting-pages">${pages}</p><table class="table table-sm"><thead><tr><th>${esc(
							__("Area")
						)}</th><th>${esc(__("Records"))}</th><th class="number">${esc(__("Visible"))}</th><th>${esc(
							__("May")
						)}</th></tr></thead><tbody>${rows.join("")}</tbody></table>`,
					},
				],
			});
			dialog.show();
		}
	}

	wrapper.screen = new RightsScreen();
};
