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
