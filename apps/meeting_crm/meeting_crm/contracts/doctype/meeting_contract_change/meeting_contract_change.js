const { esc, format_day, format_money } = meeting_crm.format;
const LABELS = {
	amount: () => __("Amount"),
	discount_percentage: () => __("Discount on Total %"),
	terms: () => __("Terms"),
	settled_amount: () => __("Settled Amount"),
	status: () => __("Status"),
};

frappe.ui.form.on("Meeting Contract Change", {
	refresh(frm) {
		draw_comparison(frm);
		if (frm.doc.docstatus || frm.is_new()) return;
		frm.set_intro("");
		const falls = flt(frm.doc.amount_after, 2) < flt(frm.doc.amount_before, 2);
		if (falls) frm.set_intro(__("The amount falls: the manager or an administrator submits this change."), "orange");
		if (!frm.doc.supplement && flt(frm.doc.amount_after, 2) !== flt(frm.doc.amount_before, 2))
			frm.set_intro(__("The amount changes: attach the signed supplement, or this change cannot be submitted."), "orange");
	},
});

/** Both contents side by side, what differs marked. */
function draw_comparison(frm) {
	const $wrapper = frm.get_field("comparison").$wrapper;
	if (!frm.doc.before || !frm.doc.after) return $wrapper.empty();
	const before = JSON.parse(frm.doc.before);
	const after = JSON.parse(frm.doc.after);
	const rows = [
		...Object.keys(LABELS).map((field) => [LABELS[field](), show(field, before[field]), show(field, after[field])]),
		[__("Items"), show_items(before.items), show_items(after.items)],
		[__("Payment Plan"), show_plan(before.plan), show_plan(after.plan)],
	].filter(([, one, other]) => one || other);
	$wrapper.html(`<table class="meeting-table meeting-comparison"><thead><tr><th></th><th>${esc(__("Before"))}</th><th>${esc(__("After"))}</th></tr></thead>
		<tbody>${rows
			.map(
				([label, one, other]) =>
					`<tr class="${one === other ? "" : "changed"}"><th>${esc(label)}</th><td>${one}</td><td>${other}</td></tr>`
			)
			.join("")}</tbody></table>`);
}

function show(field, value) {
	if (value === null || value === undefined || value === "") return "";
	if (field === "terms") return frappe.dom.remove_script_and_style(value);
	if (field === "status") return esc(__(value, null, "Meeting Contract"));
	if (field === "discount_percentage") return value ? `${esc(value)}%` : "";
	if (field === "settled_amount" && !value) return "";
	return esc(format_money(value));
}

function show_items(items) {
	return (items || [])
		.map((row) => `${esc(row.item_name)} × ${esc(row.quantity)} ＝ ${esc(format_money(row.amount))}`)
		.join("<br>");
}

function show_plan(plan) {
	return (plan || [])
		.map((row) => `${esc(row.label)} ${esc(format_day(row.due_on))} ${esc(format_money(row.amount))}`)
		.join("<br>");
}
