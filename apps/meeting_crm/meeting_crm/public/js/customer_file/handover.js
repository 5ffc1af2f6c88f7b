const esc = (value) => meeting_crm.format.esc(value);

/** Hands one customer over: receiver and reason, the preview, then the move with its progress (C9). */
export function show_handover({ frm, on_done }) {
	const dialog = new frappe.ui.Dialog({
		title: esc(`${__("Hand over")}: ${frm.doc.customer_name}`),
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
		primary_action: (values) =>
			meeting_crm.guarded(dialog, () =>
				dialog.is_ready ? start(dialog, on_done) : preview(dialog, frm.doc, values)
			),
	});
	dialog.show();
	return dialog;
}

/** Where something stands in the way, the receiver can still be changed and previewed again. */
async function preview(dialog, { name, holder }, { receiver, reason }) {
	const answer = await meeting_crm.call("meeting_crm.handover.api.make_handover", {
		from_user: holder,
		receivers: [receiver],
		reason,
		customers: [name],
		draft: dialog.handover,
	});
	dialog.handover = answer.handover;
	show_preview(dialog, answer);
}

function show_preview(dialog, answer) {
	dialog.fields_dict.problem.$wrapper.empty();
	const $preview = dialog.fields_dict.preview.$wrapper.html(make_preview(answer));
	dialog.is_ready = !answer.problems.length;
	["receiver", "reason"].forEach((fieldname) =>
		dialog.set_df_property(fieldname, "read_only", Number(dialog.is_ready))
	);
	dialog.set_primary_action(dialog.is_ready ? __("Hand over") : __("Preview"), dialog.primary_action);
	if (answer.may_add_members) {
		$(`<button class="btn btn-default btn-sm" type="button">${__("Add to the Project")}</button>`)
			.appendTo($preview)
			.on("click", () =>
				meeting_crm.guarded(dialog, async () =>
					show_preview(dialog, await add_members(dialog.handover))
				)
			);
	}
}

export function add_members(handover) {
	return meeting_crm.call("meeting_crm.handover.api.add_handover_members", { handover_name: handover });
}

async function start(dialog, on_done) {
	const handover = dialog.handover;
	await meeting_crm.call("meeting_crm.handover.api.start_handover", { handover_name: handover });
	watch_progress(dialog, handover, () => {
		dialog.hide();
		if (on_done) on_done();
	});
}

/** The job's progress in place of the dialog's preview; the dialog can be closed, it goes on. */
function watch_progress(dialog, handover, on_done) {
	dialog.get_primary_btn().hide();
	return new meeting_crm.RunView({
		parent: dialog.fields_dict.preview.$wrapper,
		doctype: "Meeting Handover",
		name: handover,
		on_end: ({ status }) => status === "Done" && on_done(),
	});
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
