import { call } from "../server.js";
import { esc, format_day, format_money, format_number, format_time } from "../format.js";
import { guarded } from "../dialogs.js";
import { call_execution, draw_changes } from "./department.js";
import { confirm_task } from "./board.js";
import { draw_late_changes, watch_late_changes } from "./late_changes.js";

/** A task as its department reads it: steps, what changed, and everything needed for the work. */
export async function open_task(name, { on_change } = {}) {
	const dialog = new frappe.ui.Dialog({
		title: __("Task"),
		size: "extra-large",
		fields: [
			{ fieldtype: "HTML", fieldname: "problem" },
			{ fieldtype: "HTML", fieldname: "content" },
		],
	});
	dialog.$wrapper.addClass("meeting-task-dialog");
	const $content = dialog.fields_dict.content.$wrapper;
	let task;

	async function refresh() {
		task = await call("meeting_crm.contracts.api.get_task", { task: name });
		dialog.set_title(task.execution.unit_name);
		$content.html(draw_task(task));
		set_buttons();
	}

	function set_buttons() {
		const confirms = task.may_work && ["Open", "In Work", "Changed"].includes(task.status);
		dialog.get_primary_btn().toggleClass("hide", !confirms);
		if (!confirms) return;
		dialog.set_primary_action(task.status === "Changed" ? __("Confirm Changes") : __("Confirm"), () =>
			change(() => confirm_task({ name, revision: task.revision }))
		);
	}

	function change(run) {
		dialog.fields_dict.problem.$wrapper.empty();
		return guarded(dialog, async () => {
			try {
				await run();
			} finally {
				await refresh();
				on_change?.();
			}
		});
	}

	$content.on("change", "[data-step]", ({ currentTarget }) =>
		change(() =>
			call_execution("tick_step", {
				task: name,
				step: currentTarget.dataset.step,
				done: currentTarget.checked,
			})
		)
	);
	$content.on("click", "[data-action=assign]", () => choose_person(task, change));
	watch_late_changes($content, (late_change, answer) => answer_late_change(late_change, answer, change));
	await refresh();
	dialog.show();
	return dialog;
}

async function choose_person(task, change) {
	const people = await call_execution("get_department_people", { department: task.department });
	frappe.prompt(
		{
			fieldtype: "Select",
			fieldname: "user",
			label: __("Responsible"),
			options: [
				{ value: "", label: "" },
				...people.map(({ user, full_name }) => ({ value: user, label: full_name })),
			],
			default: task.assigned_to || "",
		},
		({ user }) => change(() => call_execution("assign_task", { task: task.name, user: user || null })),
		__("Who does it?")
	);
}

function answer_late_change(late_change, answer, change) {
	const send = (reason) =>
		change(() =>
			call_execution("answer_late_change", { late_change, accept: answer === "accept", reason })
		);
	if (answer === "accept") return send(null);
	frappe.prompt(
		{ fieldtype: "Small Text", fieldname: "reason", label: __("Why not"), reqd: 1 },
		({ reason }) => send(reason),
		__("Refuse this change"),
		__("Refuse")
	);
}

function draw_task(task) {
	return `<div class="meeting-task">
		<div class="meeting-task-side">${draw_head(task)}${draw_steps(task)}</div>
		<div>${draw_late(task)}${draw_news(task)}${task.department === "Finance" ? draw_finance(task.execution) : draw_logistics(task.execution)}</div>
	</div>`;
}

function draw_head(task) {
	const { execution } = task;
	const confirmed = task.confirmed_on
		? __("{0}, {1}", [task.confirmed_by, format_time(task.confirmed_on)])
		: __("Not yet");
	return draw_pairs([
		[__("Status"), __(task.status, null, "Meeting Department Task")],
		[__("Due"), format_day(task.due_on)],
		[__("Contract"), execution.contract],
		[__("Project"), execution.project_name],
		[__("Salesperson"), execution.holder_name],
		[__("Revision"), task.revision],
		[__("Confirmed", null, "Meeting Department Task"), confirmed],
		[
			__("Responsible"),
			null,
			`${esc(task.assigned_name || __("Nobody yet"))} ${
				task.may_work ? `<a data-action="assign">${esc(__("Change"))}</a>` : ""
			}`,
		],
	]);
}

function draw_steps({ steps, may_work }) {
	const rows = steps.map(
		({ name, step, done, done_by, done_on }) =>
			`<li><label><input type="checkbox" data-step="${esc(name)}" ${
				done ? "checked" : ""
			} ${may_work ? "" : "disabled"}> ${esc(__(step))}</label>${
				done ? `<span class="text-muted">${esc(`${done_by} ${format_time(done_on)}`)}</span>` : ""
			}</li>`
	);
	return `<h4>${esc(__("Steps to Take"))}</h4><ul class="meeting-task-steps">${rows.join("")}</ul>`;
}

function draw_late({ late_changes, may_work }) {
	const actions = [
		["accept", __("Accept")],
		["refuse", __("Refuse")],
	];
	const waiting = late_changes.filter(({ state }) => state === "Waiting");
	return draw_late_changes(waiting, may_work ? actions : []);
}

function draw_news({ changes, confirmed_revision }) {
	if (!changes.length) return "";
	const title = confirmed_revision
		? __("Changed since you confirmed")
		: __("Changed since it was submitted");
	return `<section class="meeting-task-news"><h4>${esc(title)}</h4>${draw_changes(changes)}</section>`;
}

function draw_finance(execution) {
	const heads = execution.heads_paying_themselves
		? __("{0}, of them {1} pay themselves", [execution.heads, execution.heads_paying_themselves])
		: execution.heads;
	const priced = execution.priced.map(({ type, quantity, amount }) => [
		`${__(type)}${quantity ? ` × ${format_number(quantity)}` : ""}`,
		format_money(amount),
	]);
	return [
		section(__("Fees"), [
			[__("Participation Fee"), format_money(execution.participation_fee)],
			[__("Publicity Fee"), format_money(execution.publicity_fee)],
			[__("Accommodation Fee"), format_money(execution.accommodation_fee)],
			[__("Grand Total"), format_money(execution.total)],
			[__("Contract Amount"), format_money(execution.contract_amount)],
			[__("Why the fees differ from the contract"), execution.difference_reason],
			[__("Attendees"), heads],
			[__("Nights"), execution.nights],
			...priced,
		]),
		section(__("Invoice"), [
			[__("Title Type"), __(execution.title_type, null, "Meeting Execution")],
			[__("Invoice Title"), execution.title],
			[__("Tax Number"), execution.tax_number],
			[__("Invoice Type"), __(execution.invoice_type || "")],
			[__("Registered Address"), execution.title_address],
			[__("Registered Phone"), execution.title_phone],
			[__("Bank"), execution.title_bank],
			[__("Bank Account"), execution.title_account],
			[__("Invoice E-mail"), execution.invoice_email],
		]),
		section(__("Courier"), [
			[__("Recipient"), execution.recipient],
			[__("Mobile"), execution.recipient_mobile],
			[__("Courier Address"), execution.courier_address],
		]),
		execution.notes ? section(__("Notes"), [[__("Notes"), execution.notes]]) : "",
	].join("");
}

function draw_logistics(execution) {
	return [
		section(__("Company and Handler"), [
			[__("Address"), execution.address],
			[__("Handler"), [execution.handler, execution.handler_mobile].filter(Boolean).join(" ")],
			[__("Booths"), execution.booths.map(({ hall, number }) => `${hall} ${number}`).join(", ")],
			[__("Notes"), execution.notes],
		]),
		draw_people(execution),
		draw_services(execution),
	].join("");
}

const PEOPLE = [
	["person_name", () => __("Person Name")],
	["gender", () => __("Gender"), (value) => __(value || "")],
	["position", () => __("Position")],
	["mobile", () => __("Mobile")],
	["housing", () => __("Housing"), (value) => __(value || "", null, "Meeting Attendee")],
	["arrive_on", () => __("Arrival"), format_day],
	["leave_on", () => __("Departure"), format_day],
	["share_with", () => __("Shares With")],
	["room", () => __("Room")],
	["ethnicity", () => __("Ethnicity"), (value) => __(value || "")],
	["diet", () => __("Diet"), (value) => __(value || "", null, "Meeting Attendee")],
	["badge_kind", () => __("Badge"), (value) => __(value || "", null, "Meeting Attendee")],
	["wishes", () => __("Wishes")],
];

function draw_people({ attendees, no_attendees }) {
	const title = `<h4>${esc(__("Attendees"))} <span class="text-muted">${attendees.length}</span></h4>`;
	if (!attendees.length)
		return title + `<p class="text-muted">${esc(no_attendees ? __("Nobody attends") : "")}</p>`;
	const used = PEOPLE.filter(([field]) => attendees.some((row) => row[field]));
	const head = used.map(([, label]) => `<th>${esc(label())}</th>`).join("");
	const rows = attendees.map(
		(row) =>
			`<tr>${used.map(([field, , say]) => `<td>${esc(say ? say(row[field]) : row[field])}</td>`).join("")}</tr>`
	);
	return `${title}<div class="meeting-scroll"><table class="meeting-table"><thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

function draw_services({ deliverables }) {
	const rows = deliverables
		.filter(({ declined }) => !declined)
		.map((row) => {
			const details = [
				row.text,
				row.quantity ? `× ${format_number(row.quantity)}` : "",
				row.specification,
				row.colour,
				row.place,
				row.signed_by,
			];
			const file = row.file_name
				? `<a href="/api/method/meeting_crm.contracts.execution.api.download_deliverable?deliverable=${encodeURIComponent(row.name)}">${esc(row.file_name)}</a>`
				: "";
			const state = row.work
				? `<a href="/app/meeting-deliverable-work/${encodeURIComponent(row.work.name)}">${esc(__(row.work.state, null, "Meeting Deliverable Work"))}</a>`
				: "";
			return `<tr><td>${esc(__(row.type))}</td><td>${esc(details.filter(Boolean).join(" · "))} ${file}</td><td>${esc(
				format_day(row.deadline)
			)}</td><td>${state}</td></tr>`;
		});
	if (!rows.length) return "";
	return `<h4>${esc(__("Services"))}</h4><div class="meeting-scroll"><table class="meeting-table"><thead><tr><th>${esc(
		__("Service Item")
	)}</th><th>${esc(__("Content"))}</th><th>${esc(__("Deadline"))}</th><th>${esc(__("State"))}</th></tr></thead><tbody>${rows.join(
		""
	)}</tbody></table></div>`;
}

function section(title, pairs) {
	return `<h4>${esc(title)}</h4>${draw_pairs(pairs)}`;
}

function draw_pairs(pairs) {
	return `<dl class="meeting-pairs">${pairs
		.filter(([, value, html]) => html || (value !== null && value !== undefined && value !== ""))
		.map(([label, value, html]) => `<dt>${esc(label)}</dt><dd>${html || esc(value)}</dd>`)
		.join("")}</dl>`;
}
