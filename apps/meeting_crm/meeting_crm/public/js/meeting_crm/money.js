import { esc, format_day, format_money, get_chinese_unit, is_chinese } from "./format.js";
import { guarded } from "./dialogs.js";
import { call } from "./server.js";

const API = "meeting_crm.contracts.api.";

/** Large amounts as people in China read them: ¥12.3万, ¥1.05亿; in English thousands and millions. */
export function format_large(value) {
	const amount = Number(value || 0);
	if (!is_chinese()) {
		const size = Math.abs(amount);
		if (size >= 1e6) return `¥${trim(amount / 1e6)}M`;
		return size >= 1e4 ? `¥${trim(amount / 1e3)}K` : format_money(amount);
	}
	const [divisor, unit] = get_chinese_unit(amount);
	return unit ? `¥${trim(amount / divisor)}${unit}` : format_money(amount);
}

function trim(value) {
	return Number(value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2)).toString();
}

/** What a customer says was paid; with a voucher the protection waits for finance. */
export function register_payment({ claim, contract, enterprise_name, amount }, on_done) {
	const dialog = new frappe.ui.Dialog({
		title: esc(__("Register a payment of {0}", [enterprise_name])),
		fields: [
			{ fieldname: "amount", fieldtype: "Currency", label: __("Amount"), reqd: 1, default: amount || null },
			{ fieldname: "column", fieldtype: "Column Break" },
			{ fieldname: "paid_on", fieldtype: "Date", label: __("Paid On"), reqd: 1, default: frappe.datetime.get_today() },
			{ fieldname: "section", fieldtype: "Section Break" },
			{
				fieldname: "method",
				fieldtype: "Select",
				label: __("Payment Method"),
				options: ["Bank Transfer", "Cash", "Cheque", "Card", "WeChat", "Alipay"].map((value) => ({ value, label: __(value) })),
				default: "Bank Transfer",
			},
			{ fieldname: "payer_name", fieldtype: "Data", label: __("Payer"), default: enterprise_name },
			{ fieldname: "column_two", fieldtype: "Column Break" },
			{ fieldname: "bank_number", fieldtype: "Data", label: __("Bank Number") },
			{
				fieldname: "voucher",
				fieldtype: "Attach",
				label: __("Voucher"),
				description: __("With a voucher the protection waits until finance has answered"),
			},
			{ fieldname: "problem", fieldtype: "HTML" },
		],
		primary_action_label: __("Register"),
		primary_action: (values) =>
			guarded(dialog, async () => {
				const answer = await call(`${API}register_payment`, { claim, contract: contract || null, ...values });
				dialog.hide();
				frappe.show_alert({ message: __("Registered. Finance will confirm it."), indicator: "green" });
				on_done?.(answer);
			}),
	});
	dialog.show();
	return dialog;
}

export function request_invoice({ contract, customer, rest }, on_done) {
	const dialog = new frappe.ui.Dialog({
		title: __("Request an invoice"),
		fields: [
			{
				fieldname: "title",
				fieldtype: "Link",
				options: "Meeting Invoice Title",
				label: __("Invoice Title"),
				get_query: () => ({ filters: { customer } }),
				description: __("Empty: the customer's default title"),
			},
			{ fieldname: "item", fieldtype: "Data", label: __("Item"), default: "会议服务费", reqd: 1 },
			{ fieldname: "column", fieldtype: "Column Break" },
			{ fieldname: "gross", fieldtype: "Currency", label: __("Gross"), default: rest, reqd: 1 },
			{ fieldname: "rate", fieldtype: "Percent", label: __("Tax Rate %"), default: 6 },
			{ fieldname: "section", fieldtype: "Section Break" },
			{
				fieldname: "delivery",
				fieldtype: "Select",
				label: __("Delivery"),
				options: ["Email", "Courier", "Pick-up"].map((value) => ({ value, label: __(value) })),
				default: "Email",
			},
			{ fieldname: "note", fieldtype: "Small Text", label: __("Note on the Invoice") },
			{ fieldname: "problem", fieldtype: "HTML" },
		],
		primary_action_label: __("Request"),
		primary_action: ({ title, item, gross, rate, delivery, note }) =>
			guarded(dialog, async () => {
				const answer = await call(`${API}request_invoice`, {
					contract,
					title: title || null,
					lines: [{ item, gross, rate }],
					delivery,
					note: note || null,
				});
				dialog.hide();
				frappe.show_alert({ message: __("Requested: {0}", [answer.invoice]), indicator: "green" });
				on_done?.(answer);
			}),
	});
	dialog.show();
	return dialog;
}

/** Tells before it is done what ending a contract means, then ends it. */
export async function end_contract(contract, on_done) {
	const effect = await call(`${API}get_ending_effect`, { contract });
	const facts = [
		effect.net ? __("Received and not given back: {0}", [format_money(effect.net)]) : __("Nothing was received."),
		effect.kept.text,
		...(effect.net ? [__("If all of it goes back: {0}", [effect.returned.text])] : []),
	];
	const dialog = new frappe.ui.Dialog({
		title: __("End the contract {0}", [contract]),
		fields: [
			{ fieldname: "facts", fieldtype: "HTML", options: `<ul class="meeting-facts">${facts.map((fact) => `<li>${fact}</li>`).join("")}</ul>` },
			{
				fieldname: "ending",
				fieldtype: "Select",
				label: __("How"),
				options: [
					{ value: "Terminate", label: __("Terminate: the customer withdraws") },
					...(frappe.model.can_cancel("Meeting Contract")
						? [{ value: "Void", label: __("Make void: it was a mistake") }]
						: []),
				],
				default: "Terminate",
				reqd: 1,
			},
			{ fieldname: "obstacle", fieldtype: "HTML", depends_on: "eval:doc.ending === 'Void'", options: effect.void_obstacle ? `<p class="text-danger">${effect.void_obstacle}</p>` : "" },
			{
				fieldname: "settled_amount",
				fieldtype: "Currency",
				label: __("Settled Amount"),
				default: 0,
				depends_on: "eval:doc.ending === 'Terminate'",
				description: __("What is kept of the contract, such as a deposit or services rendered"),
			},
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), mandatory_depends_on: "eval:doc.ending === 'Terminate'", depends_on: "eval:doc.ending === 'Terminate'" },
			{ fieldname: "problem", fieldtype: "HTML" },
		],
		primary_action_label: __("End the contract"),
		primary_action: (values) =>
			guarded(dialog, async () => {
				if (values.ending === "Void") {
					await call("frappe.client.cancel", { doctype: "Meeting Contract", name: contract });
				} else {
					const { proposed_refund } = await call(`${API}terminate`, {
						contract,
						reason: values.reason,
						settled_amount: values.settled_amount || 0,
					});
					if (proposed_refund > 0) {
						frappe.msgprint(__("Terminated. Finance should give back {0}.", [format_money(proposed_refund)]));
					}
				}
				dialog.hide();
				on_done?.();
			}),
	});
	dialog.show();
	return dialog;
}

/** A small form for one step of finance: reject, refund, issue. */
export function ask(title, fields, action_label, run) {
	const dialog = new frappe.ui.Dialog({
		title: esc(title),
		fields: [...fields, { fieldname: "problem", fieldtype: "HTML" }],
		primary_action_label: action_label,
		primary_action: (values) =>
			guarded(dialog, async () => {
				await run(values);
				dialog.hide();
			}),
	});
	dialog.show();
	return dialog;
}

export const finance = {
	confirm: (payment) => call(`${API}confirm_payment`, { payment }),
	reject: (payment, on_done) =>
		ask(
			__("The money was not found"),
			[{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 }],
			__("Reject"),
			async ({ reason }) => on_done(await call(`${API}reject_payment`, { payment, reason }))
		),
	refund: (payment, amount, on_done) =>
		ask(
			__("Give money back"),
			[
				{ fieldname: "amount", fieldtype: "Currency", label: __("Amount"), reqd: 1, default: amount },
				{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
			],
			__("Refund"),
			async (values) => on_done(await call(`${API}refund`, { payment, ...values }))
		),
	/** `row`: a contract that was paid too much, with `amount` and its `receipts`, each {payment, paid_on, amount}. */
	refund_contract: ({ name, amount, receipts }, on_done) =>
		ask(
			__("Give money back"),
			[
				{
					fieldname: "payment",
					fieldtype: "Select",
					label: __("Receipt"),
					reqd: 1,
					default: receipts[0].payment,
					options: receipts.map((row) => ({
						value: row.payment,
						label: `${format_day(row.paid_on)} · ${format_money(row.amount)}`,
					})),
				},
				{
					fieldname: "amount",
					fieldtype: "Currency",
					label: __("Amount"),
					reqd: 1,
					default: Math.min(amount, receipts[0].amount),
				},
				{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
			],
			__("Refund"),
			async (values) => on_done(await call(`${API}refund`, { contract: name, ...values }))
		),
	issue: (invoice, on_done) =>
		ask(
			__("Issue the invoice"),
			[
				{ fieldname: "invoice_number", fieldtype: "Data", label: __("Invoice Number"), reqd: 1 },
				{ fieldname: "issued_on", fieldtype: "Date", label: __("Issued On"), default: frappe.datetime.get_today(), reqd: 1 },
				{ fieldname: "file", fieldtype: "Attach", label: __("Invoice File") },
			],
			__("Issue"),
			async (values) => on_done(await call(`${API}issue_invoice`, { invoice, ...values }))
		),
	return_request: (invoice, on_done) =>
		ask(
			__("Return the request"),
			[{ fieldname: "reason", fieldtype: "Small Text", label: __("What is missing or wrong"), reqd: 1 }],
			__("Return"),
			async ({ reason }) => on_done(await call(`${API}reject_invoice`, { invoice, reason }))
		),
	red_letter: (invoice, amount, on_done) =>
		ask(
			__("Red-letter the invoice"),
			[
				{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
				{ fieldname: "amount", fieldtype: "Currency", label: __("Amount"), default: amount, reqd: 1 },
				{ fieldname: "invoice_number", fieldtype: "Data", label: __("Number of the Red Invoice"), description: __("Empty: it is issued later") },
				{ fieldname: "buyer_confirms", fieldtype: "Check", label: __("The buyer has to confirm (72 hours)") },
			],
			__("Red-letter"),
			async (values) => on_done(await call(`${API}red_letter_invoice`, { invoice, ...values, buyer_confirms: Boolean(values.buyer_confirms) }))
		),
};

/** The plan of a contract with what is paid of each row, and a bar over the whole. After a termination it asks for what is kept. */
export function draw_plan(doc) {
	const owed = doc.status === "Terminated" ? doc.settled_amount : doc.amount;
	const net = (doc.received || 0) - (doc.refunded || 0);
	const share = owed > 0 ? Math.min(100, Math.max(0, Math.round((net / owed) * 100))) : 100;
	let [rest, asked] = [Math.max(0, net), owed];
	const today = frappe.datetime.get_today();
	const rows = [...(doc.plan || [])]
		.sort((one, other) => (one.due_on < other.due_on ? -1 : 1))
		.map((row) => {
			const due = Math.min(row.amount, Math.max(0, asked));
			if (!due && row.amount) return "";
			const paid = Math.min(due, rest);
			[rest, asked] = [flt(rest - paid, 2), flt(asked - due, 2)];
			const unpaid = flt(due - paid, 2);
			const [colour, label] = !unpaid
				? ["green", __("Paid")]
				: row.due_on < today
					? ["red", __("Overdue")]
					: ["orange", __("Unpaid")];
			return `<tr><td>${esc(row.label)}</td><td>${esc(format_day(row.due_on))}</td><td class="number">${esc(format_money(due))}</td>
				<td class="number">${esc(format_money(paid))}</td><td><span class="meeting-pill ${colour}">${esc(label)}</span></td></tr>`;
		});
	return `<div class="meeting-paid"><div class="meeting-paid-bar" title="${share}%"><span style="width:${share}%"></span></div>
		<b>${share}%</b> <span class="text-muted">${esc(__("{0} of {1} received", [format_money(net), format_money(owed)]))}</span></div>
		<table class="meeting-table"><thead><tr><th>${esc(__("Instalment"))}</th><th>${esc(__("Due On"))}</th><th class="number">${esc(__("Amount"))}</th>
		<th class="number">${esc(__("Received"))}</th><th>${esc(__("Status"))}</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}
