frappe.pages["people"].on_page_load = (wrapper) => {
	const { esc, format_time, link } = meeting_crm.format;
	const API = "meeting_crm.administration.api.";
	const LEVEL_COLOURS = { 1: "red", 2: "amber", 3: "gray" };

	class PeopleScreen extends meeting_crm.Screen {
		constructor() {
			super(wrapper, { title: __("People"), watch: ["User", "Meeting Personal Right"] });
			this.filters = { text: "", department: "", group: "", status: "Enabled" };
			this.pages = 1;
			this.make();
		}

		make() {
			this.$top = $('<div class="meeting-top"></div>').appendTo(this.$body);
			meeting_crm.make_search_box({
				parent: this.$top,
				label: __("Name, e-mail or mobile number"),
				on_search: (text) => this.filter({ text }),
				page: this.page,
			});
			this.$department = this.make_select("department", __("All departments"));
			this.$group = this.make_select("group", __("All groups"));
			this.$status = this.make_select("status", __("All accounts"), [
				["Enabled", __("Accounts in use")],
				["Online", __("Online now")],
				["Disabled", __("Disabled")],
			]).val("Enabled");
			this.$content = $('<div class="meeting-table"></div>').appendTo(this.$body);
			this.$content.on("click", "[data-act]", (event) => this.act(event.currentTarget));
			this.page.set_primary_action(__("New person"), () => this.make_person());
			this.page.add_menu_item(__("Import people"), () => this.import_people());
			this.page.add_menu_item(__("Roles"), () => this.show_roles());
			this.page.add_menu_item(__("User Groups"), () => frappe.set_route("List", "Meeting User Group"));
			this.page.add_menu_item(__("Online Users"), () => frappe.set_route("online-users"));
		}

		make_select(key, every, options = []) {
			const $select = $(`<select class="form-control" aria-label="${esc(every)}"></select>`).appendTo(
				this.$top
			);
			this.fill($select, every, options);
			return $select.on("change", () => this.filter({ [key]: $select.val() }));
		}

		fill($select, every, options) {
			const value = $select.val();
			$select.html(
				`<option value="">${esc(every)}</option>` +
					options
						.map(([key, label]) => `<option value="${esc(key)}">${esc(label)}</option>`)
						.join("")
			);
			if (value) $select.val(value);
		}

		filter(change) {
			Object.assign(this.filters, change);
			this.pages = 1;
			this.update();
		}

		async refresh() {
			const asked = (this.asked = {});
			const pages = await Promise.all([
				this.choices || meeting_crm.call(`${API}get_choices`),
				this.departments || meeting_crm.call(`${API}get_departments`),
				...Array.from({ length: this.pages }, (_, page) =>
					meeting_crm.call(`${API}get_people`, { ...this.filters, start: page * 100 })
				),
			]);
			if (this.asked !== asked) return;
			const [choices, departments, ...found] = pages;
			if (!this.choices) {
				this.choices = choices;
				this.departments = departments;
				this.fill(
					this.$department,
					__("All departments"),
					departments.map(({ department, depth }) => [
						department,
						`${"　".repeat(depth)}${department}`,
					])
				);
				this.fill(
					this.$group,
					__("All groups"),
					choices.groups.map(({ group, label }) => [group, label])
				);
			}
			this.people = found.flatMap(({ people }) => people);
			this.has_more = found.at(-1).has_more;
			this.draw();
		}

		forget_choices() {
			this.choices = this.departments = null;
		}

		draw() {
			if (!this.people.length) {
				this.$content.html(
					meeting_crm.empty_state({
						title: __("Nobody found"),
						text: __("Change the filters, or make an account for a new colleague."),
						actions: [{ label: __("New person"), primary: true, run: () => this.make_person() }],
					})
				);
				return;
			}
			this.$content.html(`<div class="meeting-scroll"><table class="meeting-people">
				<thead><tr><th>${esc(__("Person"))}</th><th>${esc(__("Department"))}</th><th>${esc(__("User Group"))}</th>
				<th>${esc(__("Roles"))}</th><th>${esc(__("Last seen"))}</th><th></th></tr></thead>
				<tbody>${this.people.map((person) => this.draw_person(person)).join("")}</tbody></table></div>
				${this.has_more ? `<button class="btn btn-default btn-sm" data-act="more">${esc(__("Show more"))}</button>` : ""}`);
		}

		draw_person(person) {
			const roles = person.roles
				.map(
					(role) =>
						(this.choices.roles.find((row) => row.role === role) || { label: __(role) }).label
				)
				.join(__(", "));
			const dot = `<i class="meeting-dot ${person.online ? "green" : "gray"}" title="${esc(
				person.online ? __("Online now") : __("Not here")
			)}"></i>`;
			return `<tr class="${person.enabled ? "" : "disabled"}" data-user="${esc(person.name)}">
				<td>${dot}<a href="${link("user", { name: person.name })}">${esc(person.full_name)}</a>
					${person.enabled ? "" : `<span class="meeting-pill gray">${esc(__("Disabled"))}</span>`}
					<small>${esc(person.name.endsWith("@mobile.invalid") ? person.mobile_no : person.name)}</small></td>
				<td>${esc(person.department || "")}</td>
				<td><span class="meeting-pill ${LEVEL_COLOURS[person.level]}">${esc(__(person.group || ""))}</span></td>
				<td class="roles">${esc(roles)}${
					person.rights
						? ` <a class="meeting-pill blue" href="${link("personal-rights", { name: person.name })}">± ${person.rights}</a>`
						: ""
				}</td>
				<td>${esc(person.online ? __("Now") : person.last_seen ? format_time(person.last_seen) : __("Never signed in"))}</td>
				<td class="acts">${this.draw_acts(person)}</td></tr>`;
		}

		draw_acts(person) {
			const may = (act) => person.may.includes(act);
			const button = (act, label) =>
				`<button class="btn btn-default btn-xs" data-act="${act}">${esc(label)}</button>`;
			return [
				may("roles") && button("change", __("Edit")),
				button("rights", __("Rights")),
				may("password") &&
					person.name !== frappe.session.user &&
					button("password", __("Reset Password")),
				person.enabled && may("disable") && button("disable", __("Disable")),
				!person.enabled && may("enable") && button("enable", __("Enable")),
				!person.enabled && button("handover", __("Hand over")),
				!person.enabled && may("delete") && button("delete", __("Delete")),
			]
				.filter(Boolean)
				.join("");
		}

		act(button) {
			const act = button.dataset.act;
			if (act === "more") {
				this.pages += 1;
				return this.update();
			}
			const user = button.closest("tr").dataset.user;
			this[`do_${act}`](this.people.find(({ name }) => name === user));
		}

		do_rights({ name }) {
			frappe.set_route("personal-rights", name);
		}

		do_handover({ name }) {
			frappe.new_doc("Meeting Handover", { from_user: name });
		}

		do_disable(person) {
			this.ask(
				__("Disable {0}", [person.full_name]),
				__(
					"The account is shut and its sessions end at once. What the person wrote stays; their work is handed over next."
				),
				__("Disable"),
				async () => {
					await this.call("set_enabled", { user: person.name, enabled: 0 });
					frappe.show_alert({
						message: esc(__("{0} is disabled.", [person.full_name])),
						indicator: "orange",
					});
					this.ask(
						__("Hand over the work of {0}", [person.full_name]),
						__(
							"Companies, protections and what is still to be done go to colleagues. You see a preview first."
						),
						__("Hand over"),
						() => this.do_handover(person)
					);
				}
			);
		}

		async do_enable(person) {
			await this.call("set_enabled", { user: person.name, enabled: 1 });
			frappe.show_alert({
				message: esc(__("{0} may sign in again.", [person.full_name])),
				indicator: "green",
			});
		}

		do_delete(person) {
			this.ask(
				__("Delete {0}", [person.full_name]),
				__("Only an account that nothing refers to can be deleted. A disabled one harms nobody."),
				__("Delete"),
				() => this.call("delete_person", { user: person.name })
			);
		}

		do_password(person) {
			this.ask(
				__("New password for {0}", [person.full_name]),
				__("The former one stops working and the person's sessions end."),
				__("Reset Password"),
				async () => {
					const password = await this.call("reset_password", { user: person.name });
					this.show_password({
						full_name: person.full_name,
						sign_in_with: this.get_address(person),
						password,
					});
				}
			);
		}

		get_address(person) {
			return person.name.endsWith("@mobile.invalid") ? person.mobile_no : person.name;
		}

		ask(title, text, label, run) {
			const dialog = new frappe.ui.Dialog({
				title,
				fields: [
					{ fieldtype: "HTML", fieldname: "problem" },
					{ fieldtype: "HTML", fieldname: "text", options: `<p>${esc(text)}</p>` },
				],
				primary_action_label: label,
				primary_action: () =>
					meeting_crm.guarded(dialog, async () => {
						await run();
						dialog.hide();
					}),
			});
			dialog.show();
		}

		async call(method, args) {
			const answer = await meeting_crm.call(`${API}${method}`, args);
			this.forget_choices();
			this.update();
			return answer;
		}

		/** One dialog makes somebody ready to work. */
		async make_person() {
			const choices = this.choices || (await meeting_crm.call(`${API}get_choices`));
			const dialog = new frappe.ui.Dialog({
				title: __("New person"),
				size: "large",
				fields: [
					{ fieldtype: "HTML", fieldname: "problem" },
					{ fieldtype: "Data", fieldname: "full_name", label: __("Full Name"), reqd: 1 },
					{
						fieldtype: "Data",
						fieldname: "email",
						label: __("E-mail"),
						description: __(
							"The person signs in with the e-mail address, or with the mobile number where there is none."
						),
					},
					{ fieldtype: "Data", fieldname: "mobile", label: __("Mobile Number") },
					{ fieldtype: "Column Break" },
					{
						fieldtype: "Link",
						fieldname: "department",
						label: __("Department"),
						options: "Meeting Department",
						get_query: () => ({ filters: { ended: 0 } }),
					},
					{
						fieldtype: "MultiCheck",
						fieldname: "roles",
						label: __("Roles"),
						options: choices.roles.map(({ role, label }) => ({
							label,
							value: role,
							checked: role === "Meeting Salesperson",
						})),
					},
					{ fieldtype: "Section Break" },
					{
						fieldtype: "MultiCheck",
						fieldname: "projects",
						label: __("Projects"),
						columns: 2,
						options: choices.projects.map(({ name, project_name }) => ({
							label: project_name,
							value: name,
						})),
					},
				],
				primary_action_label: __("Make Account"),
				primary_action: (values) =>
					meeting_crm.guarded(dialog, async () => {
						const made = await this.call("make_person", {
							full_name: values.full_name,
							email: values.email || "",
							mobile: values.mobile || "",
							department: values.department || "",
							roles: dialog.get_value("roles") || [],
							projects: dialog.get_value("projects") || [],
						});
						dialog.hide();
						this.show_password(made);
					}),
			});
			dialog.show();
		}

		/** Once: the server keeps only what it needs to check the password. */
		show_password({ full_name, sign_in_with, password }) {
			const address = `${window.location.origin}/login`;
			const text = `${address}\n${__("Sign in with")}: ${sign_in_with}\n${__("Password")}: ${password}`;
			const dialog = new frappe.ui.Dialog({
				title: __("{0} can start now", [full_name]),
				fields: [
					{
						fieldtype: "HTML",
						fieldname: "text",
						options: `<p>${esc(__("Give these lines to {0}. The password is shown only now.", [full_name]))}</p>
							<div class="meeting-password">${text.split("\n").map(esc).join("<br>")}</div>`,
					},
				],
				primary_action_label: __("Copy"),
				primary_action: () => frappe.utils.copy_to_clipboard(text),
				secondary_action_label: __("Close"),
				secondary_action: () => dialog.hide(),
			});
			dialog.show();
		}

		do_change(person) {
			const ours = this.choices.roles;
			const dialog = new frappe.ui.Dialog({
				title: person.full_name,
				fields: [
					{ fieldtype: "HTML", fieldname: "problem" },
					{
						fieldtype: "Link",
						fieldname: "department",
						label: __("Department"),
						options: "Meeting Department",
						default: person.department,
						get_query: () => ({ filters: { ended: 0 } }),
					},
					{
						fieldtype: "Select",
						fieldname: "group",
						label: __("User Group"),
						options: this.choices.groups.map(({ group, label }) => ({ value: group, label })),
						default: person.group,
						description: __(
							"Everybody in a group has its roles. Below, tick what this person has besides."
						),
					},
					{ fieldtype: "Column Break" },
					{
						fieldtype: "MultiCheck",
						fieldname: "roles",
						label: __("Roles"),
						options: ours.map(({ role, label, people }) => ({
							label: `${label} (${people})`,
							value: role,
							checked: person.roles.includes(role),
						})),
					},
				],
				primary_action_label: __("Save"),
				primary_action: (values) =>
					meeting_crm.guarded(dialog, async () => {
						await this.call("change_person", {
							user: person.name,
							department: values.department || "",
							group: values.group === person.group ? null : values.group,
							roles: dialog.get_value("roles") || [],
						});
						dialog.hide();
					}),
			});
			dialog.show();
		}

		/** E3: our roles in one short list, with who has them. */
		show_roles() {
			const rows = this.choices.roles.map(
				({ role, label, people }) =>
					`<tr><td>${esc(label)}</td><td class="number"><a href="${link("user", {
						query: { "Has Role.role": role },
					})}">${people}</a></td></tr>`
			);
			frappe.msgprint({
				title: __("Roles"),
				message: `<table class="table"><thead><tr><th>${esc(__("Role"))}</th><th class="number">${esc(
					__("People")
				)}</th></tr></thead><tbody>${rows.join("")}</tbody></table>`,
			});
		}

		import_people() {
			const dialog = new frappe.ui.Dialog({
				title: __("Import people"),
				size: "large",
				fields: [
					{ fieldtype: "HTML", fieldname: "problem" },
					{
						fieldtype: "Small Text",
						fieldname: "rows",
						label: __("Rows from a spreadsheet"),
						reqd: 1,
						description: __(
							"Copy rows with the columns name, e-mail, mobile number, department, role and paste them here. Departments and roles must exist."
						),
					},
					{ fieldtype: "HTML", fieldname: "result" },
				],
				primary_action_label: __("Import"),
				primary_action: ({ rows }) =>
					meeting_crm.guarded(dialog, async () => {
						const made = await this.call("import_people", { rows });
						dialog.fields_dict.result.$wrapper.html(
							`<table class="table"><tbody>${made
								.map(
									(row) =>
										`<tr><td>${esc(row.full_name)}</td><td>${esc(row.sign_in_with || "")}</td><td><code>${esc(
											row.password || ""
										)}</code></td><td class="meeting-refused">${esc(row.problem || "")}</td></tr>`
								)
								.join("")}</tbody></table>`
						);
					}),
			});
			dialog.show();
		}
	}

	wrapper.screen = new PeopleScreen();
};
