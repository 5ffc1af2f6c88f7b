const STYLES = { Planned: "default", Done: "success", Cancelled: "#7c7c7c" };

frappe.views.calendar["Meeting Activity"] = {
	field_map: {
		id: "name",
		start: "starts_on",
		end: "ends_on",
		title: "title",
		allDay: "all_day",
	},
	get_events_method: "meeting_crm.sales.api.get_events",
	update_event_method: "meeting_crm.sales.api.move_activity",
	get_css_class(event) {
		return event.overdue ? "danger" : STYLES[event.status];
	},
	options: {
		locale: (frappe.boot.lang || "en").startsWith("zh") ? "zh-cn" : frappe.boot.lang,
		timeFormat: "HH:mm",
		slotLabelFormat: "HH:mm",
		...((frappe.boot.lang || "").startsWith("zh")
			? { views: { month: { titleFormat: "YYYY年M月" } } }
			: {}),
		firstDay: 1,
		eventLimit: 4,
		contentHeight: "auto",
		minTime: "07:00:00",
		maxTime: "22:00:00",
		allDaySlot: false,
	},
};
