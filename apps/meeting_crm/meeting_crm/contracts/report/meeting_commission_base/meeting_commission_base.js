frappe.query_reports["Meeting Commission Base"] = meeting_crm.overview(
	["Salesperson", "Project", "Customer", "Month"],
	{
		from_date: moment().subtract(1, "month").startOf("month").format("YYYY-MM-DD"),
		to_date: moment().subtract(1, "month").endOf("month").format("YYYY-MM-DD"),
	}
);
