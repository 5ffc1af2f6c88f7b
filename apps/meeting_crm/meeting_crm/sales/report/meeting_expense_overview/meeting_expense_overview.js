frappe.query_reports["Meeting Expense Overview"] = {
	filters: meeting_crm.overview_filters(["Kind", "Spent By", "Customer", "Project", "Month"], {
		from_date: frappe.datetime.year_start(),
	}),
};
