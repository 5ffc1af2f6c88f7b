/** An answer of the server that refuses the request. `message` is plain text, ready for the screen. */
export class ServerError extends Error {
	constructor({ message, title, type, status, answer }) {
		super(message);
		this.name = "ServerError";
		this.title = title;
		this.type = type;
		this.status = status;
		this.answer = answer || {};
	}
}

/**
 * Calls a whitelisted function and answers its value. Unlike frappe.call it opens no dialog on refusal:
 * it throws a ServerError, so that the screen can show the reason beside the thing it concerns. With `keepalive` the request
 * outlives the page.
 */
export async function call(method, args = {}, { signal, keepalive = false } = {}) {
	const response = await send(method, args, { signal, keepalive });
	const answer = await response.json().catch((error) => {
		if (error.name === "AbortError") throw error;
		return {};
	});
	if (response.ok) {
		read_messages(answer).forEach((text) =>
			frappe.show_alert({ message: escape(text), indicator: "blue" }, 7)
		);
		return answer.message;
	}
	if (is_session_over(response, answer)) {
		frappe.app.handle_session_expired();
	}
	throw to_error(response, answer);
}

async function send(method, args, options) {
	try {
		return await fetch(`/api/method/${method}`, {
			method: "POST",
			credentials: "same-origin",
			headers: {
				"Content-Type": "application/json",
				Accept: "application/json",
				"X-Requested-With": "XMLHttpRequest",
				"X-Frappe-CSRF-Token": frappe.csrf_token,
			},
			body: JSON.stringify(args),
			...options,
		});
	} catch (error) {
		if (error.name === "AbortError") throw error;
		throw new ServerError({
			message: __("The server does not answer. What you typed is still here: try again in a moment."),
			type: "Offline",
		});
	}
}

function is_session_over(response, answer) {
	return Boolean(answer.session_expired) || (response.status === 401 && frappe.session.user !== "Guest");
}

export function to_error(response, answer) {
	const [last] = parse_messages(answer).slice(-1);
	const known = last && last.message ? to_text(last.message) : "";
	return new ServerError({
		message: known || describe_status(response.status),
		title: last && last.title ? to_text(last.title) : "",
		type: answer.exc_type,
		status: response.status,
		answer,
	});
}

function describe_status(status) {
	if (status === 403) {
		return __("You may not do this. Ask an administrator if you need it.");
	}
	if (status === 429) {
		return __("Too many requests in a short time. Wait a moment, then go on.");
	}
	return __(
		"Something went wrong on the server (error {0}). Nothing was changed: try again, or tell an administrator.",
		[status]
	);
}

function read_messages(answer) {
	return parse_messages(answer)
		.map((entry) => to_text(entry.message || ""))
		.filter(Boolean);
}

function parse_messages(answer) {
	try {
		return JSON.parse(answer._server_messages || "[]").map((entry) =>
			typeof entry === "string" ? JSON.parse(entry) : entry
		);
	} catch {
		return [];
	}
}

/** Messages may carry markup and names that look like it: only their text reaches the screen. */
export function to_text(html) {
	return new DOMParser().parseFromString(String(html), "text/html").body.textContent.trim();
}

function escape(text) {
	return frappe.utils.escape_html(text);
}
