frappe.ui.form.on("Meeting Maintenance", {
	refresh(frm) {
		frm.set_df_property(
			"status",
			"options",
			["Open", "In Progress", "Closed"].map((value) => ({ value, label: __(value, null, frm.doctype) }))
		);
		frm.set_query("contact", () => ({ filters: { customer: frm.doc.customer || "" } }));
		frm.set_query("contract", () => ({ filters: { customer: frm.doc.customer || "" } }));
		if (frm.is_new() || frm.doc.status === "Closed" || !frm.perm[0].write) return;
		if (frm.doc.status === "Open") {
			frm.add_custom_button(__("Start"), () =>
				frm.set_value("status", "In Progress").then(() => frm.save())
			);
		}
		frm.add_custom_button(__("Close"), () => close(frm)).addClass("btn-primary");
	},
});

function close(frm) {
	frappe.prompt(
		[
			{
				fieldname: "resolution",
				fieldtype: "Small Text",
				label: __("Resolution"),
				default: frm.doc.resolution,
				reqd: 1,
			},
			{ fieldname: "satisfaction", fieldtype: "Rating", label: __("Satisfaction") },
		],
		({ resolution, satisfaction }) =>
			frm.set_value({ resolution, satisfaction, status: "Closed" }).then(() => frm.save()),
		__("Close"),
		__("Close")
	);
}
