/** From a contract in force to its execution, made with everything that is known already. */
export function offer_execution() {
	frappe.ui.form.on("Meeting Contract", {
		async refresh(frm) {
			if (frm.doc.docstatus !== 1 || !frappe.model.can_read("Meeting Execution")) return;
			const { message } = await frappe.db.get_value(
				"Meeting Execution",
				{ contract: frm.doc.name },
				"name"
			);
			if (message?.name) {
				frm.add_custom_button(__("Execution"), () =>
					frappe.set_route("Form", "Meeting Execution", message.name)
				);
			} else if (frappe.model.can_create("Meeting Execution")) {
				frm.add_custom_button(__("Carry Out"), () =>
					frappe.model.open_mapped_doc({
						method: "meeting_crm.contracts.execution.api.make_execution",
						frm,
					})
				);
			}
		},
	});
}
