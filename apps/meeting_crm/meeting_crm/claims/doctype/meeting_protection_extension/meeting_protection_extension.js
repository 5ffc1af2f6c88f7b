frappe.ui.form.on("Meeting Protection Extension", {
	refresh: (frm) => frm.disable_save(),
});
