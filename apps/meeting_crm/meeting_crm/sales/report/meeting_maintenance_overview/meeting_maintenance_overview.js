frappe.query_reports["Meeting Maintenance Overview"] = meeting_crm.overview(
	["Kind", "Assigned To", "Status", "Project", "Month"],
	{
		from_date: frappe.datetime.year_start(),
	}
);
