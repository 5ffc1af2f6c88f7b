frappe.listview_settings["Meeting Expense"] = {
	hide_name_column: true,
	add_fields: ["expense_type", "receipt"],
	get_indicator(doc) {
		return doc.receipt
			? [__("With Receipt"), "green", "receipt,is,set"]
			: [__("Without Receipt"), "gray", "receipt,is,not set"];
	},
};
