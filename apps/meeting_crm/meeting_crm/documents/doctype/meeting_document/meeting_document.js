frappe.ui.form.on("Meeting Document", {
	refresh(frm) {
		if (frm.is_new()) return;
		frm.add_custom_button(__("Open in Documents"), () =>
			frappe.set_route("meeting-documents", "document", frm.doc.name)
		);
	},

	/** Notices lead to the record; people read and decide in the library. */
	onload(frm) {
		if (frm.is_new()) return;
		frappe.route_flags.replace_route = true;
		frappe.set_route("meeting-documents", "document", frm.doc.name);
	},
});
