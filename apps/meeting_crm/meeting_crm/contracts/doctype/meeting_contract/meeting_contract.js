frappe.ui.form.on("Meeting Contract", {
	refresh(frm) {
		set_hint(frm);
		add_buttons(frm);
		add_documents(frm);
		show_name(frm, "holder");
	},

	async customer(frm) {
		if (!frm.doc.customer || frm.doc.docstatus) return;
		const { message } = await frappe.call({
			method: "meeting_crm.contracts.api.make_contract",
			args: { source_name: frm.doc.customer, source_doctype: "Meeting Customer" },
		});
		frm.set_value("enterprise_name", message.enterprise_name);
		if (!frm.doc.project && message.project) frm.set_value("project", message.project);
	},

	discount_percentage: set_totals,
	discount_amount: set_totals,
	items_remove: set_totals,
});

frappe.ui.form.on("Meeting Contract Item", {
	quantity: set_line,
	rate: set_line,
	discount_percentage: set_line,
	items_remove: set_totals,
});

function add_documents(frm) {
	if (frm.is_new()) return;
	frm.add_custom_button(__("Documents"), () =>
		frappe.set_route("meeting-documents", "contract", frm.doc.name)
	);
}

function set_hint(frm) {
	if (frm.doc.docstatus || frm.is_new()) return;
	frm.set_intro("");
	frm.set_intro(
		frm.doc.attachment
			? __("Submitting this contract signs the claim: the company is then yours in this project.")
			: __("Attach the signed contract (Word, PDF or image), then submit."),
		frm.doc.attachment ? "blue" : "orange"
	);
}

/** A record that was just made on the server brings the ids of people, not their names. */
async function show_name(frm, fieldname) {
	const user = frm.doc[fieldname];
	if (!user || frappe.utils.get_link_title("User", user)) return;
	await frappe.utils.fetch_link_title("User", user);
	frm.refresh_field(fieldname);
}

function add_buttons(frm) {
	if (!frm.doc.customer || frm.is_new()) return;
	frm.add_custom_button(__("Customer File"), () =>
		frappe.set_route("Form", "Meeting Customer", frm.doc.customer)
	);
	if (frm.doc.docstatus === 1 && frappe.model.can_create("Meeting Maintenance")) {
		frm.add_custom_button(__("Maintenance"), () =>
			frappe.new_doc("Meeting Maintenance", {
				customer: frm.doc.customer,
				project: frm.doc.project,
				contract: frm.doc.name,
			})
		);
	}
}

function set_line(frm, cdt, cdn) {
	const row = locals[cdt][cdn];
	const amount = (flt(row.quantity) * flt(row.rate) * (100 - flt(row.discount_percentage))) / 100;
	frappe.model.set_value(cdt, cdn, "amount", flt(amount, 2)).then(() => set_totals(frm));
}

function set_totals(frm) {
	const items = frm.doc.items || [];
	if (!items.length) return;
	const total = items.reduce((sum, row) => sum + flt(row.amount), 0);
	const percentage = flt(frm.doc.discount_percentage);
	const discount = percentage ? flt((total * percentage) / 100, 2) : flt(frm.doc.discount_amount);
	frm.set_value({ total, amount: flt(total - discount, 2) });
	if (percentage && discount !== flt(frm.doc.discount_amount)) frm.set_value("discount_amount", discount);
}
