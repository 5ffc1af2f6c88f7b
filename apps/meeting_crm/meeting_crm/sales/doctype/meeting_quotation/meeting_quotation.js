frappe.ui.form.on("Meeting Quotation", {
	setup(frm) {
		set_customer_queries(frm);
	},

	refresh(frm) {
		set_customer_queries(frm);
		if (frm.doc.docstatus !== 1) return;
		set_hint(frm);
		if (["Sent", "Accepted", "Rejected"].includes(frm.doc.status)) add_answers(frm);
		if (["Sent", "Accepted"].includes(frm.doc.status)) {
			frm.add_custom_button(__("Make Contract"), () => make_contract(frm)).addClass("btn-primary");
		}
	},

	discount_percentage: set_totals,
	discount_amount: set_totals,
});

frappe.ui.form.on("Meeting Quotation Item", {
	quantity: set_line,
	rate: set_line,
	discount_percentage: set_line,
	items_remove: set_totals,
});

function set_customer_queries(frm) {
	for (const field of ["contact", "opportunity"]) {
		frm.set_query(field, () => ({ filters: { customer: frm.doc.customer || "" } }));
	}
}

function set_hint(frm) {
	const left = frappe.datetime.get_day_diff(frm.doc.valid_until, frappe.datetime.get_today());
	if (!["Sent", "Accepted"].includes(frm.doc.status)) return;
	frm.set_intro("");
	if (left < 0 && frm.doc.status === "Sent") {
		frm.set_intro(
			__("This quotation has expired. Amend it with a new date to offer it again."),
			"orange"
		);
	} else if (left >= 0 && frm.doc.status === "Sent") {
		frm.set_intro(
			__("Valid for {0} more days. Enter the customer's answer, or make the contract.", [left]),
			"blue"
		);
	}
}

function add_answers(frm) {
	const answers = { Accepted: __("Customer Accepts"), Rejected: __("Customer Rejects") };
	for (const [answer, label] of Object.entries(answers)) {
		if (frm.doc.status === answer) continue;
		frm.add_custom_button(
			label,
			() => {
				frappe.prompt(
					{ fieldname: "note", fieldtype: "Small Text", label: __("What did the customer say?") },
					async ({ note }) => {
						await frm.call("meeting_crm.sales.api.answer_quotation", {
							quotation: frm.doc.name,
							answer,
							note,
						});
						meeting_crm.refresh_form(frm);
					},
					label,
					__("Save")
				);
			},
			__("Answer")
		);
	}
}

function make_contract(frm) {
	frappe.model.open_mapped_doc({
		method: "meeting_crm.contracts.api.make_contract",
		source_name: frm.doc.name,
		args: { source_doctype: "Meeting Quotation" },
	});
}

function set_line(frm, cdt, cdn) {
	const row = locals[cdt][cdn];
	const amount = (flt(row.quantity) * flt(row.rate) * (100 - flt(row.discount_percentage))) / 100;
	frappe.model.set_value(cdt, cdn, "amount", flt(amount, 2)).then(() => set_totals(frm));
}

function set_totals(frm) {
	const total = (frm.doc.items || []).reduce((sum, row) => sum + flt(row.amount), 0);
	const percentage = flt(frm.doc.discount_percentage);
	const discount = percentage ? flt((total * percentage) / 100, 2) : flt(frm.doc.discount_amount);
	frm.set_value({ total, amount: flt(total - discount, 2) });
	if (percentage && discount !== flt(frm.doc.discount_amount)) frm.set_value("discount_amount", discount);
}
