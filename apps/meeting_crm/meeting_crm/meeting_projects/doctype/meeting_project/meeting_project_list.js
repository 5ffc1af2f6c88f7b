frappe.listview_settings["Meeting Project"] = {
	hide_name_column: true,
	add_fields: ["start_date", "end_date", "closed"],

	get_indicator({ start_date, end_date, closed }) {
		const today = frappe.datetime.get_today();
		if (closed) return [__("Closed"), "gray", "closed,=,1"];
		if (start_date && start_date > today) return [__("Not Begun"), "blue", `start_date,>,${today}`];
		if (end_date && end_date < today) return [__("Over"), "gray", `end_date,<,${today}`];
		return [__("Under Way"), "green", "closed,=,0"];
	},
};
