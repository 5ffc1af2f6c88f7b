frappe.query_reports["Meeting Customer Project Overview"] = {
	filters: [
		{
			fieldname: "group_by",
			label: __("Compare by"),
			fieldtype: "Select",
			options: [
				{ value: "Status", label: __("Status") },
				{ value: "Customer", label: __("Customer") },
				{ value: "Project", label: __("Project") },
				{ value: "Month", label: __("Month") },
			],
			default: "Status",
			reqd: 1,
		},
		{ fieldname: "project", label: __("Project"), fieldtype: "Link", options: "Meeting Project" },
		{ fieldname: "from_date", label: __("From Date"), fieldtype: "Date" },
		{ fieldname: "to_date", label: __("To Date"), fieldtype: "Date" },
	],
};
