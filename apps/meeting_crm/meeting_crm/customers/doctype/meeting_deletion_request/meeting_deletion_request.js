frappe.ui.form.on("Meeting Deletion Request", {
	refresh(frm) {
		if (frm.doc.status !== "Pending" || !meeting_crm.is_administrator()) return;
		const decide = (approve) => () =>
			frappe.prompt(
				{ fieldname: "answer", fieldtype: "Small Text", label: __("Answer"), reqd: approve ? 0 : 1 },
				({ answer }) =>
					frappe.call({
						method: "meeting_crm.customers.api.decide_deletion",
						args: { request: frm.doc.name, approve, answer },
						callback: () => frm.reload_doc(),
					})
			);
		frm.add_custom_button(__("Delete the File"), decide(true)).addClass("btn-danger");
		frm.add_custom_button(__("Do Not Delete"), decide(false));
		frm.add_custom_button(__("Customer File"), () => meeting_crm.open_customer(frm.doc.customer));
	},
});
