frappe.ui.form.on("Meeting Leave", {
	onload(frm) {
		frm.set_query("user", () => ({
			filters: meeting_crm.is_administrator() ? { enabled: 1 } : { name: ["in", frm.people] },
		}));
	},

	/** Most people record their own leave, and nobody that of people who are not theirs. */
	async refresh(frm) {
		if (!frm.is_new())
			frm.page.set_title(frappe.utils.get_link_title("User", frm.doc.user) || frm.doc.user);
		if (meeting_crm.is_administrator()) return;
		const people = await meeting_crm.call("meeting_crm.claims.api.get_visible_people");
		frm.people = people.map(({ user }) => user);
		frm.toggle_enable("user", frm.people.length > 1);
	},

	from_date(frm) {
		if (frm.doc.from_date > frm.doc.to_date) frm.set_value("to_date", frm.doc.from_date);
	},
});
