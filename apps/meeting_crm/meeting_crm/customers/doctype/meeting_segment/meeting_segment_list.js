frappe.listview_settings["Meeting Segment"] = {
	hide_name_column: true,
	formatters: { segment_name: (value) => meeting_crm.format.esc(__(value)) },
};
