/** The path above a form of ours ends with the record's title: most are kept under a number nobody reads. */
export function name_breadcrumbs() {
	const make = frappe.breadcrumbs.set_form_breadcrumb;
	frappe.breadcrumbs.set_form_breadcrumb = function (breadcrumbs, view) {
		make.call(this, breadcrumbs, view);
		if (view === "form") show_title(window.cur_frm);
	};
	$(document).on("form-refresh", (_event, frm) => show_title(frm));
}

export function show_title(frm) {
	if (!frm || !frm.doc || !frm.doctype.startsWith("Meeting ")) return;
	const $last = frappe.breadcrumbs.$breadcrumbs?.find("li:last-child a");
	if (!frm.is_new() && frm.meta.autoname !== "hash" && frm.doctype !== "Meeting Project") return;
	const title = frm.is_new() ? __("New {0}", [__(frm.doctype)]) : get_title(frm);
	if (title && $last?.text() === frm.docname) $last.text(title);
}

function get_title({ doc, doctype, meta }) {
	const { fieldtype, options } = frappe.meta.get_docfield(doctype, meta.title_field) || {};
	const value = doc[meta.title_field];
	if (fieldtype === "Link") return frappe.utils.get_link_title(options, value) || value;
	return fieldtype === "Select" ? __(value) : value;
}
