frappe.listview_settings["Meeting Project Rules"] = {
	hide_name_column: true,
};
