frappe.listview_settings["Meeting Protection Extension"] = {
	hide_name_column: true,
	formatters: {
		old_end: meeting_crm.format.format_time,
		new_end: meeting_crm.format.format_time,
	},
};
