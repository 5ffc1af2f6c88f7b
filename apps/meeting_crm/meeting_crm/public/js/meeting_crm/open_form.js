import { merge_edits } from "./merge_edits.js";

/**
 * Our own functions change records behind open forms: a note, a decision, a next step. Frappe then refuses to save what the
 * form holds, because the record has become another one, and reading it again throws away what was typed.
 */
export function remember_what_is_stored() {
	$(document).on("form-refresh", (_event, frm) => {
		if (frm?.doc && !frm.is_new() && !frm.is_dirty()) remember(frm);
	});
}

function remember(frm) {
	frm.meeting_stored = JSON.parse(JSON.stringify(frm.doc));
}

/** After one of our functions: shows what is stored now, and keeps what was typed and not saved yet. */
export function refresh_form(frm) {
	return frm.is_dirty() ? take_over(frm) : frm.reload_doc();
}

/** Brings what is stored into the form without drawing it as a whole. */
export async function take_over(frm) {
	if (frm.is_new()) return;
	const before = frm.meeting_stored;
	const { name, doctype } = frm.doc;
	if (before?.name !== name) return frm.is_dirty() || frm.reload_doc();
	const stored = await frappe.xcall("frappe.client.get", { doctype, name });
	if (frm.doc.name !== name) return;
	const tables = frm.meta.fields
		.filter(({ fieldtype }) => frappe.model.table_fields.includes(fieldtype))
		.map(({ fieldname }) => fieldname);
	merge_edits(frm.doc, before, stored, tables);
	tables
		.flatMap((field) => frm.doc[field] || [])
		.forEach((row) => {
			locals[row.doctype] = locals[row.doctype] || {};
			locals[row.doctype][row.name] = row;
		});
	frm.meeting_stored = JSON.parse(JSON.stringify(stored));
	frm.refresh_fields();
}
