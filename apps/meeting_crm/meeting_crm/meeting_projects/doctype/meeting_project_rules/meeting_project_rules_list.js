frappe.listview_settings["Meeting Project Rules"] = {
	hide_name_column: true,
	formatters: {
		valid_from: meeting_crm.format.format_time,
	},
};
