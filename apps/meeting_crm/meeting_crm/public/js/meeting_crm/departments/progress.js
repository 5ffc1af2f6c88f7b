import { esc, format_day } from "../format.js";
import { call_execution, draw_changes } from "./department.js";
import { refresh_form } from "../open_form.js";
import { show_refusal } from "../refusals.js";
import { draw_late_changes, watch_late_changes } from "./late_changes.js";
import { open_task } from "./task.js";

const COLOURS = { Open: "blue", "In Work": "orange", Confirmed: "green", Changed: "red", Done: "green" };

/** What became of an execution: where finance and logistics are, and what was changed since it was submitted. */
export async function show_progress(frm, $parent) {
	const { tasks, changes, warnings, late_changes } = await call_execution("get_progress", {
		execution: frm.doc.name,
	});
	const rows = tasks.map(
		(
			task
		) => `<div class="meeting-item"><div class="meeting-item-main"><a class="meeting-item-name" data-task="${esc(task.name)}">${esc(__(task.department))}</a>
			<div class="meeting-item-line"><span class="meeting-pill ${COLOURS[task.status]}">${esc(__(task.status, null, "Meeting Department Task"))}</span>
			<span class="text-muted">${esc(task.current_step === "—" ? __("All Done") : __(task.current_step))}</span>
			<span class="text-muted">${esc(__("Due {0}", [format_day(task.due_on)]))}</span></div></div></div>`
	);
	const notes = warnings.map(({ row, message }) => `<li>${esc(__("Row {0}: {1}", [row, message]))}</li>`);
	$parent.html(
		`${notes.length ? `<ul class="meeting-overdue">${notes.join("")}</ul>` : ""}${rows.join("")}${draw_late_changes(
			late_changes,
			frm.perm[0].write ? [["take_back", __("Take back")]] : []
		)}${
			changes.length
				? `<h4>${esc(__("Changed since it was submitted"))}</h4>${draw_changes(changes)}`
				: ""
		}`
	);
	watch_late_changes($parent, async (late_change) => {
		await call_execution("take_back_late_change", { late_change }).catch(show_refusal);
		await refresh_form(frm);
		await show_progress(frm, $parent);
	});
	$parent.find("[data-task]").on("click", ({ currentTarget }) => open_task(currentTarget.dataset.task));
}
