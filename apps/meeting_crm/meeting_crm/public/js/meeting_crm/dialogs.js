import { esc } from "./format.js";

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
