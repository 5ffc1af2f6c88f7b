/**
 * What a person is typing belongs to them until they leave the field. Frappe draws fields anew while somebody types: a
 * dialog each time one of its conditions is looked at, a form each time something of it was read again. Each time the
 * field showed what was stored, and what had just been typed was gone.
 */
export function keep_what_is_typed() {
	redraw_around_typing();
	keep_dates_quiet();
	set_conditions_once();
	count_text_in_brackets();
	leave_focus_where_it_is();
	select_numbers_at_once();
}

/** A field in which somebody types keeps its text, unless what is stored has become something else meanwhile. */
function redraw_around_typing() {
	const control = frappe.ui.form.ControlInput.prototype;
	const redraw = control.refresh_input;
	control.refresh_input = function () {
		if (is_being_typed(this)) return draw_surroundings(this);
		this.is_redrawing = true;
		try {
			redraw.call(this);
		} finally {
			this.is_redrawing = false;
			this.drawn_for = this.docname;
		}
	};
}

function is_being_typed(control) {
	return (
		control.$input?.[0] === document.activeElement &&
		control.can_write() &&
		control.drawn_for === control.docname &&
		(get_stored_value(control) ?? "") === (control.value ?? "")
	);
}

function get_stored_value(control) {
	if (control.frm) return frappe.model.get_value(control.doctype, control.docname, control.df.fieldname);
	return control.doc ? control.doc[control.df.fieldname] : control.value;
}

function draw_surroundings(control) {
	control.set_description();
	control.set_label();
	control.set_bold();
	control.set_required();
}

/** The date picker says "changed" whenever it shows a date. Only what a person chooses is a change. */
function keep_dates_quiet() {
	const control = frappe.ui.form.ControlDate.prototype;
	const set_options = control.set_date_options;
	control.set_date_options = function () {
		set_options.call(this);
		const { onSelect: on_select } = this.datepicker_options;
		this.datepicker_options.onSelect = (...chosen) => {
			if (!this.is_redrawing) on_select?.(...chosen);
		};
	};
}

/** Dialogs wrote each condition's outcome again and drew its field, although nothing was different. */
function set_conditions_once() {
	const group = frappe.ui.FieldGroup.prototype;
	const set_property = group.set_dependant_property;
	group.set_dependant_property = function (condition, fieldname, property) {
		const field = !this.frm && this.fields_dict[fieldname];
		const value = this.evaluate_depends_on_value(condition) ? 1 : 0;
		if (field && cint(field.df[property]) === value) return;
		set_property.call(this, condition, fieldname, property);
	};
}

/** In a dialog "<待定>" counted as nothing. The server keeps it with brackets of the other width, so does the dialog. */
function count_text_in_brackets() {
	const control = frappe.ui.form.ControlData.prototype;
	const read = control.get_input_value;
	control.get_input_value = function () {
		const value = read.call(this);
		const is_text = ["Data", "Small Text", "Text"].includes(this.df.fieldtype);
		return is_text && this.df.reqd && !this.doctype && typeof value === "string"
			? value.replace(/<([^<>]*)>/g, "＜$1＞")
			: value;
	};
}

/**
 * A new form takes the cursor to its first field once the last of its scripts has answered. Who had begun elsewhere wrote
 * the rest of the word into a field that they did not look at.
 */
function leave_focus_where_it_is() {
	const form = frappe.ui.form.Form.prototype;
	const focus = form.focus_on_first_input;
	form.focus_on_first_input = function () {
		if (!this.form_wrapper.find(":input:focus, [contenteditable]:focus").length) focus.call(this);
	};
}

/**
 * A number is selected when its field is entered, so that typing replaces it. Frappe did so a tenth of a second later, in
 * whatever field the cursor stood by then: the first digit was overwritten by the second, a text next to a number became 0.
 * And again each time a form was drawn anew, also in the middle of a number.
 */
function select_numbers_at_once() {
	const control = frappe.ui.form.ControlInt.prototype;
	const make = control.make_input;
	control.make_input = function () {
		make.call(this);
		const { $input, input } = this;
		const keep_selected = () => input.selectionStart === input.selectionEnd && input.select();
		$input.off("focus").on("focus", () => {
			input.value = this.validate(input.value);
			input.select();
			$input.off(".entered");
			$input.one("mouseup.entered", keep_selected);
			$input.one("mousedown.entered keydown.entered", () => $input.off(".entered"));
			return false;
		});
	};
	frappe.ui.form.Layout.prototype.is_numeric_field_active = () => false;
}
