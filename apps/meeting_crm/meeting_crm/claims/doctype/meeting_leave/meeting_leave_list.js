frappe.listview_settings["Meeting Leave"] = {
	hide_name_column: true,
};
