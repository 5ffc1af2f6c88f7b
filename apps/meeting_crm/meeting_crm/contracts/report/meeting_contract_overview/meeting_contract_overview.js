frappe.query_reports["Meeting Contract Overview"] = {
	filters: [
		{
			fieldname: "group_by",
			label: __("Compare by"),
			fieldtype: "Select",
			options: [
				{ value: "Salesperson", label: __("Salesperson") },
				{ value: "Project", label: __("Project") },
				{ value: "Contract Type", label: __("Contract Type") },
				{ value: "Month", label: __("Month") },
			],
			default: "Salesperson",
			reqd: 1,
		},
		{ fieldname: "project", label: __("Project"), fieldtype: "Link", options: "Meeting Project" },
		{
			fieldname: "from_date",
			label: __("From Date"),
			fieldtype: "Date",
			default: frappe.datetime.year_start(),
		},
		{ fieldname: "to_date", label: __("To Date"), fieldtype: "Date" },
	],
};
