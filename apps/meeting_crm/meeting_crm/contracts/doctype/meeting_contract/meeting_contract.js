frappe.ui.form.on("Meeting Contract", {
	refresh(frm) {
		set_hint(frm);
		add_buttons(frm);
		add_documents(frm);
		add_steps(frm);
		if (frm.doc.docstatus) frm.get_field("plan_state").$wrapper.html(meeting_crm.money.draw_plan(frm.doc));
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

/** What can be done with a contract in force, and by whom. */
function add_steps(frm) {
	const { doc } = frm;
	if (doc.docstatus !== 1) return;
	const group = __("Steps");
	const reload = () => frm.reload_doc();
	if (["In Force", "Completed"].includes(doc.status)) {
		if (doc.claim && frappe.model.can_create("Meeting Payment")) {
			frm.add_custom_button(__("Register Payment"), () =>
				meeting_crm.money.register_payment(
					{
						claim: doc.claim,
						contract: doc.name,
						enterprise_name: doc.enterprise_name,
						amount: Math.max(0, doc.outstanding),
					},
					reload
				)
			);
		}
		if (frappe.model.can_create("Meeting Invoice")) {
			frm.add_custom_button(__("Request Invoice"), () =>
				meeting_crm.money.request_invoice(
					{ contract: doc.name, customer: doc.customer, rest: flt(doc.amount - doc.invoiced, 2) },
					reload
				)
			);
		}
		if (frappe.model.can_create("Meeting Contract Change")) {
			frm.add_custom_button(__("Change the Contract"), () => open_change(doc.name), group);
			frm.add_custom_button(__("End the Contract"), () => meeting_crm.money.end_contract(doc.name, reload), group);
		}
	}
	frm.add_custom_button(
		__("Word File"),
		() =>
			window.open(
				`/api/method/meeting_crm.contracts.api.get_word_file?contract=${encodeURIComponent(doc.name)}`
			),
		__("Show")
	);
	frm.add_custom_button(__("Payments"), () => open_list("Meeting Payment", doc), __("Show"));
	frm.add_custom_button(__("Invoices"), () => open_list("Meeting Invoice", doc), __("Show"));
	frm.add_custom_button(__("Changes"), () => open_list("Meeting Contract Change", doc), __("Show"));
}

function open_list(doctype, doc) {
	frappe.route_options = doctype === "Meeting Payment" ? { customer: doc.customer } : { contract: doc.name };
	frappe.set_route("List", doctype);
}

async function open_change(contract) {
	const change = await meeting_crm.call("meeting_crm.contracts.api.make_change", { contract });
	frappe.model.sync(change);
	frappe.set_route("Form", change.doctype, change.name);
}

function set_line(frm, cdt, cdn) {
	const row = locals[cdt][cdn];
	const discount = Math.max(flt(row.discount_percentage), flt(row.policy_percentage));
	const amount = (flt(row.quantity) * flt(row.rate) * (100 - discount)) / 100;
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
