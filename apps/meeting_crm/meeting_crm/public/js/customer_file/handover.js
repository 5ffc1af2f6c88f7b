const esc = (value) => meeting_crm.format.esc(value);

/** Hands one customer over: receiver and reason, the preview, then the move with its progress (C9). */
export function show_handover({ frm, on_done }) {
	const dialog = new frappe.ui.Dialog({
		title: esc(`${__("Hand Over")}: ${frm.doc.customer_name}`),
		fields: [
			{
				fieldname: "receiver",
				fieldtype: "Link",
				options: "User",
				label: __("Receiver"),
				reqd: 1,
				get_query: () => ({ filters: { enabled: 1, user_type: "System User" } }),
			},
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
			{ fieldname: "preview", fieldtype: "HTML" },
			{ fieldname: "problem", fieldtype: "HTML" },
		],
		primary_action_label: __("Preview"),
		async primary_action({ receiver, reason }) {
			dialog.disable_primary_action();
			try {
				if (dialog.handover) return await start(dialog, on_done);
				const answer = await meeting_crm.call("meeting_crm.customers.api.make_handover", {
					from_user: frm.doc.holder,
					receivers: [receiver],
					reason,
					customers: [frm.doc.name],
				});
				dialog.handover = answer.handover;
				dialog.fields_dict.preview.$wrapper.html(make_preview(answer));
				["receiver", "reason"].forEach((fieldname) => dialog.set_df_property(fieldname, "read_only", 1));
				dialog.set_primary_action(__("Hand Over"), dialog.primary_action);
				dialog.get_primary_btn().toggle(!answer.problems.length);
			} catch (error) {
				meeting_crm.show_problem(dialog, error);
			} finally {
				dialog.enable_primary_action();
			}
		},
	});
	dialog.show();
	return dialog;
}

async function start(dialog, on_done) {
	const handover = dialog.handover;
	await meeting_crm.call("meeting_crm.customers.api.start_handover", { handover_name: handover });
	watch_progress(handover, () => {
		dialog.hide();
		if (on_done) on_done();
	});
}

/** Shows the job's progress; can be left. Asks too, in case the realtime message does not come. */
export function watch_progress(handover, on_done) {
	const finish = () => {
		clearInterval(timer);
		frappe.realtime.off("meeting_handover_progress", listen);
		frappe.hide_progress();
		on_done();
	};
	const listen = (message) => {
		if (message.handover !== handover) return;
		frappe.show_progress(__("Handing over"), message.percent, 100, message.step);
		if (message.percent >= 100) finish();
	};
	const ask = async () => {
		const state = await meeting_crm.call("meeting_crm.customers.api.preview_handover", { handover_name: handover });
		if (state.status !== "Running") finish();
	};
	const timer = setInterval(ask, 2000);
	frappe.realtime.on("meeting_handover_progress", listen);
}

export function make_preview({ counts = {}, receivers = [], problems = [], moved = {} }) {
	const numbers = Object.keys(moved).length ? moved : counts;
	const kinds = Object.entries(numbers)
		.map(([doctype, count]) => `<tr><td>${esc(__(doctype))}</td><td class="number">${count}</td></tr>`)
		.join("");
	const people = receivers
		.map((row) => `<tr><td>${esc(row.full_name)}</td><td class="number">${row.customers}</td></tr>`)
		.join("");
	return `
		<div class="meeting-screen"><table class="table table-sm"><tbody>${kinds}</tbody></table>
		${people ? `<h4>${__("Customers each one gets")}</h4><table class="table table-sm"><tbody>${people}</tbody></table>` : ""}
		${problems.map((text) => meeting_crm.problem(text)).join("")}</div>`;
}
