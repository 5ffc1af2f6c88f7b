frappe.listview_settings["Meeting Segment"] = {
	hide_name_column: true,
	formatters: { name: (value) => __(value) },
};
