frappe.pages["personal-data"].on_page_load = (wrapper) => {
	const { esc, format_time, link } = meeting_crm.format;
	const API = "meeting_crm.administration.api.";

	class PersonalDataScreen extends meeting_crm.Screen {
		constructor() {
			super(wrapper, { title: __("Personal Data"), refresh_every: 0 });
			this.text = "";
			this.$top = $(`<form class="meeting-top">
				<input type="search" class="form-control meeting-search" maxlength="140" aria-label="${esc(__("Whose data?"))}"
					placeholder="${esc(__("A whole name, a mobile number, a telephone number or an e-mail address."))}">
				<button class="btn btn-primary btn-sm">${esc(__("Find"))}</button></form>`).appendTo(this.$body);
			this.$top.on("submit", (event) => {
				event.preventDefault();
				this.text = this.$top.find("input").val().trim();
				this.update();
			});
			this.$content = $("<div></div>").appendTo(this.$body);
			this.page.set_secondary_action(__("Hand Out"), () => this.hand_out());
			this.page.btn_secondary.hide();
			if (frappe.user_roles.includes("System Manager")) {
				this.page.add_menu_item(__("Erase"), () => this.erase());
			}
			this.page.add_menu_item(__("Meeting Erasure"), () => frappe.set_route("List", "Meeting Erasure"));
		}

		async refresh() {
			this.records = this.text
				? await meeting_crm.call(`${API}find_personal_data`, { text: this.text })
				: [];
			this.page.btn_secondary.toggle(this.records.length > 0);
			if (!this.records.length) {
				return this.$content.html(
					meeting_crm.empty_state({
						title: this.text ? __("Nothing about this person was found") : __("Whose data?"),
						text: __("A whole name, a mobile number, a telephone number or an e-mail address."),
					})
				);
			}
			this.$content.html(`<div class="meeting-scroll"><table class="meeting-people"><thead><tr><th></th>
				<th>${esc(__("Record"))}</th><th>${esc(__("Company"))}</th><th>${esc(__("What the record holds"))}</th>
				<th>${esc(__("Created"))}</th><th></th></tr></thead>
				<tbody>${this.records.map((row, place) => this.draw(row, place)).join("")}</tbody></table></div>`);
		}

		draw(row, place) {
			const values = Object.entries(row.values)
				.map(([label, value]) => `${label}: ${value}`)
				.join(" · ");
			const doctype = row.parenttype || row.doctype;
			return `<tr><td><input type="checkbox" data-place="${place}" ${row.kept_because ? "disabled" : "checked"}
					aria-label="${esc(row.label)}"></td>
				<td><a href="${link(frappe.router.slug(doctype), { name: row.parent || row.name })}">${esc(row.label)}</a></td>
				<td>${esc(row.company)}</td><td>${esc(values)}</td><td>${esc(format_time(row.created_on))}</td>
				<td>${row.kept_because ? `<span class="meeting-pill amber" title="${esc(row.kept_because)}">${esc(__("Kept by law"))}</span>` : ""}</td></tr>`;
		}

		async hand_out() {
			const answer = await meeting_crm.call(`${API}hand_out_personal_data`, { text: this.text });
			const anchor = document.createElement("a");
			anchor.href = URL.createObjectURL(
				new Blob([JSON.stringify(answer, null, 1)], { type: "application/json" })
			);
			anchor.download = `${__("Personal Data")}.json`;
			anchor.click();
			URL.revokeObjectURL(anchor.href);
		}

		erase() {
			const chosen = this.$content
				.find("input:checked")
				.toArray()
				.map(({ dataset }) => this.records[Number(dataset.place)])
				.map(({ doctype, name }) => ({ doctype, name }));
			if (!chosen.length) return;
			const dialog = new frappe.ui.Dialog({
				title: __("Erase"),
				fields: [
					{ fieldtype: "HTML", fieldname: "problem" },
					{
						fieldtype: "HTML",
						fieldname: "text",
						options: `<p>${esc(
							__(
								"The personal values of these records are emptied for good, in the operation log as well. This cannot be taken back."
							)
						)}</p>`,
					},
					{ fieldtype: "Small Text", fieldname: "reason", label: __("Reason"), reqd: 1 },
					{ fieldtype: "Password", fieldname: "password", label: __("Your Password"), reqd: 1 },
				],
				primary_action_label: __("Erase"),
				primary_action: ({ reason, password }) =>
					meeting_crm.guarded(dialog, async () => {
						const answer = await meeting_crm.call(`${API}erase_personal_data`, {
							records: chosen,
							reason,
							password,
						});
						dialog.hide();
						frappe.show_alert({
							message: esc(__("{0} records were erased.", [answer.erased])),
							indicator: "green",
						});
						this.update();
					}),
			});
			dialog.show();
		}
	}

	wrapper.screen = new PersonalDataScreen();
};
