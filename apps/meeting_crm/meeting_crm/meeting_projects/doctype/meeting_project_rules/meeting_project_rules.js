frappe.ui.form.on("Meeting Project Rules", {
	async refresh(frm) {
		frm.disable_save();
		const { message } = await frappe.db.get_value("Meeting Project", frm.doc.project, "project_name");
		frm.page.set_title(`${message.project_name}: ${__("Version {0}", [frm.doc.version])}`);
	},
});
