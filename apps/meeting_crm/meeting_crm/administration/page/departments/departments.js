frappe.pages["departments"].on_page_load = (wrapper) => {
	const { esc, link } = meeting_crm.format;
	const API = "meeting_crm.administration.api.";

	class DepartmentsScreen extends meeting_crm.Screen {
		constructor() {
			super(wrapper, { title: __("Departments"), watch: ["Meeting Department", "User"] });
			this.$content = $("<div></div>").appendTo(this.$body);
			this.$content.on("click", "[data-act]", (event) => this.act(event.currentTarget));
			this.page.set_primary_action(__("New Department"), () => this.edit());
			this.shows_ended = false;
			this.page.add_inner_button(__("Show ended ones"), () => {
				this.shows_ended = !this.shows_ended;
				this.draw();
			});
		}

		async refresh() {
			this.departments = await meeting_crm.call(`${API}get_departments`);
			this.draw();
		}

		draw() {
			const shown = this.departments.filter(({ ended }) => this.shows_ended || !ended);
			if (!shown.length) {
				return this.$content.html(
					meeting_crm.empty_state({
						title: __("No departments yet"),
						text: __("Managers see their department and those below it. Make the first one."),
						actions: [{ label: __("New Department"), primary: true, run: () => this.edit() }],
					})
				);
			}
			this.$content.html(`<div class="meeting-scroll"><table class="meeting-people"><thead><tr>
				<th>${esc(__("Department"))}</th><th>${esc(__("Manager"))}</th><th class="number">${esc(__("People"))}</th>
				<th class="number">${esc(__("With those below"))}</th><th></th></tr></thead>
				<tbody>${shown.map((row) => this.draw_row(row)).join("")}</tbody></table></div>`);
		}

		draw_row(row) {
			return `<tr class="${row.ended ? "disabled" : ""}" data-department="${esc(row.department)}">
				<td style="padding-inline-start: ${8 + row.depth * 22}px">${row.depth ? "└ " : ""}<b>${esc(row.department)}</b>
					${row.ended ? `<span class="meeting-pill gray">${esc(__("Ended"))}</span>` : ""}</td>
				<td>${esc(row.manager_name || "")}</td>
				<td class="number"><a href="${link("user", {
					query: { meeting_department: row.department, enabled: 1 },
				})}">${row.people}</a></td>
				<td class="number">${row.people_below}</td>
				<td class="acts"><button class="btn btn-default btn-xs" data-act="edit">${esc(__("Edit"))}</button>
				<button class="btn btn-default btn-xs" data-act="end">${esc(row.ended ? __("Open Again") : __("End"))}</button></td></tr>`;
		}

		act(button) {
			const name = button.closest("tr").dataset.department;
			const row = this.departments.find(({ department }) => department === name);
			return button.dataset.act === "edit" ? this.edit(row) : this.end(row);
		}

		edit(row) {
			const dialog = new frappe.ui.Dialog({
				title: row ? row.department : __("New Department"),
				fields: [
					{ fieldtype: "HTML", fieldname: "problem" },
					{
						fieldtype: "Data",
						fieldname: "department_name",
						label: __("Department Name"),
						reqd: row ? 0 : 1,
						default: row?.department,
						read_only: row ? 1 : 0,
					},
					{
						fieldtype: "Link",
						fieldname: "parent",
						label: __("Parent Department"),
						options: "Meeting Department",
						default: row?.parent,
						get_query: () => ({ filters: { ended: 0 } }),
					},
					{
						fieldtype: "Link",
						fieldname: "manager",
						label: __("Manager"),
						options: "User",
						default: row?.manager,
					},
				],
				primary_action_label: __("Save"),
				primary_action: (values) =>
					meeting_crm.guarded(dialog, async () => {
						await meeting_crm.call(`${API}save_department`, {
							department: row?.department || null,
							department_name: values.department_name,
							parent: values.parent || "",
							manager: values.manager || "",
						});
						dialog.hide();
						this.update();
					}),
			});
			dialog.show();
		}

		async end(row) {
			try {
				await meeting_crm.call(`${API}end_department`, {
					department: row.department,
					ended: row.ended ? 0 : 1,
				});
			} catch (error) {
				if (error.name !== "ServerError") throw error;
				frappe.msgprint({ title: __("Departments"), message: esc(error.message), indicator: "red" });
			}
			this.update();
		}
	}

	wrapper.screen = new DepartmentsScreen();
};
