import { ease_keyboard } from "./dialogs.js";
import { esc } from "./format.js";

/**
 * Does one thing to several rows, one request each, so that those already done stay done and each row shows its own
 * result: what succeeded, what was refused and why. The person may stop after the row that is under way.
 * `on_row(row, state, message, title)` hears of each row, with the refusal's few words; answers {done, refused, stopped}.
 */
export async function run_each({ title, rows, run, describe, on_row = () => {} }) {
	const report = make_report(title, rows);
	const outcome = { done: 0, refused: 0, stopped: false };
	for (const [position, row] of rows.entries()) {
		if (report.is_stopped()) {
			outcome.stopped = true;
			break;
		}
		on_row(row, "busy", "");
		report.set_row(position, "busy", __("Working"));
		try {
			const message = describe(await run(row));
			outcome.done += 1;
			on_row(row, "done", message);
			report.set_row(position, "done", message);
		} catch (error) {
			if (error.name !== "ServerError") throw error;
			outcome.refused += 1;
			on_row(row, "refused", error.message, error.title);
			report.set_row(position, "refused", error.message);
		}
		report.set_progress(position + 1, outcome);
	}
	report.finish(outcome);
	return outcome;
}

/** The same view of results that came in one answer: `results` has {state, message} for each row. */
export function show_results(title, rows, results) {
	const report = make_report(title, rows);
	const outcome = { done: 0, refused: 0, stopped: false };
	results.forEach(({ state, message }, position) => {
		outcome[state] += 1;
		report.set_row(position, state, message);
	});
	report.set_progress(rows.length, outcome);
	report.finish(outcome);
}

function make_report(title, rows) {
	let stopped = false;
	const dialog = new frappe.ui.Dialog({ title: esc(title), size: "large" });
	const $lines = rows.map((row) =>
		$(`<div class="meeting-result"><span class="meeting-result-name">${esc(row.enterprise_name)}</span>
			<span class="meeting-result-text text-muted">${esc(__("Waiting"))}</span></div>`)
	);
	const $bar = $('<div class="meeting-result-bar"><i></i></div>');
	const $summary = $('<div class="meeting-result-summary text-muted" aria-live="polite"></div>');
	dialog.$body.append($bar, $summary, $('<div class="meeting-results"></div>').append($lines));
	dialog.set_primary_action(__("Stop"), () => {
		stopped = true;
		dialog.disable_primary_action();
	});
	ease_keyboard(dialog);
	dialog.show();

	return {
		is_stopped: () => stopped,
		set_row(position, state, message) {
			$lines[position].attr("data-state", state).find(".meeting-result-text").text(message);
			$lines[position][0].scrollIntoView({ block: "nearest" });
		},
		set_progress(number, { done, refused }) {
			$bar.find("i").css("width", `${(100 * number) / rows.length}%`);
			$summary.text(__("{0} done, {1} refused, {2} to go", [done, refused, rows.length - number]));
		},
		finish({ done, refused, stopped: left }) {
			const rest = rows.length - done - refused;
			$summary.text(
				left
					? __("Stopped: {0} done, {1} refused, {2} untouched.", [done, refused, rest])
					: __("{0} done, {1} refused.", [done, refused])
			);
			dialog.enable_primary_action();
			dialog.set_primary_action(__("Close"), () => dialog.hide());
		},
	};
}
