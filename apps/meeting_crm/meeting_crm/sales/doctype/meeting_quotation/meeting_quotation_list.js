frappe.listview_settings["Meeting Quotation"] = {
	add_fields: ["status", "valid_until", "docstatus"],
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,
	get_indicator(doc) {
		const colours = {
			Draft: "gray",
			Sent: "blue",
			Accepted: "green",
			Rejected: "red",
			Contracted: "darkgreen",
			Cancelled: "red",
		};
		const today = frappe.datetime.get_today();
		if (doc.status === "Sent" && doc.valid_until < today) {
			return [__("Expired"), "orange", `status,=,Sent|valid_until,<,${today}`];
		}
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
};
