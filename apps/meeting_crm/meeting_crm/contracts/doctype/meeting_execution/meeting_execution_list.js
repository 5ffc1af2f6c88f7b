frappe.listview_settings["Meeting Execution"] = {
	add_fields: ["status", "revision"],
	get_indicator(doc) {
		const colours = { Draft: "gray", Submitted: "blue", Confirmed: "green", Changed: "orange" };
		return [
			__(doc.status, null, "Meeting Execution"),
			colours[doc.status] || "gray",
			`status,=,${doc.status}`,
		];
	},
};
