frappe.listview_settings["Meeting Daily Shortfall"] = {
	hide_name_column: true,
};
