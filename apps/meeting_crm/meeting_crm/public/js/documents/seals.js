import { call, esc, method_address } from "./parts.js";

/** Asks for a seal on the current version: which one, what for, where. */
export async function ask_for_seal(doc, on_done) {
	const seals = await call("get_seals");
	if (!seals.length) {
		frappe.msgprint({
			title: __("No seal"),
			message: esc(__("No seal is open to you. Ask its keeper or an administrator to add you.")),
			indicator: "orange",
		});
		return;
	}
	const dialog = new frappe.ui.Dialog({
		title: esc(__("Ask for a seal: {0}", [doc.title])),
		fields: [
			{
				fieldname: "seal",
				fieldtype: "Select",
				label: __("Seal"),
				reqd: 1,
				default: seals[0].name,
				options: seals.map(({ name, seal_name, company }) => ({
					value: name,
					label: `${seal_name} · ${company}`,
				})),
				change: () => show_picture(dialog),
			},
			{ fieldname: "picture", fieldtype: "HTML" },
			{ fieldname: "reason", fieldtype: "Small Text", label: __("What is it for?"), reqd: 1 },
			{ fieldname: "riding", fieldtype: "Check", label: __("Across the edges of all pages too") },
			{ fieldname: "by_hand", fieldtype: "Check", label: __("Choose the place myself") },
			{
				fieldname: "page",
				fieldtype: "Int",
				label: __("Page"),
				default: 1,
				depends_on: "eval:doc.by_hand",
			},
			{
				fieldname: "left_mm",
				fieldtype: "Float",
				label: __("From the Left in Millimetres"),
				default: 120,
				depends_on: "eval:doc.by_hand",
			},
			{
				fieldname: "top_mm",
				fieldtype: "Float",
				label: __("From the Top in Millimetres"),
				default: 220,
				depends_on: "eval:doc.by_hand",
			},
			{ fieldname: "problem", fieldtype: "HTML" },
		],
		primary_action_label: __("Ask"),
		primary_action: async (values) => {
			const place = values.by_hand
				? { page: values.page, left_mm: values.left_mm, top_mm: values.top_mm }
				: {};
			try {
				await call("request_seal", {
					document: doc.name,
					seal: values.seal,
					reason: values.reason,
					riding: Boolean(values.riding),
					...place,
				});
			} catch (error) {
				return meeting_crm.show_problem(dialog, error);
			}
			dialog.hide();
			frappe.show_alert({
				message: esc(__("Asked. You are told when it is decided.")),
				indicator: "blue",
			});
			await on_done();
		},
	});
	dialog.show();
	show_picture(dialog);
}

function show_picture(dialog) {
	const seal = dialog.get_value("seal");
	if (!seal) return;
	dialog.fields_dict.picture.$wrapper.html(
		`<img class="meeting-seal-sample" alt="" src="${esc(method_address("get_seal_picture", { seal }))}">`
	);
}

export function decline(request, on_done) {
	return new Promise((resolve) => {
		frappe.prompt(
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Why?"), reqd: 1 },
			async ({ reason }) => {
				await call("refuse_seal", { request, reason });
				await on_done();
				resolve();
			},
			__("Refuse the seal"),
			__("Refuse")
		);
	});
}

/** Who asks for which seal, with the buttons of whoever looks. */
export function request_note(request) {
	const words = __("{0} asks for the seal {1} on version {2}: {3}", [
		request.requested_by_name,
		request.seal_name,
		request.version,
		request.reason,
	]);
	const riding = request.riding ? ` · ${esc(__("across the edges of all pages"))}` : "";
	const decide = request.may_decide
		? `<button type="button" class="btn btn-xs btn-primary" data-approve="${esc(request.name)}">${esc(
				__("Approve and Seal")
			)}</button>
			<button type="button" class="btn btn-xs btn-default" data-refuse="${esc(request.name)}">${esc(__("Refuse…"))}</button>`
		: "";
	const withdraw = request.may_withdraw
		? `<button type="button" class="btn btn-xs btn-default" data-withdraw="${esc(request.name)}">${esc(
				__("Withdraw")
			)}</button>`
		: "";
	return `<span>${esc(words)}${riding}</span> ${decide}${withdraw}`;
}
