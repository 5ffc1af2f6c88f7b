frappe.ui.form.on("Meeting Invoice", {
	refresh(frm) {
		const { doc } = frm;
		const is_finance = ["Meeting Finance", "Meeting Administrator", "System Manager"].some((role) =>
			frappe.user_roles.includes(role)
		);
		frm.set_query("title", () => ({ filters: { customer: doc.customer } }));
		if (doc.status === "Rejected") frm.set_intro(frappe.utils.escape_html(doc.reason || ""), "red");
		if (frm.is_new()) return;
		const reload = () => frm.reload_doc();
		const { finance } = meeting_crm.money;
		if (!doc.docstatus && doc.status === "Rejected") {
			frm.add_custom_button(__("Request Again"), async () => {
				await meeting_crm.call("meeting_crm.contracts.api.request_invoice_again", { invoice: doc.name });
				reload();
			}).addClass("btn-primary");
		}
		if (!is_finance) return;
		if (!doc.docstatus && doc.status === "Requested") {
			frm.page.clear_primary_action();
			frm.add_custom_button(__("Issue"), () => finance.issue(doc.name, reload)).addClass("btn-primary");
			frm.add_custom_button(__("Return"), () => finance.return_request(doc.name, reload));
		}
		if (doc.docstatus === 1 && !doc.red_of && doc.status !== "Red-lettered") {
			frm.add_custom_button(__("Red-letter"), () => finance.red_letter(doc.name, doc.gross, reload));
			if (!doc.shipment) {
				frm.add_custom_button(__("Send Parcel"), () =>
					frappe.new_doc("Meeting Shipment", {
						customer: doc.customer,
						recipient: doc.recipient,
						mobile: doc.recipient_mobile,
						address: doc.courier_address,
						sent_on: frappe.datetime.get_today(),
						contents: [{ content_type: "Invoice", invoice: doc.name }],
					})
				);
			}
		}
	},
});
