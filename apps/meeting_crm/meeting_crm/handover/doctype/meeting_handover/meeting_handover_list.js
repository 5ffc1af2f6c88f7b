frappe.listview_settings["Meeting Handover"] = {
	hide_name_column: true,
	add_fields: ["status"],
	get_indicator(doc) {
		const colours = { Draft: "gray", Running: "blue", Done: "green", Failed: "red", Undone: "orange" };
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
};
