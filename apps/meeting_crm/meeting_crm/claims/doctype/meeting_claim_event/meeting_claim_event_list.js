frappe.listview_settings["Meeting Claim Event"] = {
	hide_name_column: true,
	formatters: {
		happened_on: meeting_crm.format.format_time,
		by_user: (user, _field, { event, by_user_full_name }) =>
			meeting_crm.format.esc(
				["Reminded", "Expired"].includes(event) ? __("Automatically") : by_user_full_name || user
			),
	},
};
