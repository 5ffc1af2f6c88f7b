frappe.listview_settings["Meeting Enterprise Import"] = {
	get_indicator({ status }) {
		const colours = { Finished: "green", Failed: "red", Cancelled: "gray", Draft: "gray" };
		return [__(status), colours[status] || "blue", `status,=,${status}`];
	},
};
