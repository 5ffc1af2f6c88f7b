const API = "meeting_crm.administration.api";

frappe.ui.form.on("Meeting Restore", {
	async refresh(frm) {
		frm.disable_form();
		frm.page.set_title(
			frm.doc.data_as_of
				? __("Restore of {0}", [meeting_crm.format.format_time(frm.doc.data_as_of)])
				: __("Meeting Restore")
		);
		meeting_crm.show_run(frm);
		const state = await meeting_crm.call(`${API}.get_restore`, { restore: frm.doc.name });
		frm.fields_dict.differences_html.$wrapper.html(draw_differences(state.differences));
		if (["Queued", "Running"].includes(frm.doc.status))
			frm.add_custom_button(__("Cancel"), () => act(frm, "cancel_restore"));
		if (state.can_be_undone)
			frm.add_custom_button(__("Undo Restore"), () =>
				frappe.confirm(
					__(
						"Everything becomes as it was right before the restore. What was written since the restore is lost. Go on?"
					),
					() => act(frm, "undo_restore")
				)
			);
	},
});

async function act(frm, method) {
	try {
		await meeting_crm.call(`${API}.${method}`, { restore: frm.doc.name });
		frm.reload_doc();
	} catch (error) {
		if (error.name !== "ServerError") throw error;
		frappe.msgprint({ message: meeting_crm.format.esc(error.message), indicator: "red" });
	}
}

function draw_differences({ stay_disabled = [], roles_back = [], accounts_missing = [], mails_stopped = 0 }) {
	const { esc } = meeting_crm.format;
	const parts = [
		[__("Accounts that were disabled since and stay disabled"), stay_disabled],
		[__("Accounts that were made since and are gone"), accounts_missing],
		[
			__("Roles that people had lost since and have again"),
			roles_back.map(([user, role]) => `${user}: ${__(role)}`),
		],
	]
		.filter(([, rows]) => rows.length)
		.map(
			([title, rows]) =>
				`<h5>${esc(title)}</h5><ul>${rows.map((row) => `<li>${esc(row)}</li>`).join("")}</ul>`
		);
	if (mails_stopped)
		parts.push(
			`<p>${esc(__("E-mails of the backup that are not sent again: {0}", [mails_stopped]))}</p>`
		);
	return (
		parts.join("") || `<p class="text-muted">${esc(__("Accounts and roles are the same as before."))}</p>`
	);
}
