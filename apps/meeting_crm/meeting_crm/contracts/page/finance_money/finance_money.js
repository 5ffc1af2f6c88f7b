frappe.pages["finance-money"].on_page_load = (wrapper) => {
	const { esc, format_day, format_money, format_number, link } = meeting_crm.format;
	const { finance, format_large, ask } = meeting_crm.money;
	const API = "meeting_crm.contracts.api.";

	class MoneyScreen extends meeting_crm.Screen {
		constructor() {
			super(wrapper, {
				title: __("Money"),
				watch: ["Meeting Payment", "Meeting Invoice", "Meeting Bank Import", "Meeting Contract"],
			});
			this.page.set_primary_action(__("Import Bank Statement"), () => frappe.new_doc("Meeting Bank Import"));
			this.page.add_menu_item(__("All payments"), () => frappe.set_route("List", "Meeting Payment"));
			this.page.add_menu_item(__("All invoices"), () => frappe.set_route("List", "Meeting Invoice"));
			this.page.add_menu_item(__("All statements"), () => frappe.set_route("List", "Meeting Bank Import"));
			this.page.add_menu_item(__("Parcels"), () => frappe.set_route("List", "Meeting Shipment"));
			this.$figures = $('<div class="meeting-figures meeting-money-figures"></div>').appendTo(this.$body);
			this.$sections = $('<div class="meeting-money"></div>').appendTo(this.$body);
			this.$sections.on("click", "[data-step]", ({ currentTarget }) => this.run(currentTarget.dataset));
		}

		async refresh() {
			this.board = await meeting_crm.call(`${API}get_money_board`);
			this.draw();
		}

		draw() {
			const { to_confirm, bank_rows, to_issue, to_send, to_refund, overdue, received_this_week, conflicts } = this.board;
			this.$figures.html(
				[
					[format_number(to_confirm.number), __("Payments to confirm"), "to_confirm"],
					[format_number(bank_rows.number), __("Bank entries to book"), "bank_rows"],
					[format_number(to_issue.number), __("Invoices to issue"), "to_issue"],
					[format_number(to_refund.number), __("Refunds to make"), "to_refund"],
					[format_large(overdue.amount), __("Overdue"), "overdue"],
					[format_large(received_this_week), __("Received in 7 days"), null],
				]
					.map(
						([value, label, target]) =>
							`<a class="meeting-figure" ${target ? `href="#" data-jump="${target}"` : ""}><b>${esc(value)}</b><span>${esc(label)}</span></a>`
					)
					.join("")
			);
			this.$figures.find("[data-jump]").on("click", (event) => {
				event.preventDefault();
				this.$sections.find(`[data-section="${event.currentTarget.dataset.jump}"]`)[0]?.scrollIntoView({ behavior: "smooth" });
			});
			this.$sections.html(
				[
					this.section("to_confirm", __("Payments to confirm"), to_confirm, [
						[__("Company"), (row) => `<a href="${link("meeting-payment", { name: row.name })}">${esc(row.enterprise_name)}</a><div class="text-muted">${esc(row.payer_name || "")}</div>`],
						[__("Amount"), (row) => `<b>${esc(format_money(row.amount))}</b>`, "number"],
						[__("Paid On"), (row) => esc(format_day(row.paid_on))],
						[__("Salesperson"), (row) => esc(row.holder_name || "")],
						[__("Voucher"), (row) => (row.voucher ? `<a href="${esc(row.voucher)}" target="_blank" rel="noopener">${esc(__("Look"))}</a>` : "—")],
						["", (row) => this.buttons(row, [["confirm", __("Confirm"), "primary"], ["reject", __("Reject")]]), "buttons"],
					], __("No payment waits. What salespeople register appears here.")),
					this.section("bank_rows", __("Bank entries to book"), bank_rows, [
						[__("Date"), (row) => esc(format_day(row.booked_on))],
						[__("Payer"), (row) => `<a href="${link("meeting-bank-import", { name: row.bank_import })}">${esc(row.payer_name)}</a><div class="text-muted">${esc(row.remittance_note || "")}</div>`],
						[__("Amount"), (row) => `<b>${esc(format_money(row.amount))}</b>`, "number"],
						[__("Suggestion"), (row) => esc(row.suggested_payment || row.suggested_contract || "—")],
						["", (row) => (row.state === "Suggested" ? this.buttons(row, [["book", __("Book"), "primary"]]) : ""), "buttons"],
					], __("No open entries. Import the newest bank statement.")),
					this.section("to_issue", __("Invoices to issue"), to_issue, [
						[__("Invoice Title"), (row) => `<a href="${link("meeting-invoice", { name: row.name })}">${esc(row.title_name || row.enterprise_name)}</a><div class="text-muted">${esc(row.tax_number || __("no tax number"))}</div>`],
						[__("Gross"), (row) => `<b class="${row.red_of ? "text-danger" : ""}">${esc(format_money(row.gross))}</b>`, "number"],
						[__("Invoice Type"), (row) => esc(row.red_of ? __("Red Invoice") : __(row.invoice_type))],
						[__("Contract"), (row) => esc(row.contract)],
						[__("Salesperson"), (row) => esc(row.holder_name || "")],
						["", (row) => this.buttons(row, [["issue", __("Issue"), "primary"], ["return", __("Return")]]), "buttons"],
					], __("No invoice is asked for.")),
					this.section("to_send", __("Invoices to send by courier"), to_send, [
						[__("Invoice Title"), (row) => `<a href="${link("meeting-invoice", { name: row.name })}">${esc(row.title_name || row.enterprise_name)}</a>`],
						[__("Invoice Number"), (row) => esc(row.invoice_number)],
						[__("Recipient"), (row) => esc(row.recipient || "—")],
						["", (row) => this.buttons(row, [["send", __("Send Parcel"), "primary"]]), "buttons"],
					]),
					this.section("to_refund", __("Refunds to make"), to_refund, [
						[__("Company"), (row) => `<a href="${link("meeting-contract", { name: row.name })}">${esc(row.enterprise_name)}</a>`],
						[__("Contract"), (row) => esc(row.name)],
						[__("Paid too much"), (row) => `<b>${esc(format_money(row.amount))}</b>`, "number"],
						[__("Status"), (row) => esc(__(row.status, null, "Meeting Contract"))],
						["", (row) => (row.receipts.length ? this.buttons(row, [["refund", __("Refund"), "primary"]]) : ""), "buttons"],
					]),
					this.section("overdue", `${__("Overdue")} · ${format_large(overdue.amount)}`, { rows: overdue.rows, number: overdue.rows.length }, [
						[__("Company"), (row) => `<a href="${link("meeting-contract", { name: row.contract })}">${esc(row.enterprise_name)}</a>`],
						[__("Instalment"), (row) => esc(row.label)],
						[__("Due On"), (row) => esc(format_day(row.due_on))],
						[__("Days"), (row) => `<span class="${row.days > 30 ? "text-danger" : ""}">${esc(row.days)}</span>`, "number"],
						[__("Unpaid"), (row) => `<b>${esc(format_money(row.unpaid))}</b>`, "number"],
						[__("Salesperson"), (row) => esc(row.holder_name || "")],
					], __("Nothing is overdue.")),
					conflicts && this.section("conflicts", __("Money after the end of protection"), conflicts, [
						[__("Company"), (row) => `<a href="${link("meeting-payment", { name: row.name })}">${esc(row.enterprise_name)}</a>`],
						[__("Amount"), (row) => esc(format_money(row.amount)), "number"],
						[__("Paid On"), (row) => esc(format_day(row.paid_on))],
					]),
				]
					.filter(Boolean)
					.join("")
			);
		}

		section(name, title, { rows, number }, columns, empty) {
			if (!rows.length && !empty) return "";
			const head = columns.map(([label, , css]) => `<th class="${css || ""}">${esc(label)}</th>`).join("");
			const lines = rows
				.map((row) => `<tr>${columns.map(([, render, css]) => `<td class="${css || ""}">${render(row)}</td>`).join("")}</tr>`)
				.join("");
			return `<section class="meeting-section" data-section="${name}"><h4>${esc(title)} <span class="text-muted">${number || ""}</span></h4>
				${rows.length ? `<div class="meeting-scroll"><table class="meeting-table"><thead><tr>${head}</tr></thead><tbody>${lines}</tbody></table></div>` : `<p class="text-muted">${esc(empty)}</p>`}</section>`;
		}

		buttons(row, steps) {
			return steps
				.map(([step, label, kind]) => `<button class="btn btn-xs btn-${kind || "default"}" data-step="${step}" data-name="${esc(row.name)}">${esc(label)}</button>`)
				.join(" ");
		}

		async run({ step, name }) {
			const done = () => this.update();
			const find = (list) => this.board[list].rows.find((row) => row.name === name);
			const steps = {
				confirm: () => this.guard(() => finance.confirm(name), __("Confirmed")),
				book: () => this.guard(() => meeting_crm.call(`${API}book_bank_row`, { row: name }), __("Booked")),
				reject: () => finance.reject(name, done),
				issue: () => finance.issue(name, done),
				return: () => finance.return_request(name, done),
				send: () => this.send(find("to_send")),
				refund: () => finance.refund_contract(find("to_refund"), done),
			};
			return steps[step]();
		}

		async guard(work, message) {
			this.is_busy = true;
			try {
				await work();
				frappe.show_alert({ message, indicator: "green" });
			} catch (error) {
				meeting_crm.show_refusal(error);
			} finally {
				this.is_busy = false;
			}
			return this.update();
		}

		send(row) {
			ask(
				__("Send the invoice {0}", [row.invoice_number]),
				[
					{ fieldname: "courier", fieldtype: "Data", label: __("Courier Company"), default: "顺丰", reqd: 1 },
					{ fieldname: "tracking_number", fieldtype: "Data", label: __("Tracking Number"), reqd: 1 },
					{ fieldname: "recipient", fieldtype: "Data", label: __("Recipient"), default: row.recipient, reqd: 1 },
					{ fieldname: "mobile", fieldtype: "Data", label: __("Mobile"), default: row.recipient_mobile },
					{ fieldname: "address", fieldtype: "Small Text", label: __("Address"), default: row.courier_address, reqd: 1 },
				],
				__("Send Parcel"),
				async (values) => {
					await meeting_crm.call("frappe.client.insert", {
						doc: {
							doctype: "Meeting Shipment",
							...values,
							sent_on: frappe.datetime.get_today(),
							contents: [{ content_type: "Invoice", invoice: row.name }],
						},
					});
					this.update();
				}
			);
		}
	}

	new MoneyScreen();
};
