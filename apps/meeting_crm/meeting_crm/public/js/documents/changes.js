import { call, esc } from "./parts.js";

/** Who inserted and struck out what in a text; its owner accepts and rejects here. */
export async function show_changes(doc, on_change) {
	const dialog = new frappe.ui.Dialog({
		title: __("Tracked Changes"),
		size: "large",
		fields: [{ fieldname: "changes", fieldtype: "HTML" }],
	});
	const $list = dialog.fields_dict.changes.$wrapper;
	let { current_version: version } = await call("get_document", { document: doc.name });
	let changes = await call("get_changes", { document: doc.name, number: version });

	const draw = () => {
		const decide_all =
			doc.may.decide && changes.length > 1
				? `<p>${button("accept", "all", __("Accept All"))} ${button("reject", "all", __("Reject All"))}</p>`
				: "";
		$list.html(
			changes.length
				? `${decide_all}<ol class="meeting-text-changes">${changes
						.map((change, at) => draw_change(change, at, doc.may.decide))
						.join("")}</ol>`
				: `<p class="text-muted">${esc(__("There are no tracked changes in this text."))}</p>`
		);
	};
	const decide = async (at, accept) => {
		const chosen = at === "all" ? changes : [changes[at]];
		const answer = await call("decide_changes", {
			document: doc.name,
			base_version: version,
			changes: chosen.flatMap(({ ids }) => ids),
			accept,
		});
		frappe.show_alert({ message: esc(accept ? __("Accepted") : __("Rejected")), indicator: "green" });
		version = answer.version;
		changes = await call("get_changes", { document: doc.name, number: version });
		draw();
		await on_change();
	};
	$list.on("click", "[data-accept], [data-reject]", async ({ currentTarget }) => {
		const { accept, reject } = currentTarget.dataset;
		$list.find("button").prop("disabled", true);
		try {
			await decide(accept ?? reject, accept !== undefined);
		} catch (error) {
			$list.find("button").prop("disabled", false);
			meeting_crm.show_refusal(error);
		}
	});
	draw();
	dialog.show();
}

const button = (action, at, label) =>
	`<button type="button" class="btn btn-default btn-xs" data-${action}="${at}">${esc(label)}</button>`;

function draw_change({ author, date, before, gone, new: added, after }, at, can_decide) {
	const when = date ? moment.utc(date).local().format("YYYY-MM-DD HH:mm") : "";
	const show = (text) => esc(text.replace("\n", `¶ ${__("paragraph end")}`));
	const decisions = can_decide
		? `<span class="meeting-text-decisions">${button("accept", at, __("Accept"))} ${button("reject", at, __("Reject"))}</span>`
		: "";
	return `<li>
		<div class="text-muted small">${esc(author)} · ${esc(when)} ${decisions}</div>
		<div>${esc(before)}${gone ? `<del>${show(gone)}</del>` : ""}${added ? `<ins>${show(added)}</ins>` : ""}${esc(after)}</div>
	</li>`;
}
