frappe.listview_settings["Meeting Contract"] = {
	add_fields: ["docstatus", "attachment", "holder"],
	get_indicator(doc) {
		if (doc.docstatus === 1) return [__("Signed"), "green", "docstatus,=,1"];
		if (doc.docstatus === 2) return [__("Cancelled"), "red", "docstatus,=,2"];
		return doc.attachment
			? [__("Ready to Submit"), "blue", "docstatus,=,0|attachment,is,set"]
			: [__("Attachment Missing"), "orange", "docstatus,=,0|attachment,is,not set"];
	},
};
