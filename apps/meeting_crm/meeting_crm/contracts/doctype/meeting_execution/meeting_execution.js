const FEES = ["participation_fee", "publicity_fee", "accommodation_fee"];
const TITLE = {
	title_type: "title_type",
	title: "title",
	tax_number: "tax_number",
	invoice_type: "invoice_type",
	invoice_email: "email",
	title_address: "address",
	title_phone: "phone",
	title_bank: "bank",
	title_account: "account",
	recipient: "recipient",
	recipient_mobile: "recipient_mobile",
	courier_address: "courier_address",
};
const COLOURS = {
	Draft: "gray",
	Submitted: "blue",
	Confirmed: "green",
	Changed: "orange",
	Closed: "gray",
	Withdrawn: "gray",
};

frappe.ui.form.on("Meeting Execution", {
	setup(frm) {
		frm.set_query("contract", () => ({ filters: { docstatus: 1 } }));
		frm.set_query("invoice_title", () => ({ filters: { customer: frm.doc.customer } }));
		frm.set_query("type", "deliverables", () => ({ filters: { disabled: 0 } }));
	},

	refresh(frm) {
		frm.page.set_indicator(__(frm.doc.status, null, "Meeting Execution"), COLOURS[frm.doc.status]);
		add_attendee_tools(frm);
		set_hint(frm);
		add_buttons(frm);
		if (frm.doc.revision) meeting_crm.show_progress(frm, frm.fields_dict.trail.$wrapper);
	},

	async contract(frm) {
		if (!frm.doc.contract || !frm.is_new()) return;
		const made = await frappe.xcall("meeting_crm.contracts.execution.api.make_execution", {
			source_name: frm.doc.contract,
		});
		fill(frm, made);
	},

	async invoice_title(frm) {
		if (!frm.doc.invoice_title) return;
		const title = await frappe.db.get_doc("Meeting Invoice Title", frm.doc.invoice_title);
		Object.entries(TITLE).forEach(
			([field, source]) => title[source] && frm.set_value(field, title[source])
		);
	},

	participation_fee: set_total,
	publicity_fee: set_total,
	accommodation_fee: set_total,
});

function fill(frm, made) {
	[
		"project",
		"customer",
		"holder",
		"contract_amount",
		"unit_name",
		"address",
		"handler",
		"handler_mobile",
		"invoice_title",
	].forEach((field) => {
		frm.doc[field] = made[field];
	});
	Object.keys(TITLE).forEach((field) => {
		frm.doc[field] = made[field];
	});
	frm.clear_table("deliverables");
	made.deliverables.forEach(({ type, deadline }) => frm.add_child("deliverables", { type, deadline }));
	frm.refresh_fields();
}

function set_total(frm) {
	frm.set_value(
		"total",
		flt(
			FEES.reduce((sum, field) => sum + flt(frm.doc[field]), 0),
			2
		)
	);
	frm.refresh_field("difference_reason");
	set_hint(frm);
}

/** What stands between this draft and its submission, said before the button is pressed. */
function set_hint(frm) {
	frm.set_intro("");
	if (frm.doc.status !== "Draft" || frm.is_new()) return;
	const left = flt(frm.doc.contract_amount - frm.doc.total, 2);
	if (left && !frm.doc.difference_reason) {
		frm.set_intro(
			__("The fees differ from the contract by {0}. Correct them, or write why they differ.", [
				meeting_crm.format.format_money(left),
			]),
			"orange"
		);
	} else {
		frm.set_intro(
			__(
				"Once submitted it goes to finance and logistics. You can still change it: they see exactly what changed."
			),
			"blue"
		);
	}
}

function add_attendee_tools(frm) {
	const people = frm.doc.attendees || [];
	const nights = people.reduce(
		(sum, row) =>
			row.housing !== "No Room" && row.arrive_on && row.leave_on
				? sum + frappe.datetime.get_day_diff(row.leave_on, row.arrive_on)
				: sum,
		0
	);
	const $wrapper = frm.fields_dict.attendees_overview.$wrapper;
	$wrapper.html(
		`<p><button class="btn btn-default btn-sm">${__("Paste or Upload Attendees")}</button>
		<span class="text-muted">${people.length ? __("{0} people, {1} nights", [people.length, nights]) : ""}</span></p>`
	);
	$wrapper.find("button").on("click", () => meeting_crm.read_attendees(frm));
}

function add_buttons(frm) {
	if (frm.is_new()) return;
	frm.add_custom_button(__("Contract"), () =>
		frappe.set_route("Form", "Meeting Contract", frm.doc.contract)
	);
	if (frm.doc.status === "Draft") {
		frm.add_custom_button(__("Submit to Finance and Logistics"), () => submit(frm)).addClass(
			"btn-primary"
		);
	} else if (frm.doc.status === "Submitted") {
		frm.add_custom_button(__("Withdraw"), () =>
			frappe.confirm(__("Take it back from finance and logistics?"), () =>
				run(frm, "execution.api.withdraw_execution")
			)
		);
	}
}

async function submit(frm) {
	if (frm.is_dirty()) await frm.save();
	const answer = await run(frm, "api.submit_execution");
	if (!answer) return;
	const open = answer.still_open.length
		? __("{0} services still wait for the customer.", [answer.still_open.length])
		: "";
	frappe.show_alert(
		{ message: `${__("Finance and logistics have it now.")} ${open}`, indicator: "green" },
		7
	);
}

async function run(frm, method) {
	const answer = await frappe.xcall(`meeting_crm.contracts.${method}`, { execution: frm.doc.name });
	await frm.reload_doc();
	return answer;
}
