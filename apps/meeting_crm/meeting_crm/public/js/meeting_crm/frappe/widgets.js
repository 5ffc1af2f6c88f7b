import { get_chinese_unit, is_chinese } from "../format.js";

/** Frappe shows the labels of cards and charts on dashboards as they are stored; here they are translated. */
export function translate_widgets() {
	const base = frappe.widget.widget_factory.base.prototype;
	const set_title = base.set_title;
	base.set_title = function (max_chars) {
		const stored = this.label || this.name;
		if (stored && !this.title && !this.in_customize_mode) this.title = __(stored);
		return set_title.call(this, max_chars);
	};
}

/** Large numbers on charts and cards as people in China count them. Frappe knows thousands and, for India, lakhs. */
export function count_in_wan() {
	const { utils } = frappe;
	const shorten = utils.shorten_number;
	utils.shorten_number = function (number, country, min_length, max_no_of_decimals = 2) {
		if (!is_chinese()) return shorten.call(this, number, country, min_length, max_no_of_decimals);
		const [divisor, unit] = get_chinese_unit(number);
		return `${Number((number / divisor).toFixed(max_no_of_decimals))} ${unit}`.trimEnd();
	};
}
