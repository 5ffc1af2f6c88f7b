frappe.listview_settings["Meeting Carry Over"] = {
	hide_name_column: true,
};
