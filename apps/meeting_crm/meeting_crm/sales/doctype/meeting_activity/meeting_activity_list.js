frappe.listview_settings["Meeting Activity"] = {
	hide_name_column: true,
	add_fields: ["status", "ends_on", "starts_on"],
	get_indicator(doc) {
		const now = frappe.datetime.system_datetime();
		if (doc.status === "Planned" && doc.ends_on < now) {
			return [__("Overdue"), "red", `status,=,Planned|ends_on,<,${now}`];
		}
		const colours = { Planned: "blue", Done: "green", Cancelled: "gray" };
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
	formatters: {
		starts_on: (value) => meeting_crm.format.format_time(value),
	},
	onload(list) {
		list.page.add_inner_button(__("Calendar"), () =>
			frappe.set_route("List", "Meeting Activity", "Calendar", "default")
		);
		list.page.add_menu_item(__("Calendar link"), () => meeting_crm.show_calendar_link());
	},
};
