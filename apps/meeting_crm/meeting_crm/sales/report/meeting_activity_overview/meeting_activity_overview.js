frappe.query_reports["Meeting Activity Overview"] = meeting_crm.overview(
	["Salesperson", "Type", "Project", "Month"],
	{
		from_date: frappe.datetime.year_start(),
	}
);
