frappe.listview_settings["Meeting Restore"] = {
	hide_name_column: true,

	get_indicator({ status }) {
		const colours = { Done: "green", Failed: "red", Cancelled: "gray", Draft: "gray", Undone: "orange" };
		return [__(status), colours[status] || "blue", `status,=,${status}`];
	},

	onload(list) {
		list.page.set_primary_action(__("Restore a Backup"), () => frappe.set_route("restore-backup"));
	},

	refresh(list) {
		list.page.set_primary_action(__("Restore a Backup"), () => frappe.set_route("restore-backup"));
	},
};
