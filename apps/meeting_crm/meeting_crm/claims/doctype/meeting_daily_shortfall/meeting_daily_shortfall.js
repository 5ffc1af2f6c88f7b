frappe.ui.form.on("Meeting Daily Shortfall", {
	refresh(frm) {
		frm.disable_save();
		frm.page.set_title(frappe.datetime.str_to_user(frm.doc.day));
		frm.add_custom_button(__("Daily Volume"), () =>
			frappe.set_route("query-report", "Meeting Daily Volume", {
				project: frm.doc.project,
				user: frm.doc.user,
				from_date: frm.doc.day,
				to_date: frm.doc.day,
			})
		);
	},
});
