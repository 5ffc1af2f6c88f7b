frappe.ui.form.on("Meeting Operation Log", {
	refresh(frm) {
		frm.disable_save();
		if (frm.doc.reference_doctype && frm.doc.reference_name) {
			frm.add_custom_button(__("Open the Record"), () =>
				frappe.set_route("Form", frm.doc.reference_doctype, frm.doc.reference_name)
			);
		}
	},
});
