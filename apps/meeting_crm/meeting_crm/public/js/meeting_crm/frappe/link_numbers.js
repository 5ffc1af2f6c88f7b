const NUMBER = /^[0-9a-z]{10}(, |$)/;

/** Under a record's title a link's list shows what it is kept under: for most of ours a number that nobody knows. */
export function hide_link_numbers() {
	const control = frappe.ui.form.ControlLink.prototype;
	const merge = control.merge_duplicates;
	control.merge_duplicates = function (rows) {
		const ours = this.get_options()?.startsWith("Meeting ");
		const named = ours
			? rows.map((row) => ({ ...row, description: row.description?.replace(NUMBER, "") }))
			: rows;
		return merge.call(this, named);
	};
}
