const API = "meeting_crm.administration.api";

frappe.ui.form.on("Meeting Backup", {
	refresh(frm) {
		frm.disable_form();
		frm.page.set_title(
			frm.doc.taken_on
				? `${__("Meeting Backup")} ${meeting_crm.format.format_time(frm.doc.taken_on)}`
				: __("Meeting Backup")
		);
		meeting_crm.show_run(frm);
		if (["Queued", "Running"].includes(frm.doc.status))
			frm.add_custom_button(__("Cancel"), () => act(frm, "cancel_backup"));
		if (frm.doc.status !== "Done" || frm.doc.is_file_gone) return;
		frm.add_custom_button(__("Verify"), () => verify(frm));
		if (!frappe.user.has_role("System Manager")) return;
		frm.add_custom_button(__("Download"), () => ask_for_download(frm));
		frm.add_custom_button(__("Restore"), () => frappe.set_route("restore-backup", frm.doc.name)).addClass(
			"btn-primary"
		);
	},

	onload_post_render(frm) {
		frm.set_df_property("size", "description", (frm.doc.size && format_size(frm.doc.size)) || "");
	},
});

function format_size(bytes) {
	const units = ["B", "KB", "MB", "GB", "TB"];
	const power = Math.min(units.length - 1, Math.floor(Math.log2(bytes || 1) / 10));
	return `${(bytes / 1024 ** power).toFixed(power ? 1 : 0)} ${units[power]}`;
}

async function act(frm, method) {
	try {
		const answer = await meeting_crm.call(`${API}.${method}`, { backup: frm.doc.name });
		frm.reload_doc();
		return answer;
	} catch (error) {
		if (error.name !== "ServerError") throw error;
		frappe.msgprint({ message: meeting_crm.format.esc(error.message), indicator: "red" });
	}
}

async function verify(frm) {
	const answer = await act(frm, "verify_backup");
	if (answer?.status === "Done")
		frappe.show_alert({ message: __("Every checksum is right."), indicator: "green" });
}

function ask_for_download(frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Download backup"),
		fields: [
			{
				fieldtype: "HTML",
				options: `<p>${__(
					"The file holds all data of the company. The other system administrators are told that you have it."
				)}</p>`,
			},
			{ fieldname: "password", fieldtype: "Password", label: __("Your Password"), reqd: 1 },
			{ fieldname: "problem", fieldtype: "HTML" },
		],
		primary_action_label: __("Download"),
		primary_action: ({ password }) =>
			meeting_crm.guarded(dialog, async () => {
				const ticket = await meeting_crm.call(`${API}.request_download`, {
					backup: frm.doc.name,
					password,
				});
				dialog.hide();
				window.location.href = `/api/method/${API}.download_backup?ticket=${ticket}`;
			}),
	});
	dialog.get_field("password").$input.attr("autocomplete", "off");
	dialog.get_field("password").disable_password_checks?.();
	dialog.show();
}
