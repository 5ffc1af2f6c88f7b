frappe.listview_settings["Meeting Claim"] = {
	add_fields: ["phase", "protected_until", "workflow_state", "holder"],
	hide_name_column: true,
	has_indicator_for_draft: true,

	get_indicator({ phase, workflow_state, protected_until }) {
		if (phase === "Signed") return [__("Signed"), "green", "phase,=,Signed"];
		if (phase === "Ended") return [__(workflow_state), "gray", `workflow_state,=,${workflow_state}`];
		const left = meeting_crm.clock.milliseconds_left(protected_until);
		const color = left <= 0 ? "gray" : left < 3 * 24 * 3600 * 1000 ? "red" : "orange";
		return [meeting_crm.clock.describe_left(protected_until), color, "phase,=,Negotiating"];
	},

	onload(list) {
		list.page.add_actions_menu_item(__("Extend Protection"), () => run(list, meeting_crm.extend), true);
		list.page.add_actions_menu_item(__("Mark Dead"), () => run(list, meeting_crm.mark_dead), true);
		list.page.add_actions_menu_item(__("Give Back"), () => run(list, meeting_crm.release), true);
		if (meeting_crm.is_administrator()) {
			list.page.add_inner_button(__("Look for Contradictions"), check);
		}
	},
};

function run(list, step) {
	step(list.get_checked_items(), { on_done: () => list.refresh() });
}

async function check() {
	const { esc, format_number } = meeting_crm.format;
	frappe.show_alert(__("Looking for contradictions…"));
	const { findings, checked } = await meeting_crm.call("meeting_crm.claims.api.check");
	const found = findings.map((row) => `<li>${esc(row.text)}: <code>${esc(row.name)}</code></li>`);
	const counts = Object.entries(checked).map(([doctype, count]) => `${__(doctype)}: ${format_number(count)}`);
	frappe.msgprint({
		title: findings.length ? __("Contradictions") : __("No Contradictions"),
		indicator: findings.length ? "red" : "green",
		message: `<p>${esc(counts.join(" · "))}</p><ul>${found.join("")}</ul>`,
	});
}
