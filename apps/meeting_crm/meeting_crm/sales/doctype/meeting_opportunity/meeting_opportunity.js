frappe.ui.form.on("Meeting Opportunity", {
	refresh(frm) {
		frm.set_query("contact", () => ({ filters: { customer: frm.doc.customer || "" } }));
		if (frm.is_new() || ["Won", "Lost"].includes(frm.doc.stage)) return;
		frm.add_custom_button(__("Quotation"), () =>
			frappe.new_doc("Meeting Quotation", {
				customer: frm.doc.customer,
				project: frm.doc.project,
				contact: frm.doc.contact,
				opportunity: frm.doc.name,
			})
		).addClass("btn-primary");
		for (const [stage, label] of [
			["Won", __("Won")],
			["Lost", __("Lost")],
		]) {
			frm.add_custom_button(label, () => close(frm, stage), __("Close"));
		}
	},
});

function close(frm, stage) {
	const finish = (reason) => {
		frm.set_value({ stage, lost_reason: reason || null }).then(() => frm.save());
	};
	if (stage === "Won") return finish();
	frappe.prompt(
		{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason It Was Lost"), reqd: 1 },
		({ reason }) => finish(reason),
		__("Lost"),
		__("Save")
	);
}
