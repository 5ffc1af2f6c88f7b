frappe.ui.form.on("Meeting Claim Event", {
	refresh(frm) {
		frm.disable_save();
		frm.page.set_title(__(frm.doc.event));
		frm.toggle_display("by_user", !["Reminded", "Expired"].includes(frm.doc.event));
	},
});
