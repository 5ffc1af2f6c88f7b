frappe.ui.form.on("Meeting Bank Import", {
	refresh(frm) {
		if (frm.is_new()) {
			frm.set_intro(__("Upload the statement as the bank gives it. Nothing is booked before you confirm it."), "blue");
			frm.get_field("entries").$wrapper.empty();
			return;
		}
		draw_entries(frm);
	},
});

const STATES = { New: "gray", Suggested: "orange", Matched: "green", Ignored: "gray", Duplicate: "blue" };

async function draw_entries(frm) {
	const { esc, format_day, format_money, link } = meeting_crm.format;
	const rows = await meeting_crm.call("meeting_crm.contracts.api.get_bank_rows", { bank_import: frm.doc.name });
	const may_write = frappe.user_roles.includes("Meeting Finance");
	const lines = rows.map((row, place) => {
		const open = ["New", "Suggested"].includes(row.state);
		const target = row.payment
			? `<a href="${link("meeting-payment")}/${esc(row.payment)}">${esc(row.payment)}</a>`
			: row.suggested_payment
				? `${esc(row.suggested_payment)}<div class="text-muted">${esc(row.reason)}</div>`
				: row.contract
					? `${esc(row.contract.enterprise_name)} · ${esc(row.contract.name)}<div class="text-muted">${esc(row.reason)}</div>`
					: `<span class="text-muted">${esc(row.reason || "")}</span>`;
		const buttons =
			open && may_write
				? `${row.state === "Suggested" ? `<button class="btn btn-xs btn-primary" data-step="book" data-place="${place}">${esc(__("Book"))}</button>` : ""}
				<button class="btn btn-xs btn-default" data-step="choose" data-place="${place}">${esc(__("Choose Contract"))}</button>
				<button class="btn btn-xs btn-default" data-step="ignore" data-place="${place}">${esc(__("Ignore"))}</button>`
				: row.state === "Ignored" && may_write
					? `<button class="btn btn-xs btn-default" data-step="restore" data-place="${place}">${esc(__("Look again"))}</button>`
					: "";
		return `<tr><td>${esc(format_day(row.booked_on))}</td><td class="number">${esc(format_money(row.amount))}</td>
			<td>${esc(row.payer_name)}<div class="text-muted">${esc(row.remittance_note)}</div></td>
			<td>${target}</td><td><span class="meeting-pill ${STATES[row.state]}">${esc(__(row.state))}</span></td><td class="buttons">${buttons}</td></tr>`;
	});
	const head = [__("Date"), __("Amount"), __("Payer and note"), __("For"), __("State"), ""];
	frm.get_field("entries").$wrapper
		.html(
			`<div class="meeting-scroll"><table class="meeting-table"><thead><tr>${head.map((label) => `<th>${esc(label)}</th>`).join("")}</tr></thead><tbody>${lines.join("")}</tbody></table></div>`
		)
		.find("[data-step]")
		.on("click", ({ currentTarget }) =>
			run_step(frm, currentTarget.dataset.step, rows[currentTarget.dataset.place])
		);
}

async function run_step(frm, step, row) {
	const api = "meeting_crm.contracts.api.";
	const done = () => draw_entries(frm);
	if (step === "choose") {
		return meeting_crm.money.ask(
			__("Which contract is it for?"),
			[
				{
					fieldname: "contract",
					fieldtype: "Link",
					options: "Meeting Contract",
					label: __("Contract"),
					reqd: 1,
					get_query: () => ({ filters: { docstatus: 1 } }),
				},
			],
			__("Book"),
			async ({ contract }) => {
				await meeting_crm.call(`${api}book_bank_row`, { row: row.name, contract });
				done();
			}
		);
	}
	if (step === "ignore") {
		return meeting_crm.money.ask(
			__("Why is it no customer's payment?"),
			[{ fieldname: "reason", fieldtype: "Data", label: __("Reason"), reqd: 1 }],
			__("Ignore"),
			async ({ reason }) => {
				await meeting_crm.call(`${api}ignore_bank_row`, { row: row.name, reason });
				done();
			}
		);
	}
	await meeting_crm
		.call(`${api}${step === "book" ? "book" : "restore"}_bank_row`, { row: row.name })
		.catch(meeting_crm.show_refusal);
	return done();
}
