import { call_execution } from "./department.js";
import { guarded } from "../dialogs.js";
import { esc } from "../format.js";

const SHOWN = [
	["person_name", () => __("Person Name")],
	["gender", () => __("Gender"), (value) => __(value || "")],
	["position", () => __("Position")],
	["mobile", () => __("Mobile")],
	["housing", () => __("Housing"), (value) => __(value || "", null, "Meeting Attendee")],
	["arrive_on", () => __("Arrival")],
	["leave_on", () => __("Departure")],
	["ethnicity", () => __("Ethnicity"), (value) => __(value || "")],
	["diet", () => __("Diet"), (value) => __(value || "", null, "Meeting Attendee")],
	["id_number", () => __("Identity Number")],
];
const EXAMPLE = "姓名\t性别\t职务\t手机\t住房\t住房时间\n张三\t男\t总经理\t13800138000\t合住\t3.10-3.13";

/** People from a paste or from the customer's own receipt: read, looked at, then put into the form. */
export function read_attendees(frm) {
	let receipt = null;
	const dialog = new frappe.ui.Dialog({
		title: __("Paste or Upload Attendees"),
		size: "extra-large",
		fields: [
			{ fieldtype: "HTML", fieldname: "problem" },
			{
				fieldtype: "Small Text",
				fieldname: "text",
				label: __("Paste the table here, from Excel or Word, with or without its headings"),
				description: __(
					"Understood are headings such as 姓名, 性别, 民族, 职务, 手机, 住房, 住房时间, 入住, 离店, 证件号, 用餐, 备注."
				),
			},
			{ fieldtype: "HTML", fieldname: "file" },
			{ fieldtype: "HTML", fieldname: "preview" },
		],
		primary_action_label: __("Add to the List"),
		primary_action: () => {
			add_to_form(frm, receipt, dialog.$wrapper.find("[name=with_unit]").is(":checked"));
			dialog.hide();
		},
	});
	const $preview = dialog.fields_dict.preview.$wrapper;
	dialog.get_primary_btn().prop("disabled", true);
	dialog.fields_dict.text.$input.attr("placeholder", EXAMPLE);
	dialog.fields_dict.file.$wrapper.html(
		`<label class="btn btn-default btn-sm">${esc(__("Or choose the customer's receipt (.docx, .xlsx)"))}<input type="file" accept=".docx,.xlsx" class="sr-only"></label>`
	);

	const read = (args) =>
		guarded(dialog, async () => {
			dialog.fields_dict.problem.$wrapper.empty();
			receipt = await call_execution("read_attendees", { project: frm.doc.project, ...args });
			$preview.html(draw_preview(receipt));
		}).finally(() => dialog.get_primary_btn().prop("disabled", !receipt?.attendees.length));
	dialog.fields_dict.text.$input.on(
		"input",
		frappe.utils.debounce((event) => event.target.value.trim() && read({ text: event.target.value }), 400)
	);
	dialog.fields_dict.file.$wrapper.find("input").on("change", async ({ target }) => {
		const [file] = target.files;
		if (file) read({ file_name: file.name, content: await to_base64(file) });
	});
	dialog.show();
}

function to_base64(file) {
	return new Promise((resolve, reject) => {
		const reader = new FileReader();
		reader.onload = () => resolve(reader.result.split(",")[1] || "");
		reader.onerror = () => reject(reader.error);
		reader.readAsDataURL(file);
	});
}

function draw_preview({ attendees, unit, problems }) {
	if (!attendees.length) {
		return `<p class="meeting-overdue">${esc(__("Nobody was found. There must be a column with names."))}</p>`;
	}
	const used = SHOWN.filter(([field]) => attendees.some((row) => row[field]));
	const wrong = new Set(problems.map(({ row, field }) => `${row}:${field}`));
	const rows = attendees.map(
		(row, place) =>
			`<tr>${used
				.map(
					([field, , say]) =>
						`<td class="${wrong.has(`${place + 1}:${field}`) ? "meeting-wrong" : ""}">${esc(say ? say(row[field]) : row[field])}</td>`
				)
				.join("")}</tr>`
	);
	const notes = problems.map(({ row, message }) => `<li>${esc(__("Row {0}: {1}", [row, message]))}</li>`);
	const told = Object.keys(unit).length
		? `<label><input type="checkbox" name="with_unit" checked> ${esc(
				__("Also take over what it says of the company: {0}", [Object.values(unit).join(", ")])
			)}</label>`
		: "";
	return `<p>${esc(__("{0} people found", [attendees.length]))}</p>
		${notes.length ? `<ul class="meeting-overdue">${notes.join("")}</ul>` : ""}
		<div class="meeting-scroll"><table class="meeting-table"><thead><tr>${used.map(([, label]) => `<th>${esc(label())}</th>`).join("")}</tr></thead>
		<tbody>${rows.join("")}</tbody></table></div>${told}`;
}

function add_to_form(frm, { attendees, unit }, with_unit) {
	const known = new Map((frm.doc.attendees || []).map((row) => [key(row), row]));
	frm.doc.attendees = (frm.doc.attendees || []).filter((row) => row.person_name);
	attendees.forEach((values) => {
		const there = known.get(key(values));
		if (there) Object.assign(there, values);
		else frm.add_child("attendees", values);
	});
	frm.set_value("no_attendees", 0);
	if (with_unit) frm.set_value(unit);
	frm.refresh_field("attendees");
	frm.dirty();
}

function key({ person_name, mobile }) {
	return `${person_name || ""}|${mobile || ""}`;
}
