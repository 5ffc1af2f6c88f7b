frappe.ui.form.on("Meeting Deletion Request", {
	refresh(frm) {
		if (frm.doc.status !== "Pending" || !meeting_crm.is_administrator()) return;
		const decide = (approve, label) => () => {
			const dialog = frappe.prompt(
				{
					fieldname: "answer",
					fieldtype: "Small Text",
					label: __("Answer"),
					reqd: approve ? 0 : 1,
					description: approve
						? __(
								"Running protections end. A file that claims or other records refer to is seen by administrators alone from then on; any other is gone with its people, notes and documents. This cannot be undone."
							)
						: __("{0} is told why.", [
								meeting_crm.format.esc(frappe.user.full_name(frm.doc.requested_by)),
							]),
				},
				({ answer }) =>
					frappe.call({
						method: "meeting_crm.customers.api.decide_deletion",
						args: { request: frm.doc.name, approve, answer },
						callback: () => frm.reload_doc(),
					}),
				meeting_crm.format.esc(`${label}: ${frm.doc.customer_name}`),
				label
			);
			if (approve) dialog.get_primary_btn().removeClass("btn-primary").addClass("btn-danger");
		};
		const [yes, no] = [__("Delete the File"), __("Do Not Delete")];
		frm.add_custom_button(yes, decide(true, yes)).addClass("btn-danger");
		frm.add_custom_button(no, decide(false, no));
		frm.add_custom_button(__("Customer File"), () => meeting_crm.open_customer(frm.doc.customer));
	},
});
