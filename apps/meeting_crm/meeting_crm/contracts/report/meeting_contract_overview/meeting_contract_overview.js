frappe.query_reports["Meeting Contract Overview"] = meeting_crm.overview(
	["Salesperson", "Project", "Contract Kind", "Month"],
	{
		from_date: frappe.datetime.year_start(),
	}
);
