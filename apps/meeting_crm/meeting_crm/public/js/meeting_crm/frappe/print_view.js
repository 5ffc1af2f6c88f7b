import { show_title } from "./breadcrumbs.js";

/** What Frappe's print page shows and nobody says: the name of the only sheet there is, the code of a language, and the number
 * a record is kept under. */
export function tidy_print_view() {
	$(document).on("page-change", () => {
		const [page, doctype] = frappe.get_route();
		if (page !== "print" || !doctype) return;
		name_language();
		frappe.model.with_doctype(doctype, () => hide_only_format(doctype));
	});
}

function hide_only_format(doctype) {
	const formats = frappe.get_meta(doctype).__print_formats || [];
	const only = doctype.startsWith("Meeting ") && formats.length === 1;
	$('.print-preview-sidebar .frappe-control[data-fieldname="print_format"]').toggle(!only);
}

function name_language() {
	const view = frappe.ui.form.PrintView?.prototype;
	if (!view || view.names_language) return;
	view.names_language = true;
	const set_title = view.set_title;
	view.set_title = function () {
		const { doc, meta, docname } = this.frm;
		set_title.call(this);
		if (meta.autoname === "hash") this.page.set_title(doc[meta.title_field] || docname);
	};
	const set_path = view.set_breadcrumbs;
	view.set_breadcrumbs = function () {
		set_path.call(this);
		show_title({ ...this.frm, is_new: () => false });
	};
	for (const method of ["set_user_lang", "set_default_print_language"]) {
		const set = view[method];
		view[method] = function () {
			set.call(this);
			this.lang_code = frappe.boot.lang_dict[this.lang_code] || this.lang_code || frappe.boot.lang;
			this.language_selector.val(get_language_name(this.lang_code));
		};
	}
}

function get_language_name(code) {
	const named = Object.entries(frappe.boot.lang_dict).find(([, value]) => value === code);
	return named ? named[0] : code;
}
