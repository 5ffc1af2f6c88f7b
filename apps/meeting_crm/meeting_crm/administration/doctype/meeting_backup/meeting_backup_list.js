const API = "meeting_crm.administration.api";

frappe.listview_settings["Meeting Backup"] = {
	hide_name_column: true,
	add_fields: ["status", "is_file_gone"],

	get_indicator({ status, is_file_gone }) {
		if (status === "Done" && is_file_gone) return [__("File Removed"), "gray", "is_file_gone,=,1"];
		const colours = { Done: "green", Failed: "red", Cancelled: "gray", Draft: "gray" };
		return [__(status), colours[status] || "blue", `status,=,${status}`];
	},

	onload(list) {
		list.page.add_inner_button(__("Restore"), () => frappe.set_route("restore-backup"));
		list.page.add_inner_button(__("Schedule"), () => frappe.set_route("Form", "Meeting Backup Settings"));
	},

	async refresh(list) {
		list.page.set_primary_action(__("Back Up Now"), start_backup);
		const state = await meeting_crm.call(`${API}.get_backup_state`);
		const $place = list.$frappe_list.closest(".layout-main-section");
		$place.find(".meeting-backup-state").remove();
		$place.prepend(draw_state(state));
	},
};

async function start_backup() {
	try {
		const name = await meeting_crm.call(`${API}.start_backup`);
		frappe.set_route("Form", "Meeting Backup", name);
	} catch (error) {
		if (error.name !== "ServerError") throw error;
		frappe.msgprint({ message: meeting_crm.format.esc(error.message), indicator: "red" });
	}
}

function draw_state({ last_good, is_too_old, next_on, keeper_runs }) {
	const { esc, format_time } = meeting_crm.format;
	const parts = [
		last_good
			? `${esc(__("Last good backup"))}: <b>${esc(format_time(last_good))}</b>`
			: `<b>${esc(__("There is no good backup yet."))}</b>`,
		next_on ? esc(__("Next one on {0}", [format_time(next_on)])) : esc(__("No schedule")),
	];
	const problems = [
		is_too_old && __("The last good backup is too old. Start one now."),
		!keeper_runs &&
			__(
				"The backup program does not run on the server, so nothing is backed up or restored. Ask its administrator to start the process keeper."
			),
	].filter(Boolean);
	return `<div class="meeting-backup-state" style="padding: 10px 15px">${parts.join(" · ")}${problems
		.map((text) => `<div class="meeting-problem" role="alert"><span>${esc(text)}</span></div>`)
		.join("")}</div>`;
}
