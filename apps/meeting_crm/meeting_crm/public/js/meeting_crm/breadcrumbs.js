/** The path above a form of ours ends with the record's title: most are kept under a number nobody reads. */
export function name_breadcrumbs() {
	const make = frappe.breadcrumbs.set_form_breadcrumb;
	frappe.breadcrumbs.set_form_breadcrumb = function (breadcrumbs, view) {
		make.call(this, breadcrumbs, view);
		if (view === "form") show_title(window.cur_frm);
	};
	$(document).on("form-refresh", (_event, frm) => show_title(frm));
}

function show_title(frm) {
	if (!frm || !frm.doc || !frm.doctype.startsWith("Meeting ")) return;
	if (!frm.is_new() && frm.meta.autoname !== "hash") return;
	const $last = frappe.breadcrumbs.$breadcrumbs?.find("li:last-child a");
	const title = frm.is_new() ? __("New {0}", [__(frm.doctype)]) : frm.doc[frm.meta.title_field];
	if (title && $last?.text() === frm.docname) $last.text(title);
}
