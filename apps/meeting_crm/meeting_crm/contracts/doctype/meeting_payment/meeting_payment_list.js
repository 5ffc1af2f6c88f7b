frappe.listview_settings["Meeting Payment"] = {
	add_fields: ["status", "direction", "conflict"],
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,
	get_indicator(doc) {
		if (doc.conflict && doc.docstatus === 1) return [__("Conflict"), "red", "conflict,is,set"];
		const colours = { Registered: "orange", Confirmed: "green", Rejected: "gray", Cancelled: "red" };
		return [__(doc.status, null, doc.doctype), colours[doc.status], `status,=,${doc.status}`];
	},
};
