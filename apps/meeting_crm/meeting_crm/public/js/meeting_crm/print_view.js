/** Where there is one sheet to print there is nothing to choose, and its name is no word anybody says. */
export function hide_only_print_format() {
	$(document).on("page-change", () => {
		const [page, doctype] = frappe.get_route();
		if (page !== "print" || !doctype) return;
		frappe.model.with_doctype(doctype, () => {
			const formats = frappe.get_meta(doctype).__print_formats || [];
			const only = doctype.startsWith("Meeting ") && formats.length === 1;
			$('.print-preview-sidebar .frappe-control[data-fieldname="print_format"]').toggle(!only);
		});
	});
}
