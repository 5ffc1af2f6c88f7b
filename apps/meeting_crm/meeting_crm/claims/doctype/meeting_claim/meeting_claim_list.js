frappe.listview_settings["Meeting Claim"] = {
	add_fields: ["phase"],
	hide_name_column: true,
	has_indicator_for_draft: true,
	formatters: {
		holder: (user) => meeting_crm.format.esc(frappe.user.full_name(user)),
		protected_until: (until, _field, { phase }) => (phase === "Negotiating" ? meeting_crm.clock.clock(until, { short: true }) : ""),
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
