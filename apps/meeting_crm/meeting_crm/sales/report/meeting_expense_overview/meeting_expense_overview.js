frappe.query_reports["Meeting Expense Overview"] = meeting_crm.overview(
	["Kind", "Spent By", "Customer", "Project", "Month"],
	{
		from_date: frappe.datetime.year_start(),
	}
);
