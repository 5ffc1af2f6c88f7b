frappe.ui.form.on("Meeting Deletion Request", {
	refresh(frm) {
		if (frm.doc.status !== "Pending" || !meeting_crm.is_administrator()) return;
		const decide = (approve, label) => () =>
			frappe.prompt(
				{ fieldname: "answer", fieldtype: "Small Text", label: __("Answer"), reqd: approve ? 0 : 1 },
				({ answer }) =>
					frappe.call({
						method: "meeting_crm.customers.api.decide_deletion",
						args: { request: frm.doc.name, approve, answer },
						callback: () => frm.reload_doc(),
					}),
				meeting_crm.format.esc(`${label}: ${frm.doc.customer_name}`),
				label
			);
		const [yes, no] = [__("Delete the File"), __("Do Not Delete")];
		frm.add_custom_button(yes, decide(true, yes)).addClass("btn-danger");
		frm.add_custom_button(no, decide(false, no));
		frm.add_custom_button(__("Customer File"), () => meeting_crm.open_customer(frm.doc.customer));
	},
});
