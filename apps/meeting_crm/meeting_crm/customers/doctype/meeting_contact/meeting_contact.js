frappe.ui.form.on("Meeting Contact", {
	refresh(frm) {
		frm.set_df_property("customer", "read_only", frm.is_new() ? 0 : 1);
		frappe.require(["customer_file.bundle.js"], () =>
			meeting_crm.watch_numbers(frm, () => frm.doc.customer)
		);
		if (frm.doc.customer && !frm.is_new()) {
			frm.add_custom_button(__("Customer File"), () => meeting_crm.open_customer(frm.doc.customer));
		}
	},
});
