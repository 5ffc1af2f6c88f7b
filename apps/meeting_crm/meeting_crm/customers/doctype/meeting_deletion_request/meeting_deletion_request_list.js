frappe.listview_settings["Meeting Deletion Request"] = {
	hide_name_column: true,
	add_fields: ["status"],
	get_indicator(doc) {
		const colours = { Pending: "orange", Approved: "green", Rejected: "gray" };
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
};
