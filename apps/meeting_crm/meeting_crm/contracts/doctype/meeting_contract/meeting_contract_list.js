frappe.listview_settings["Meeting Contract"] = {
	add_fields: ["docstatus", "attachment", "holder", "status"],
	has_indicator_for_cancelled: true,
	get_indicator(doc) {
		const colours = { "In Force": "green", Completed: "blue", Terminated: "gray", Void: "red" };
		if (doc.docstatus)
			return [__(doc.status, null, doc.doctype), colours[doc.status], `status,=,${doc.status}`];
		return doc.attachment
			? [__("Ready to Submit"), "blue", "docstatus,=,0|attachment,is,set"]
			: [__("Attachment missing"), "orange", "docstatus,=,0|attachment,is,not set"];
	},
};
