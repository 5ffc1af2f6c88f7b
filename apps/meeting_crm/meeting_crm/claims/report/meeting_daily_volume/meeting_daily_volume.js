frappe.query_reports["Meeting Daily Volume"] = {
	filters: [
		{ fieldname: "project", label: __("Project"), fieldtype: "Link", options: "Meeting Project" },
		{
			fieldname: "from_date",
			label: __("From"),
			fieldtype: "Date",
			default: frappe.datetime.add_days(frappe.datetime.get_today(), -6),
			reqd: 1,
		},
		{
			fieldname: "to_date",
			label: __("To"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
			reqd: 1,
		},
		{ fieldname: "user", label: __("Person"), fieldtype: "Link", options: "User" },
	],

	/** A project named by the address stands in its field a moment later than this. */
	async onload(report) {
		if (new URLSearchParams(window.location.search).get("project")) return;
		const projects = await meeting_crm.call("meeting_crm.claims.api.get_my_projects");
		const remembered = meeting_crm.get_remembered_project();
		const chosen = projects.find(({ name }) => name === remembered) || projects[0];
		// awaited: the report runs when this has ended
		if (chosen && !report.get_filter_value("project"))
			await report.get_filter("project").set_value(chosen.name);
	},

	formatter(value, row, column, data, default_formatter) {
		const text = default_formatter(value, row, column, data);
		if (column.fieldname !== "claimed" || !data || data.shortfall <= 0) return text;
		return `<span class="text-danger">${text}</span>`;
	},
};
