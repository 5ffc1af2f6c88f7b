frappe.ui.form.on("Meeting Customer Project", {
	refresh(frm) {
		frm.set_query("contact", () => ({ filters: { customer: frm.doc.customer || "" } }));
	},
});
