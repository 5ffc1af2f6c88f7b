frappe.query_reports["Meeting Opportunity Pipeline"] = {
	filters: [
		{
			fieldname: "group_by",
			label: __("Compare by"),
			fieldtype: "Select",
			options: [
				{ value: "Stage", label: __("Stage") },
				{ value: "Salesperson", label: __("Salesperson") },
				{ value: "Project", label: __("Project") },
				{ value: "Month", label: __("Month") },
			],
			default: "Stage",
			reqd: 1,
		},
		{ fieldname: "project", label: __("Project"), fieldtype: "Link", options: "Meeting Project" },
		{ fieldname: "from_date", label: __("From Date"), fieldtype: "Date" },
		{ fieldname: "to_date", label: __("To Date"), fieldtype: "Date" },
	],
};
