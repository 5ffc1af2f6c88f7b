import { call } from "./server.js";
import { esc } from "./format.js";
import { guarded } from "./dialogs.js";

const TYPES = ["Call", "Visit", "WeChat", "E-mail", "Meeting", "Exhibition", "Other"];

/** Records what was done with a customer and, in the same dialog, what comes next (C5). */
export function record_activity({ customer, customer_name, project, contact, on_done }) {
	return show_dialog({
		title: `${__("Record Activity")}: ${customer_name}`,
		fields: [
			{ fieldname: "subject", fieldtype: "Data", label: __("What was done?"), reqd: 1 },
			{ fieldname: "column", fieldtype: "Column Break" },
			type_field("activity_type"),
			{ fieldname: "result_section", fieldtype: "Section Break" },
			{ fieldname: "result", fieldtype: "Small Text", label: __("Result") },
			{ fieldname: "attachment", fieldtype: "Attach", label: __("Attachment") },
		],
		run: (values, next) =>
			call("meeting_crm.sales.api.record_activity", {
				customer,
				project,
				contact,
				subject: values.subject,
				activity_type: values.activity_type,
				result: values.result || null,
				attachments: values.attachment ? [values.attachment] : null,
				next,
			}),
		on_done,
	});
}

/** Marks a planned activity as done, with its result and the next one. */
export function finish_activity(activity, { on_done } = {}) {
	return show_dialog({
		title: `${__("Done")}: ${activity.subject}`,
		fields: [
			{
				fieldname: "result",
				fieldtype: "Small Text",
				label: __("Result"),
				default: activity.result,
				reqd: 1,
			},
		],
		run: (values, next) =>
			call("meeting_crm.sales.api.finish_activity", {
				activity: activity.name,
				result: values.result,
				next,
			}),
		on_done,
	});
}

function show_dialog({ title, fields, run, on_done }) {
	const dialog = new frappe.ui.Dialog({
		title: esc(title),
		fields: [
			...fields,
			{ fieldname: "next_section", fieldtype: "Section Break", label: __("Next step (optional)") },
			{ fieldname: "next_subject", fieldtype: "Data", label: __("What will you do?") },
			{ fieldname: "next_column", fieldtype: "Column Break" },
			type_field("next_type"),
			{
				fieldname: "next_on",
				fieldtype: "Datetime",
				label: __("When?"),
				hide_timezone: frappe.datetime.is_system_time_zone(),
				mandatory_depends_on: "eval:doc.next_subject",
				default: `${frappe.datetime.add_days(frappe.datetime.get_today(), 3)} 10:00:00`,
			},
			{ fieldname: "problem_section", fieldtype: "Section Break" },
			{ fieldname: "problem", fieldtype: "HTML" },
		],
		primary_action_label: __("Save"),
		async primary_action(values) {
			await guarded(dialog, async () => {
				const answer = await run(values, get_next(values));
				dialog.hide();
				frappe.show_alert({
					message: answer.next_activity
						? __("Recorded, and the next step is planned.")
						: __("Recorded."),
					indicator: "green",
				});
				if (on_done) on_done(answer);
			});
		},
	});
	dialog.show();
	return dialog;
}

function get_next(values) {
	if (!values.next_subject) return null;
	return { subject: values.next_subject, activity_type: values.next_type, starts_on: values.next_on };
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

/** The private iCalendar link: show, copy, replace, revoke. */
export async function show_calendar_link() {
	const link = (await call("meeting_crm.sales.api.get_calendar_link")) || "";
	const dialog = new frappe.ui.Dialog({
		title: __("Calendar Link"),
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
