frappe.listview_settings["Meeting Maintenance"] = {
	hide_name_column: true,
	add_fields: ["status", "due_on", "priority"],
	get_indicator(doc) {
		const today = frappe.datetime.get_today();
		if (doc.status !== "Closed" && doc.due_on && doc.due_on < today) {
			return [__("Overdue"), "red", `status,!=,Closed|due_on,<,${today}`];
		}
		const colours = { Open: "orange", "In Progress": "blue", Closed: "green" };
		return [__(doc.status, null, "Meeting Maintenance"), colours[doc.status], `status,=,${doc.status}`];
	},
};
