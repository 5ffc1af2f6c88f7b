const RULES = [
	"protection_days",
	"count_weekends",
	"count_holidays",
	"reminder_days",
	"extension_days",
	"max_extensions",
	"max_claims_per_person",
	"cooldown_days",
	"daily_minimum",
	"daily_maximum",
	"keep_claim_rules",
];
const PEOPLE_SHOWN = 20;
const ROWS_SHOWN = 50;
const RULES_OF_THE_CLOCK = ["protection_days", "count_weekends", "count_holidays", "keep_claim_rules"];

frappe.ui.form.on("Meeting Project", {
	onload(frm) {
		frm.set_query("previous_project", () => ({ filters: { name: ["!=", frm.doc.name || ""] } }));
		frm.set_query("manager", "members", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("user", "members", () => ({ filters: { enabled: 1, user_type: "System User" } }));
	},

	refresh(frm) {
		frm.saved_rules = read_rules(frm);
		frm.was_closed = frm.doc.closed;
		if (frm.is_new()) return;
		frm.add_custom_button(__("Project Board"), () => {
			meeting_crm.remember_project(frm.doc.name);
			frappe.set_route("project-board");
		});
		frm.add_custom_button(__("Pool"), () => {
			meeting_crm.remember_project(frm.doc.name);
			frappe.set_route("customer-pool");
		});
		if (!meeting_crm.is_administrator()) return;
		frm.trigger("tell_unannounced_holidays");
		frm.add_custom_button(__("What would change"), () => show_dry_run(frm));
		frm.add_custom_button(__("Carry Over Signed Companies"), () =>
			frappe.new_doc("Meeting Carry Over", { project: frm.doc.name })
		);
		frm.add_custom_button(__("Earlier Rules"), () =>
			frappe.set_route("List", "Meeting Project Rules", { project: frm.doc.name })
		);
	},

	end_date: (frm) => frm.trigger("tell_unannounced_holidays"),
	count_holidays: (frm) => frm.trigger("tell_unannounced_holidays"),

	/** Holidays are announced a year ahead; a later day is counted by the law alone, and the administrator knows it. */
	tell_unannounced_holidays(frm) {
		const year = frm.doc.__onload?.last_announced_year;
		const is_told = year && frappe.datetime.str_to_obj(frm.doc.end_date)?.getFullYear() > year;
		frm.set_intro("");
		if (!is_told || (frm.doc.count_holidays && !frm.doc.daily_minimum)) return;
		frm.set_intro(
			__(
				"Public holidays are known up to {0}. Of later days only the statutory ones are counted as free, without those worked in exchange. Enter the days of the next year in the calendar after their announcement in November.",
				[year]
			),
			"orange"
		);
	},

	/** Nobody loses a company by a number typed in a hurry (B12), or by a box that was ticked. */
	async before_save(frm) {
		if (frm.is_new()) return;
		const is_closing = frm.doc.closed && !frm.was_closed;
		const has_new_clock = RULES_OF_THE_CLOCK.some((field) => frm.doc[field] !== frm.saved_rules[field]);
		if (!is_closing && !has_new_clock) return;
		const answer = await run_dry(frm);
		if (answer.mistakes.length) return;
		if (is_closing && answer.running && !(await ask_before_closing(answer))) {
			frappe.validated = false;
			return;
		}
		const is_loss = has_new_clock && answer.lost + answer.shortened;
		if (is_loss && !(await ask_before_saving(frm, answer))) frappe.validated = false;
	},

	after_save(frm) {
		meeting_crm.remember_project(frm.doc.name);
	},
});

function read_rules(frm) {
	return Object.fromEntries(RULES.map((field) => [field, frm.doc[field]]));
}

function run_dry(frm) {
	return meeting_crm.call("meeting_crm.claims.api.dry_run", {
		project: frm.doc.name,
		rules: read_rules(frm),
	});
}

function ask_before_closing({ running }) {
	const question = __(
		"{0} claims are running in this project. Once it is closed nobody claims or extends in it: they are signed in time, or they run out. Close it?",
		[meeting_crm.format.format_number(running)]
	);
	return new Promise((resolve) =>
		frappe.confirm(
			question,
			() => resolve(true),
			() => resolve(false)
		)
	);
}

function ask_before_saving(frm, answer) {
	return new Promise((resolve) => {
		const dialog = new frappe.ui.Dialog({
			title: __("What would change"),
			size: "large",
			primary_action_label: __("Save These Rules"),
			primary_action() {
				resolve(true);
				dialog.hide();
			},
			secondary_action_label: __("Go Back"),
			secondary_action: () => dialog.hide(),
			on_hide: () => resolve(false),
		});
		dialog.$body.html(describe(frm, answer));
		dialog.show();
	});
}

async function show_dry_run(frm) {
	const answer = await run_dry(frm);
	const dialog = new frappe.ui.Dialog({ title: __("What would change"), size: "large" });
	dialog.$body.html(describe(frm, answer));
	dialog.show();
}

function describe(frm, answer) {
	const { esc, format_number } = meeting_crm.format;
	if (answer.mistakes.length)
		return `<p>${esc(__("These rules cannot work"))}</p><ul class="text-danger">${answer.mistakes
			.map((mistake) => `<li>${esc(mistake)}</li>`)
			.join("")}</ul>`;
	if (answer.keeps_rules)
		return `<p>${esc(__("Running claims keep the rules they were made under: nothing changes for them."))}</p>`;
	if (!answer.running)
		return `<p>${esc(__("No claim is running in this project: nobody loses or wins a day."))}</p>`;
	const sentence = __("Of {0} running claims {1} end at once, {2} end earlier and {3} later.", [
		format_number(answer.running),
		format_number(answer.lost),
		format_number(answer.shortened),
		format_number(answer.lengthened),
	]);
	return `<p>${esc(sentence)}</p>${describe_people(answer.people)}${describe_rows(frm, answer)}`;
}

function describe_people(people) {
	const { esc, format_number } = meeting_crm.format;
	if (!people.length) return "";
	const rows = people
		.slice(0, PEOPLE_SHOWN)
		.map(({ full_name, lost, shortened, lengthened }) => [
			esc(full_name),
			...[lost, shortened, lengthened].map(format_number),
		]);
	const more = people.length - PEOPLE_SHOWN;
	return `${draw_table([__("Holder"), __("End at once"), __("End earlier"), __("End later")], rows)}
		${more > 0 ? `<p class="text-muted">${esc(__("and {0} more", [more]))}</p>` : ""}`;
}

function describe_rows(frm, { rows, lost, shortened, lengthened }) {
	const { esc, format_number, format_time } = meeting_crm.format;
	if (!rows.length) return "";
	const shown = rows.slice(0, ROWS_SHOWN);
	const total = lost + shortened + lengthened;
	const cells = shown.map((row) => [
		esc(row.enterprise_name),
		esc(row.holder_name),
		esc(format_time(row.old_end)),
		row.lost
			? `<span class="text-danger">${esc(__("ends at once"))}</span>`
			: esc(format_time(row.new_end)),
		row.days > 0 ? `+${row.days}` : row.days,
	]);
	const heading = [__("Enterprise"), __("Holder"), __("Protected Until"), __("New End"), __("Days")];
	const query = new URLSearchParams({ project: frm.doc.name, rules: JSON.stringify(read_rules(frm)) });
	const first =
		total > shown.length ? esc(__("The first {0} of {1}", [shown.length, format_number(total)])) : "";
	return `<p><a href="/api/method/meeting_crm.claims.api.export_dry_run?${query}">${esc(__("Download all as a table"))}</a>
		<span class="text-muted">${first}</span></p>${draw_table(heading, cells)}`;
}

/** Cells are HTML. */
function draw_table(heading, rows) {
	const { esc } = meeting_crm.format;
	return `<table class="table table-sm"><thead><tr>${heading.map((text) => `<th>${esc(text)}</th>`).join("")}</tr></thead>
		<tbody>${rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`).join("")}</tbody></table>`;
}
