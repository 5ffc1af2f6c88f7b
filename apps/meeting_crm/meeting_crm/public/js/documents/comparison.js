import { call, esc } from "./parts.js";

/** What changed from one version to another, in words, over the preview. */
export async function show_comparison(document, old, current) {
	const found = await call("compare_versions", { document, old, new: current });
	const rows = found.changes.map(
		({ where, pieces }) =>
			`<tr><td class="text-muted">${esc(where)}</td><td>${pieces.map(draw_piece).join("")}</td></tr>`
	);
	const cut = found.is_cut
		? `<p class="text-muted">${esc(__("Only the first 500 changes are shown."))}</p>`
		: "";
	const body = rows.length
		? `<table class="meeting-comparison"><tbody>${rows.join("")}</tbody></table>${cut}`
		: `<p>${esc(__("The texts are the same. Only how it looks may differ."))}</p>`;
	const dialog = new frappe.ui.Dialog({
		title: __("From version {0} to version {1}", [old, current]),
		size: "large",
		fields: [{ fieldname: "changes", fieldtype: "HTML", options: body }],
	});
	dialog.show();
}

function draw_piece([kind, text]) {
	if (kind === "gone") return `<del>${esc(text)}</del>`;
	if (kind === "new") return `<ins>${esc(text)}</ins>`;
	return esc(shorten(text));
}

/** Unchanged text between two changes is shown by its ends. */
function shorten(text) {
	return text.length > 120 ? `${text.slice(0, 50)} … ${text.slice(-50)}` : text;
}
