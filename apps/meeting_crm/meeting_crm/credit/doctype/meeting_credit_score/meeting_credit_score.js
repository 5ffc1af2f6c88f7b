frappe.ui.form.on("Meeting Credit Score", {
	refresh(frm) {
		const { esc } = meeting_crm.format;
		const parts = JSON.parse(frm.doc.parts || "[]").filter((part) => part.weight);
		frm.get_field("breakdown").$wrapper.html(
			parts
				.map(({ criterion, points, weight }) => {
					const known = points !== null;
					return `<div class="meeting-bar-row"><span>${esc(__(criterion, null, "Meeting Credit Criterion"))}</span>
						<div class="meeting-bar"><i style="width:${known ? points : 0}%"></i></div>
						<b>${known ? esc(points) : "—"}</b><small class="text-muted">${esc(__("weight {0}", [weight]))}</small></div>`;
				})
				.join("")
		);
		if (frm.is_new()) return;
		frm.add_custom_button(__("Compute Now"), async () => {
			await meeting_crm.call("meeting_crm.credit.api.recompute", { enterprise: frm.doc.enterprise });
			frm.reload_doc();
		});
		frm.add_custom_button(__("Grant a Policy"), () =>
			meeting_crm.money.ask(
				__("Grant a Policy"),
				[
					{
						fieldname: "policy",
						fieldtype: "Link",
						options: "Meeting Preferential Policy",
						label: __("Preferential Policy"),
						reqd: 1,
					},
					{
						fieldname: "until",
						fieldtype: "Date",
						label: __("Until"),
						default: frappe.datetime.add_months(frappe.datetime.get_today(), 12),
						reqd: 1,
					},
				],
				__("Grant"),
				async (values) => {
					await meeting_crm.call("meeting_crm.credit.api.grant_policy", {
						enterprise: frm.doc.enterprise,
						...values,
					});
					frappe.show_alert({ message: __("Granted"), indicator: "green" });
				}
			)
		);
	},
});
