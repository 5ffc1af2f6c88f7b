import { call } from "./server.js";
import { esc, format_time } from "./format.js";

/** Why a claim stands as it does: the rule, the instant it ends, and everything that happened (B13). */
export async function explain(claim) {
	const dialog = new frappe.ui.Dialog({ title: __("Why it is so") });
	dialog.$body.html(`<p class="text-muted">${esc(__("Reading"))}</p>`);
	dialog.show();
	try {
		dialog.$body.html(draw_story(await call("meeting_crm.claims.api.explain_claim", { claim })));
	} catch (error) {
		if (error.name !== "ServerError") throw error;
		dialog.$body.html(`<div class="meeting-problem" role="alert">${esc(error.message)}</div>`);
	}
	return dialog;
}

export function draw_story({ sentence, rule, timeline }) {
	const events = timeline.map(
		(event) => `<li><time>${esc(format_time(event.happened_on))}</time>
			<div><b>${esc(event.label)}</b> ${esc(event.text || "")}
			<div class="text-muted">${esc([event.by, event.reason].filter(Boolean).join(" · "))}</div></div></li>`
	);
	return `<div class="meeting-story"><p class="meeting-story-sentence">${esc(sentence)}</p><p class="text-muted">${esc(rule || "")}</p>
		<ol>${events.join("")}</ol></div>`;
}

$(document).on("click keydown", "[data-meeting-claim]", (event) => {
	if (event.type === "keydown" && event.key !== "Enter") return;
	event.preventDefault();
	event.stopPropagation();
	explain(event.currentTarget.dataset.meetingClaim);
});
