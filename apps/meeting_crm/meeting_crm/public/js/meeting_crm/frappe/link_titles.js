/**
 * A link to a record with a title is empty until the title was looked up: a report that asks meanwhile what stands in its
 * filter asks without it, and shows that there is nothing.
 */
export function keep_links_while_looked_up() {
	const control = frappe.ui.form.ControlLink.prototype;
	const { set_formatted_input, set_link_title, get_input_value } = control;
	control.set_formatted_input = function (value) {
		this.meeting_looked_up = null;
		return set_formatted_input.call(this, value);
	};
	control.set_link_title = async function (value) {
		if (this.get_options()?.startsWith("Meeting ")) this.meeting_looked_up = value;
		try {
			return await set_link_title.call(this, value);
		} finally {
			if (this.meeting_looked_up === value) this.meeting_looked_up = null;
		}
	};
	control.get_input_value = function () {
		return get_input_value.call(this) || this.meeting_looked_up || "";
	};
}
