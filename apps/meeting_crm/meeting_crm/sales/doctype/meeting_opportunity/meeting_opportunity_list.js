frappe.listview_settings["Meeting Opportunity"] = {
	hide_name_column: true,
	add_fields: ["stage", "expected_on"],
	get_indicator(doc) {
		const today = frappe.datetime.get_today();
		if (!["Won", "Lost"].includes(doc.stage) && doc.expected_on && doc.expected_on < today) {
			return [__("Overdue"), "red", `stage,not in,Won,Lost|expected_on,<,${today}`];
		}
		const colours = {
			Interest: "gray",
			Proposal: "blue",
			Negotiation: "orange",
			Won: "green",
			Lost: "red",
		};
		return [__(doc.stage), colours[doc.stage], `stage,=,${doc.stage}`];
	},
};
