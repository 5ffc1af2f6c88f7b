const FINDINGS_SHOWN = 12;

frappe.listview_settings["Meeting Claim"] = {
	add_fields: ["phase"],
	hide_name_column: true,
	has_indicator_for_draft: true,
	formatters: {
		holder: (user, _field, { holder_full_name }) => meeting_crm.format.esc(holder_full_name || user),
		protected_until: (until, _field, { phase }) =>
			phase === "Negotiating" ? meeting_crm.clock.clock(until, { short: true }) : "",
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

function group_by_text(findings) {
	const groups = new Map();
	findings.forEach((finding) => groups.set(finding.text, [...(groups.get(finding.text) || []), finding]));
	return groups;
}

function draw_finding({ doctype, name, title }) {
	const { esc } = meeting_crm.format;
	if (!doctype) return `<code>${esc(name)}</code>`;
	const address = `/app/${frappe.router.slug(doctype)}/${encodeURIComponent(name)}`;
	return `<a href="${esc(address)}" target="_blank" title="${esc(name)}">${esc(title || name)}</a>`;
}

async function check() {
	const { esc, format_number } = meeting_crm.format;
	frappe.show_alert(__("Looking for contradictions…"));
	const { findings, checked } = await meeting_crm.call("meeting_crm.claims.api.find_contradictions");
	const found = [...group_by_text(findings)].map(
		([text, group]) =>
			`<h5>${esc(text)} (${format_number(group.length)})</h5><p>${group
				.slice(0, FINDINGS_SHOWN)
				.map(draw_finding)
				.join(" · ")} ${
				group.length > FINDINGS_SHOWN ? esc(__("and {0} more", [group.length - FINDINGS_SHOWN])) : ""
			}</p>`
	);
	const counts = Object.entries(checked).map(
		([doctype, count]) => `${__(doctype)}: ${format_number(count)}`
	);
	frappe.msgprint({
		title: findings.length ? __("Contradictions") : __("No Contradictions"),
		indicator: findings.length ? "red" : "green",
		message: `<p>${esc(counts.join(" · "))}</p>${found.join("")}`,
	});
}
