import { is_administrator } from "../menu.js";

/** Frappe's lists, reports and their side bars without what nobody here can use. */
export function tidy_lists() {
	hide_number_filter();
	say_subjects();
	hide_banner();
	hide_dashboard_buttons();
	name_links_in_reports();
	ask_again_for_late_filters();
	count_in_whole_numbers();
}

const is_ours = (doctype) => String(doctype || "").startsWith("Meeting ");

/** Most of our records are kept under a number nobody knows: nobody searches for it. */
function hide_number_filter() {
	const { BaseList } = frappe.views;
	const set_up = BaseList.prototype.setup_filter_area;
	BaseList.prototype.setup_filter_area = function () {
		const made = set_up.call(this);
		if (is_ours(this.doctype) && this.meta?.autoname === "hash")
			this.page.fields_dict.name?.$wrapper.hide();
		return made;
	};
}

/** The first column of a list shows what is stored; a person's name and a translated word stand beside it. */
function say_subjects() {
	const list = frappe.views.ListView.prototype;
	const get_html = list.get_subject_html;
	list.get_subject_html = function (doc) {
		const { fieldname, fieldtype } = this.columns[0].df;
		if (!is_ours(this.doctype) || !["Link", "Select"].includes(fieldtype))
			return get_html.call(this, doc);
		const title = fieldtype === "Link" && doc[`${fieldname}_${this.link_field_title_fields[fieldname]}`];
		return get_html.call(this, { ...doc, [fieldname]: title || __(doc[fieldname]) });
	};
}

/** What a link is filtered by is looked up before it stands in its field: on somebody's first visit Frappe asks for all rows
 * meanwhile, and shows them under a filter they do not fit. */
function ask_again_for_late_filters() {
	const list = frappe.views.BaseList.prototype;
	const { refresh } = list;
	list.refresh = async function () {
		const get_filters = () => JSON.stringify(this.filter_area ? this.get_filters_for_args() : []);
		const asked = get_filters();
		await refresh.call(this);
		if (is_ours(this.doctype) && get_filters() !== asked) await refresh.call(this);
	};
}

/** At a chart's axis Frappe writes 500 as 500.00. */
function count_in_whole_numbers() {
	const format = frappe.utils.format_chart_axis_number;
	frappe.utils.format_chart_axis_number = (number, country) =>
		Number.isInteger(Number(number)) && Math.abs(number) < 1000
			? String(number)
			: format(number, country);
}

/** An advertisement, in English. */
function hide_banner() {
	const side_bar = frappe.views.ListSidebar.prototype;
	const add = side_bar.add_insights_banner;
	if (!add) return; // newer frameworks have none
	side_bar.add_insights_banner = function () {
		if (!is_ours(this.doctype)) add.call(this);
	};
}

/** Cards and charts on dashboards are made by administrators. */
function hide_dashboard_buttons() {
	const report = frappe.views.QueryReport.prototype;
	for (const method of ["add_card_button_to_toolbar", "add_chart_buttons_to_toolbar"]) {
		const add = report[method];
		report[method] = function (...args) {
			if (!is_ours(this.report_name) || is_administrator()) return add.apply(this, args);
		};
	}
}

const NAMED = ["User", "Meeting Project"];

/** Frappe's report of a list shows people by their e-mail addresses and projects by their numbers, and the status twice where a
 * workflow tells it. */
function name_links_in_reports() {
	frappe.form.link_formatters["Workflow State"] = (state) => __(state);
	const report = frappe.views.ReportView.prototype;
	const set_fields = report.set_default_fields;
	report.set_default_fields = function () {
		set_fields.call(this);
		if (is_ours(this.doctype) && frappe.workflow.get_state_fieldname(this.doctype)) {
			this.fields = this.fields.filter(([fieldname]) => fieldname !== "docstatus");
		}
	};
	const after_render = report.after_render;
	report.after_render = async function () {
		after_render.call(this);
		if (!is_ours(this.doctype)) return;
		const unknown = find_unnamed(this);
		if (!unknown.length) return;
		await Promise.all(unknown.map(([doctype, name]) => frappe.utils.fetch_link_title(doctype, name)));
		this.render();
	};
}

function find_unnamed({ columns, data }) {
	const found = new Map();
	columns
		.filter(({ docfield }) => docfield?.fieldtype === "Link" && NAMED.includes(docfield.options))
		.forEach(({ docfield: { fieldname, options } }) =>
			data.forEach((row) => {
				const name = row[fieldname];
				if (name && !frappe.utils.get_link_title(options, name))
					found.set(`${options}:${name}`, [options, name]);
			})
		);
	return [...found.values()];
}
