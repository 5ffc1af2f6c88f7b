/**
 * A dialog closes one at a time, and not over what somebody typed. Bootstrap closed the message and let the key go on to Frappe, which
 * closed the dialog below; a click beside a dialog took the text with it.
 */
export function close_dialogs_with_care() {
	const dialog = frappe.ui.Dialog.prototype;
	const { make, show, cancel } = dialog;
	dialog.make = function () {
		make.call(this);
		const wrapper = this.$wrapper[0];
		wrapper.addEventListener("input", ({ isTrusted, target }) => {
			if (isTrusted && target.matches(TYPED)) this.typed_in = target;
		});
		wrapper.addEventListener(
			"click",
			(event) => is_leaving(event, wrapper) && this.keep_open(event),
			true
		);
	};
	dialog.show = function () {
		this.typed_in = null;
		const shown = show.call(this);
		this.$wrapper.off("keydown.dismiss.bs.modal");
		return shown;
	};
	dialog.cancel = function () {
		if (!this.keep_open()) cancel.call(this);
	};
	/** What was typed is kept: the dialog may close without a question. */
	dialog.forget_typed = function () {
		this.typed_in = null;
	};
	/** Whether the dialog stays, because somebody is asked first. */
	dialog.keep_open = function (event) {
		if (!this.has_primary_action || !this.display || !this.typed_in?.isConnected || !read(this.typed_in))
			return false;
		event?.stopImmediatePropagation();
		event?.preventDefault();
		frappe.confirm(__("What you typed is not saved. Close anyway?"), () => this.hide());
		return true;
	};
}

const TYPED = "input:not([type=search]):not([type=checkbox]), textarea, [contenteditable]";

function read(control) {
	return (control.value ?? control.textContent).trim();
}

function is_leaving({ target }, wrapper) {
	return target === wrapper || Boolean(target.closest?.(".btn-modal-close"));
}
