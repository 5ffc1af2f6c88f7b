frappe.listview_settings["Meeting Invoice"] = {
	add_fields: ["status", "red_of"],
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,
	get_indicator(doc) {
		const colours = {
			Requested: "orange",
			Issued: "blue",
			Sent: "blue",
			Received: "green",
			Rejected: "gray",
			"Red-lettered": "red",
		};
		return [__(doc.status, null, doc.doctype), colours[doc.status], `status,=,${doc.status}`];
	},
};
