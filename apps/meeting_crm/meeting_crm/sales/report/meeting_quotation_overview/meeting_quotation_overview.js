frappe.query_reports["Meeting Quotation Overview"] = meeting_crm.overview(
	["Salesperson", "Status", "Project", "Month"],
	{
		from_date: frappe.datetime.year_start(),
	}
);
