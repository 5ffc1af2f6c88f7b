frappe.ui.form.on("Meeting Payment", {
	refresh(frm) {
		const { doc } = frm;
		const is_finance = ["Meeting Finance", "Meeting Administrator", "System Manager"].some((role) =>
			frappe.user_roles.includes(role)
		);
		if (doc.conflict) frm.set_intro(frappe.utils.escape_html(doc.conflict), "red");
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
