import { esc } from "./format.js";

/** Says what the server refused. Other errors are thrown on. */
export function show_refusal(error) {
	// told by name: each bundle has a class of its own
	if (error?.name !== "ServerError") throw error;
	frappe.msgprint({
		title: esc(error.title || __("Not Done")),
		message: esc(error.message),
		indicator: "orange",
	});
}

/** A refusal that no screen said at its place is said here: nothing fails unseen. */
export function catch_refusals() {
	window.addEventListener("unhandledrejection", ({ reason }) => {
		if (reason?.name === "ServerError") show_refusal(reason);
	});
}
