const LIMIT = 1001;

/** Beside our lists the number of rows is counted up to a limit; a click counts them all. */
export function limit_list_numbers() {
	const { ListView } = frappe.views;
	const count_all = ListView.prototype.get_count_str;
	if (count_all.toString().includes("count_upper_bound")) return; // newer frameworks do it themselves
	ListView.prototype.get_count_str = async function () {
		const filters = this.get_filters_for_args();
		const is_ours =
			this.doctype.startsWith("Meeting ") && filters.every(([doctype]) => doctype === this.doctype);
		if (!is_ours || this.counts_all) return count_all.call(this);
		const number = await frappe.xcall("frappe.desk.reportview.get_count", {
			doctype: this.doctype,
			filters,
			fields: [],
			limit: LIMIT,
		});
		this.total_count = Math.max(number, this.data.length);
		if (number < LIMIT) return __("{0} of {1}", [this.data.length, this.total_count]);
		const title = frappe.utils.escape_html(__("Click to count all"));
		return `<a data-count-all title="${title}">${__("{0} of {1}", [this.data.length, `${frappe.format(LIMIT - 1, { fieldtype: "Int" }, { inline: true })}+`])}</a>`;
	};
	$(document).on("click", "[data-count-all]", () => {
		const list = window.cur_list;
		list.counts_all = true;
		list.render_count();
	});
}
