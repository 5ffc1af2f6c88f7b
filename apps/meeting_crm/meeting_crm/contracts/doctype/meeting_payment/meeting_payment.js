frappe.ui.form.on("Meeting Payment", {
	refresh(frm) {
		const { doc } = frm;
		const is_finance = ["Meeting Finance", "Meeting Administrator", "System Manager"].some((role) =>
			frappe.user_roles.includes(role)
		);
		if (doc.conflict) frm.set_intro(frappe.utils.escape_html(doc.conflict), "red");
		if (doc.conflict && doc.docstatus === 1 && meeting_crm.is_administrator())
			frm.add_custom_button(__("Sign the Claim"), () =>
				frappe.confirm(
					__("{0} becomes signed for {1}, because the money was paid in time. Go on?", [
						frappe.utils.escape_html(doc.enterprise_name),
						frappe.utils.escape_html(frappe.user.full_name(doc.holder)),
					]),
					async () => {
						await meeting_crm.call("meeting_crm.contracts.api.sign_afterwards", {
							payment: doc.name,
						});
						frm.reload_doc();
					}
				)
			).addClass("btn-primary");
		frm.set_query("contract", "allocations", () => ({
			filters: { customer: doc.customer, docstatus: 1 },
		}));
		if (frm.is_new() || !is_finance) return;
		const reload = () => frm.reload_doc();
		const { finance } = meeting_crm.money;
		if (!doc.docstatus && doc.status === "Registered") {
			frm.page.clear_primary_action();
			frm.add_custom_button(__("Confirm"), async () => {
				if (frm.is_dirty()) await frm.save();
				await finance.confirm(doc.name);
				reload();
			}).addClass("btn-primary");
			frm.add_custom_button(__("Reject"), () => finance.reject(doc.name, reload));
		}
		if (doc.docstatus === 1 && doc.direction === "Receipt") {
			frm.add_custom_button(__("Give Money Back"), () => finance.refund(doc.name, doc.amount, reload));
		}
	},
});
