const esc = (value) => meeting_crm.format.esc(value);
const API = "meeting_crm.entry.api";
const TYPING_PAUSE = 200;

/** Companies run by the same people, linked with the one of this file. They are looked up as in the duplicate check. */
export function show_affiliates({ enterprise, enterprise_name, may_write, on_done }) {
	const dialog = new frappe.ui.Dialog({
		title: esc(`${__("Affiliates")}: ${enterprise_name}`),
		fields: [
			{ fieldname: "members", fieldtype: "HTML" },
			{
				fieldname: "text",
				fieldtype: "Data",
				label: __("Link another company"),
				hidden: !may_write,
				placeholder: __("Company name, short name, pinyin or initials"),
			},
			{ fieldname: "found", fieldtype: "HTML" },
		],
		primary_action_label: __("Close"),
		primary_action: () => dialog.hide(),
	});
	const $members = dialog.get_field("members").$wrapper;
	const $found = dialog.get_field("found").$wrapper;
	const $text = dialog.get_field("text").$input;
	let members = [];

	const draw_members = (rows) => {
		members = rows;
		$members.html(
			rows.map((row) => draw(row, "")).join("") ||
				`<p class="text-muted">${__("No affiliates yet. Link companies run by the same people.")}</p>`
		);
		if (rows.length && may_write) {
			$members.append(
				`<button type="button" class="btn btn-default btn-xs mb-3" data-unlink>${__(
					"Take This One Out of the Group"
				)}</button>`
			);
		}
	};
	const change = async (method, args) => {
		try {
			await meeting_crm.call(`${API}.${method}`, args);
		} catch (error) {
			if (error.name !== "ServerError") throw error;
			$found.html(`<div class="meeting-problem" role="alert">${esc(error.message)}</div>`);
			return;
		}
		$found.empty();
		$text.val("");
		await load();
		on_done();
	};
	const load = async () => draw_members(await meeting_crm.call(`${API}.get_affiliates`, { enterprise }));
	const search = frappe.utils.debounce(async () => {
		const text = $text.val().trim();
		if (text.length < 2) return $found.empty();
		const rows = await meeting_crm.call(`${API}.check_duplicates`, { text, limit: 8 });
		const known = [enterprise, ...members.map((row) => row.enterprise)];
		const others = [...new Map(rows.map((row) => [row.enterprise, row])).values()].filter(
			(row) => !known.includes(row.enterprise)
		);
		$found.html(
			others
				.map((row) =>
					draw(
						row,
						`<button type="button" class="btn btn-default btn-xs" data-link="${esc(
							row.enterprise
						)}">${__("Link", null, "Verb")}</button>`
					)
				)
				.join("") ||
				`<p class="text-muted">${__(
					"No other company of that name. Enter it first, then link it."
				)}</p>`
		);
	}, TYPING_PAUSE);

	$text.on("input compositionend", (event) => event.originalEvent?.isComposing || search());
	$found.on("click", "[data-link]", (event) =>
		change("link_affiliates", { enterprise, others: [event.currentTarget.dataset.link] })
	);
	$members.on("click", "[data-unlink]", () => change("unlink_affiliate", { enterprise }));
	dialog.show();
	load();
}

function draw(row, action) {
	return `<div class="d-flex align-items-center mb-2" style="gap: 8px">
		<span class="flex-fill">${esc(row.enterprise_name)}</span>${meeting_crm.format.pill(
			row.status
		)}${action}</div>`;
}
