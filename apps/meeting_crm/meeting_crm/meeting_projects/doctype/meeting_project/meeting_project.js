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
const RULES_OF_THE_CLOCK = ["protection_days", "count_weekends", "count_holidays", "keep_claim_rules"];

frappe.ui.form.on("Meeting Project", {
	onload(frm) {
		frm.set_query("previous_project", () => ({ filters: { name: ["!=", frm.doc.name || ""] } }));
		frm.set_query("manager", "members", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("user", "members", () => ({ filters: { enabled: 1, user_type: "System User" } }));
	},

	refresh(frm) {
		frm.saved_rules = read_rules(frm);
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
		frm.add_custom_button(__("What Would Change"), () => show_dry_run(frm));
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
				"Public holidays are known up to {0}. Of later days only the statutory ones are counted as free, without those worked in exchange. Update the app after the next announcement in November, then run the command for it in the operations manual.",
				[year]
			),
			"orange"
		);
	},

	/** Nobody loses a company by a number typed in a hurry (B12). */
	async before_save(frm) {
		if (frm.is_new() || !RULES_OF_THE_CLOCK.some((field) => frm.doc[field] !== frm.saved_rules[field]))
			return;
		const answer = await run_dry(frm);
		if (answer.mistakes.length || !(answer.lost + answer.shortened)) return;
		const agreed = await new Promise((resolve) => {
			frappe.confirm(
				describe(frm, answer),
				() => resolve(true),
				() => resolve(false)
			);
		});
		if (!agreed) frappe.validated = false;
	},

	after_save(frm) {
		meeting_crm.remember_project(frm.doc.name);
	},
});

function read_rules(frm) {
	return Object.fromEntries(RULES.map((field) => [field, frm.doc[field]]));
}

function run_dry(frm) {
	return meeting_crm.call("meeting_crm.meeting_projects.api.dry_run", {
		project: frm.doc.name,
		rules: read_rules(frm),
	});
}

async function show_dry_run(frm) {
	const answer = await run_dry(frm);
	const dialog = new frappe.ui.Dialog({ title: __("What Would Change"), size: "large" });
	dialog.$body.html(describe(frm, answer));
	dialog.show();
}

function describe(frm, answer) {
	const { esc, format_number, format_time } = meeting_crm.format;
	if (answer.keeps_rules)
		return `<p>${esc(__("Running claims keep the rules they were made under: nothing changes for them."))}</p>`;
	const sentence = __("Of {0} running claims {1} end at once, {2} end earlier and {3} later.", [
		format_number(answer.running),
		format_number(answer.lost),
		format_number(answer.shortened),
		format_number(answer.lengthened),
	]);
	const rows = answer.rows.slice(0, 50).map(
		(
			row
		) => `<tr><td>${esc(row.enterprise_name)}</td><td>${esc(row.holder_name)}</td><td>${esc(format_time(row.old_end))}</td>
			<td class="${row.lost ? "text-danger" : ""}">${esc(row.lost ? __("ends at once") : format_time(row.new_end))}</td><td>${row.days}</td></tr>`
	);
	const heading = [__("Enterprise"), __("Holder"), __("Protected Until"), __("New End"), __("Days")];
	const query = new URLSearchParams({ project: frm.doc.name, rules: JSON.stringify(read_rules(frm)) });
	const table = rows.length
		? `<table class="table table-sm"><thead><tr>${heading.map((text) => `<th>${esc(text)}</th>`).join("")}</tr></thead><tbody>${rows.join("")}</tbody></table>
			<p><a href="/api/method/meeting_crm.meeting_projects.api.export_dry_run?${query}">${esc(__("Download all as a table"))}</a></p>`
		: "";
	return `<p>${esc(sentence)}</p>${table}`;
}
