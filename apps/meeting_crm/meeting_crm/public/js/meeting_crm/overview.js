/** The filters of a report that compares figures: by what (the first of `groups` unless chosen), project and period. */
export function overview_filters(groups, { from_date } = {}) {
	return [
		{
			fieldname: "group_by",
			label: __("Compare by"),
			fieldtype: "Select",
			options: groups.map((value) => ({ value, label: __(value) })),
			default: groups[0],
			reqd: 1,
		},
		{ fieldname: "project", label: __("Project"), fieldtype: "Link", options: "Meeting Project" },
		{ fieldname: "from_date", label: __("From Date"), fieldtype: "Date", default: from_date },
		{ fieldname: "to_date", label: __("To Date"), fieldtype: "Date" },
	];
}
