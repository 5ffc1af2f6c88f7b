import { call } from "./server.js";
import { esc } from "./format.js";
import { ease_keyboard, guarded, show_message } from "./dialogs.js";
import { milliseconds_left } from "./clock.js";

const API = "meeting_crm.sales.api";
const TYPES = ["Call", "Visit", "WeChat", "E-mail", "Meeting", "Exhibition", "Other"];
const NO_CHOICES = { contacts: [], opportunities: [], outcomes: [] };
const SHORTCUT = "shift+ctrl+l";

/** Announced with the customer's name whenever an activity was recorded, finished or planned in one of these dialogs. */
export const ACTIVITY_CHANGED = "meeting:activity-changed";

/** One key from anywhere: of the file that is open, or of a customer to be named. */
export function listen_for_activities() {
	frappe.ui.keys.add_shortcut({
		shortcut: SHORTCUT,
		action: () => !window.cur_dialog && record_activity(get_open_customer()),
		description: __("Record Activity"),
		ignore_inputs: true,
	});
}

function get_open_customer() {
	const doc = $(window.cur_frm?.wrapper).is(":visible") && !cur_frm.is_new() ? cur_frm.doc : {};
	if (doc.doctype === "Meeting Customer") return { customer: doc.name, customer_name: doc.customer_name };
	const { customer, customer_name, project } = doc;
	return customer ? { customer, customer_name, project } : {};
}

/** Records what was done with a customer and, in the same dialog, what comes next (C5). */
export async function record_activity({ customer, customer_name, project, projects, contact, on_done } = {}) {
	const now = frappe.datetime.now_datetime();
	const dialog = await show_dialog({
		title: customer ? name_step(__("Record Activity"), customer_name) : __("Record Activity"),
		customer,
		fields: (choices) => [
			...(customer ? [] : [customer_field((name) => load_choices(dialog, name))]),
			{ fieldname: "subject", fieldtype: "Data", label: __("What was done?"), reqd: 1 },
			{ fieldname: "column", fieldtype: "Column Break" },
			type_field("activity_type"),
			{ fieldname: "facts_section", fieldtype: "Section Break" },
			time_field("starts_on", __("When?"), now),
			contact_field(choices, contact),
			...project_fields(projects),
			{ fieldname: "facts_column", fieldtype: "Column Break" },
			outcome_field(choices),
			opportunity_field(choices),
			{ fieldname: "result_section", fieldtype: "Section Break" },
			{ fieldname: "result", fieldtype: "Small Text", label: __("Result") },
			{ fieldname: "attachment", fieldtype: "Attach", label: __("Attachment") },
			...next_fields(),
		],
		run: (values) =>
			call(`${API}.record_activity`, {
				customer: customer || values.customer,
				project: get_project(values, project, projects),
				subject: values.subject,
				activity_type: values.activity_type,
				starts_on: values.starts_on === now ? null : values.starts_on,
				...get_facts(values),
				attachments: values.attachment ? [values.attachment] : null,
				next: get_next(values),
			}),
		on_done,
	});
	return dialog;
}

/** Marks a planned activity as done: when it happened, what came of it, and the next one. */
export function finish_activity(activity, { on_done } = {}) {
	const is_over = milliseconds_left(activity.starts_on) < 0;
	const happened_on = is_over ? activity.starts_on : frappe.datetime.now_datetime();
	return show_dialog({
		title: name_step(__("Done"), activity.subject),
		customer: activity.customer,
		fields: (choices) => [
			{ fieldname: "result", fieldtype: "Small Text", label: __("Result"), default: activity.result },
			{ fieldname: "facts_section", fieldtype: "Section Break" },
			outcome_field(choices, activity.outcome),
			time_field("starts_on", __("When?"), happened_on),
			{ fieldname: "facts_column", fieldtype: "Column Break" },
			contact_field(choices, activity.contact),
			opportunity_field(choices, activity.opportunity),
			...next_fields(),
		],
		check: ({ result, outcome }) =>
			result || outcome ? "" : __("What came of it? Choose an outcome, or write a word about it."),
		run: (values) =>
			call(`${API}.finish_activity`, {
				activity: activity.name,
				starts_on: values.starts_on === happened_on ? null : values.starts_on,
				...get_facts(values),
				next: get_next(values),
			}),
		on_done,
	});
}

/** Plans the next step with a customer: after an entry, from Today, from a file. */
export function plan_activity({ customer, customer_name, project, projects, on_done }) {
	return show_dialog({
		title: name_step(__("Plan the next step"), customer_name),
		customer,
		fields: (choices) => [
			{
				fieldname: "subject",
				fieldtype: "Data",
				label: __("What will you do?"),
				reqd: 1,
				default: __("First call"),
			},
			{ fieldname: "section", fieldtype: "Section Break" },
			type_field("activity_type"),
			contact_field(choices),
			{ fieldname: "column", fieldtype: "Column Break" },
			{ ...time_field("starts_on", __("When?"), get_morning(1)), reqd: 1 },
			opportunity_field(choices),
			...project_fields(projects),
		],
		action: __("Plan"),
		may_wait: true,
		run: (values) =>
			call(`${API}.record_activity`, {
				customer,
				project: get_project(values, project, projects),
				status: "Planned",
				subject: values.subject,
				activity_type: values.activity_type,
				starts_on: values.starts_on,
				contact: values.contact || null,
				opportunity: values.opportunity || null,
			}),
		describe: () => __("Planned. It will appear on Today when it is due."),
		on_done,
	});
}

async function show_dialog({
	title,
	customer,
	fields,
	check,
	run,
	describe = describe_recorded,
	...options
}) {
	const dialog = new frappe.ui.Dialog({
		title: esc(title),
		fields: [
			...fields(await get_choices(customer)),
			{ fieldname: "problem_section", fieldtype: "Section Break" },
			{ fieldname: "problem", fieldtype: "HTML" },
		],
		primary_action_label: options.action || __("Save"),
		async primary_action(values) {
			const missing = check && check(values);
			if (missing) return show_message(dialog, missing);
			await guarded(dialog, async () => {
				const answer = await run(values);
				dialog.hide();
				frappe.show_alert({ message: describe(answer), indicator: "green" });
				$(document).trigger(ACTIVITY_CHANGED, [customer || values.customer]);
				if (options.on_done) options.on_done(answer);
			});
		},
	});
	if (options.may_wait) {
		dialog.set_secondary_action_label(__("Not Now"));
		dialog.set_secondary_action(() => dialog.hide());
	}
	ease_keyboard(dialog);
	dialog.show();
	return dialog;
}

/** What can be chosen is an offer: that it cannot be read stops nobody from recording. */
async function get_choices(customer) {
	if (!customer) return NO_CHOICES;
	try {
		return await call(`${API}.get_activity_choices`, { customer });
	} catch (error) {
		if (error.name !== "ServerError") throw error;
		return NO_CHOICES;
	}
}

async function load_choices(dialog, customer) {
	if (dialog.offered_for === customer) return;
	dialog.offered_for = customer;
	const choices = await get_choices(customer);
	if (dialog.offered_for !== customer) return;
	for (const field of [contact_field(choices), outcome_field(choices), opportunity_field(choices)]) {
		Object.assign(dialog.fields_dict[field.fieldname].df, {
			options: field.options,
			hidden: field.hidden,
		});
		dialog.fields_dict[field.fieldname].refresh();
	}
}

function describe_recorded({ next_activity }) {
	return next_activity ? __("Recorded, and the next step is planned.") : __("Recorded.");
}

function name_step(title, name) {
	return __("{0}: {1}", [title, name]);
}

function customer_field(on_change) {
	return {
		fieldname: "customer",
		fieldtype: "Link",
		options: "Meeting Customer",
		label: __("Customer"),
		reqd: 1,
		only_select: 1,
		change() {
			on_change(this.get_value());
		},
	};
}

function type_field(fieldname) {
	return {
		fieldname,
		fieldtype: "Select",
		label: __("Kind"),
		options: TYPES.map((value) => ({ value, label: __(value) })),
		default: "Call",
		reqd: 1,
	};
}

function time_field(fieldname, label, value) {
	return {
		fieldname,
		fieldtype: "Datetime",
		label,
		hide_timezone: frappe.datetime.is_system_time_zone(),
		default: value,
	};
}

/** Asked where the company is held in more than one project; the first is the one it is usually about. */
function project_fields(projects = []) {
	if (projects.length < 2) return [];
	return [
		{
			fieldname: "project",
			fieldtype: "Select",
			label: __("Project"),
			options: projects.map(({ name, project_name }) => ({ value: name, label: project_name })),
			default: projects[0].name,
			reqd: 1,
		},
	];
}

function get_project(values, project, projects = []) {
	return values.project || project || projects[0]?.name;
}

function contact_field({ contacts }, value) {
	const describe = ({ person_name, position, mobile }) =>
		[person_name, position, mobile].filter(Boolean).join(" · ");
	return choice_field("contact", __("Contact"), contacts, describe, value);
}

function opportunity_field({ opportunities }, value) {
	const describe = ({ opportunity_name, stage }) => `${opportunity_name} · ${__(stage)}`;
	return choice_field("opportunity", __("Opportunity"), opportunities, describe, value);
}

function outcome_field({ outcomes }, value) {
	const rows = outcomes.map((name) => ({ name }));
	return choice_field("outcome", __("Outcome"), rows, ({ name }) => __(name), value);
}

function choice_field(fieldname, label, rows, describe, value) {
	return {
		fieldname,
		fieldtype: "Select",
		label,
		options: [
			{ value: "", label: "" },
			...rows.map((row) => ({ value: row.name, label: describe(row) })),
		],
		default: rows.some(({ name }) => name === value) ? value : "",
		hidden: rows.length ? 0 : 1,
	};
}

function next_fields() {
	return [
		{ fieldname: "next_section", fieldtype: "Section Break", label: __("Next step (optional)") },
		{ fieldname: "next_subject", fieldtype: "Data", label: __("What will you do?") },
		{ fieldname: "next_column", fieldtype: "Column Break" },
		type_field("next_type"),
		time_field("next_on", __("When?"), get_morning(3)),
	];
}

function get_morning(days) {
	return `${frappe.datetime.add_days(frappe.datetime.get_today(), days)} 10:00:00`;
}

function get_facts({ result, outcome, contact, opportunity }) {
	return {
		result: result || null,
		outcome: outcome || null,
		contact: contact || null,
		opportunity: opportunity || null,
	};
}

function get_next(values) {
	if (!values.next_subject) return null;
	return { subject: values.next_subject, activity_type: values.next_type, starts_on: values.next_on };
}

/** The private iCalendar link: show, copy, replace, revoke. */
export async function show_calendar_link() {
	const link = (await call("meeting_crm.sales.api.get_calendar_link")) || "";
	const dialog = new frappe.ui.Dialog({
		title: __("Calendar link"),
		fields: [
			{
				fieldname: "hint",
				fieldtype: "HTML",
				options: `<p>${__(
					"Calendar programs on your phone and computer show your activities when you subscribe to this link. Whoever has it can read your activities: keep it to yourself, and replace it when somebody else saw it."
				)}</p>`,
			},
			{
				fieldname: "link",
				fieldtype: "Small Text",
				label: __("Private link"),
				read_only: 1,
				default: link,
			},
		],
	});
	const show = (value) => {
		dialog.set_value("link", value || "");
		dialog.set_df_property("link", "hidden", value ? 0 : 1);
		dialog.set_primary_action(value ? __("Copy") : __("Make a Link"), value ? copy : make);
		dialog.custom_actions.toggle(Boolean(value));
	};
	const copy = () => frappe.utils.copy_to_clipboard(dialog.get_value("link"));
	const make = async () => show(await call("meeting_crm.sales.api.make_calendar_link"));
	dialog.add_custom_action(__("Replace"), make);
	dialog.add_custom_action(__("Revoke"), async () => {
		await call("meeting_crm.sales.api.revoke_calendar_link");
		show("");
	});
	show(link);
	dialog.show();
	return dialog;
}
