import { esc } from "./format.js";

/** Ctrl+Enter does what the button does; whoever works with keys is led back to where the dialog was opened, or to the list. */
export function ease_keyboard(dialog) {
	const before = document.activeElement;
	dialog.$wrapper.on("keydown", (event) => {
		if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
		const $button = dialog.get_primary_btn();
		$button.trigger("focus"); // a field keeps what was typed only once it is left
		setTimeout(() => $button.trigger("click"));
	});
	dialog.$wrapper.on("hidden.bs.modal", () => {
		if (document.querySelector(".modal.show")) return;
		const place = before?.isConnected && before !== document.body ? before : find_list();
		place?.focus({ preventScroll: true });
	});
}

function find_list() {
	return $(frappe.container.page).find(".meeting-list-view:visible")[0];
}

/** Runs what a dialog's button does: the button waits meanwhile, and what the server refuses is said in the dialog. */
export async function guarded(dialog, act) {
	dialog.disable_primary_action();
	try {
		await act();
	} catch (error) {
		show_problem(dialog, error);
	} finally {
		dialog.enable_primary_action();
	}
}

export function show_problem(dialog, error) {
	if (error.name !== "ServerError") throw error;
	show_message(dialog, error.message);
}

export function show_message(dialog, message) {
	dialog.fields_dict.problem.$wrapper.html(
		`<div class="meeting-problem" role="alert"><span>${esc(message)}</span></div>`
	);
}
