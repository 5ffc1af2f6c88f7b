import { esc } from "./format.js";

/** A report that compares figures by one of `groups` (the first unless chosen), of a project and a period. Each row leads to its records. */
export function overview(groups, { from_date, to_date } = {}) {
	return {
		filters: [
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
			{ fieldname: "to_date", label: __("To Date"), fieldtype: "Date", default: to_date },
		],
		formatter(value, row, column, data, default_formatter) {
			const text = default_formatter(value, row, column, data);
			return column.fieldname === "label" && data?.records
				? `<a href="${esc(data.records)}">${text}</a>`
				: text;
		},
	};
}
