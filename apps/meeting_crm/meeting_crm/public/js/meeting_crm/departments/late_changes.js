import { esc, format_time } from "../format.js";

const COLOURS = { Waiting: "orange", Refused: "red" };

/** What was changed after the last day of its product: it waits for logistics, or was refused. `actions`: [name, label] of buttons. */
export function draw_late_changes(rows, actions = []) {
	if (!rows.length) return "";
	return `<section class="meeting-task-news"><h4>${esc(__("Changed after the last day"))}</h4>${rows
		.map((row) => draw_row(row, actions))
		.join("")}</section>`;
}

function draw_row(row, actions) {
	const buttons = row.state === "Waiting" ? actions : [];
	return `<div class="meeting-item" data-late="${esc(row.name)}"><div class="meeting-item-main">
		<div><span class="meeting-pill ${COLOURS[row.state]}">${esc(__(row.state, null, "Meeting Late Change"))}</span>
		<span class="text-muted">${esc(__(row.product))}</span> <b>${esc(row.about)}</b> ${esc(row.what)}
		<del>${esc(row.old)}</del> ${esc(row.new)}</div>
		<div class="meeting-item-line text-muted">${esc([row.by, format_time(row.on), row.reason].filter(Boolean).join(" · "))}</div></div>
		<div>${buttons
			.map(
				([name, label], place) =>
					`<button class="btn btn-xs ${place ? "btn-default" : "btn-primary"}" data-answer="${name}">${esc(label)}</button>`
			)
			.join(" ")}</div></div>`;
}

/** Calls `on_answer(name of the change, name of the action)` for each button pressed in `$parent`. */
export function watch_late_changes($parent, on_answer) {
	$parent.off("click", "[data-answer]").on("click", "[data-answer]", ({ currentTarget }) => {
		on_answer(currentTarget.closest("[data-late]").dataset.late, currentTarget.dataset.answer);
	});
}
