frappe.ui.form.on("Meeting Enterprise Merge", {
	refresh(frm) {
		frm.disable_save();
		if (frm.doc.status !== "Merged") return;
		frm.page.set_primary_action(__("Undo Merge"), () =>
			frappe.confirm(
				__(
					"Make {0} and {1} two companies again? What was written since stays with {0}.",
					[frm.doc.kept_name, frm.doc.merged_name].map(frappe.utils.escape_html)
				),
				async () => {
					const { problems } = await frappe.xcall("meeting_crm.merging.api.undo_merge", {
						merge: frm.doc.name,
					});
					if (problems.length)
						frappe.msgprint(
							problems.map(frappe.utils.escape_html).join("<br>"),
							__("Some Could Not Be Put Back")
						);
					meeting_crm.refresh_form(frm);
				}
			)
		);
	},
});
