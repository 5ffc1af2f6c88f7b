const RUNNING = ["Queued", "Running", "Cancelling", "Undoing"];
const API = "meeting_crm.entry.api";
const COLOURS = {
	Created: "green",
	"Already There": "blue",
	Invalid: "red",
	"Not Imported": "orange",
	"Taken Back": "gray",
};
// what the counters count; what is invalid was not imported
const TABS = ["", "Created", "Already There", "Not Imported"];
const COUNTERS = ["total_rows", "done_rows", "created_rows", "duplicate_rows", "invalid_rows"];
const REFRESH_EVERY = 3000;

frappe.ui.form.on("Meeting Enterprise Import", {
	setup(frm) {
		frappe.realtime.on("meeting_import_progress", ({ name, ...values }) => {
			if (name !== frm.doc.name) return;
			follow(frm, values);
		});
	},

	onload(frm) {
		if (frm.is_new() && !meeting_crm.is_administrator()) propose_project(frm);
	},

	refresh(frm) {
		const { status } = frm.doc;
		frm.trigger("set_buttons");
		frm.toggle_enable(
			["import_file", "project"],
			!RUNNING.includes(status) && !["Finished", "Undone"].includes(status)
		);
		const is_chosen = !frm.is_new() && frm.doc.import_file;
		frm.toggle_display(
			["mapping_section", "preview_section"],
			is_chosen && ["Draft", "Failed", "Cancelled"].includes(status)
		);
		frm.toggle_display(["result_section", "rows_section"], !frm.is_new() && status !== "Draft");
		if (is_chosen && status === "Draft") frm.trigger("show_preview");
		if (!frm.is_new() && status !== "Draft") show_results(frm);
		show_progress(frm);
		watch(frm);
	},

	set_buttons(frm) {
		frm.page.clear_primary_action();
		if (frm.is_new() || frm.doc.status === "Draft") {
			frm.add_custom_button(__("Template"), () =>
				window.open(`/api/method/${API}.get_import_template`, "_blank")
			);
		}
		if (frm.doc.created_rows && ["Finished", "Cancelled", "Failed", "Undone"].includes(frm.doc.status)) {
			frm.add_custom_button(__("Take This Import Back"), () => take_back(frm));
		}
		if (frm.is_new() || frm.is_dirty()) {
			frm.page.set_primary_action(__("Save"), () => frm.save());
		} else if (["Cancelling", "Undoing"].includes(frm.doc.status)) {
			return;
		} else if (RUNNING.includes(frm.doc.status)) {
			frm.page.set_primary_action(__("Cancel Import"), () => act(frm, "cancel_import"));
		} else if (["Finished", "Undone"].includes(frm.doc.status)) {
			frm.page.set_primary_action(__("New Import"), () => frappe.new_doc("Meeting Enterprise Import"));
		} else {
			const label = frm.doc.done_rows ? __("Go On") : __("Start Import");
			frm.page.set_primary_action(label, () => act(frm, "start_import"));
		}
	},

	import_file(frm) {
		if (frm.doc.import_file && (frm.doc.project || meeting_crm.is_administrator())) frm.save();
	},

	async show_preview(frm) {
		draw_preview(frm, await frappe.xcall(`${API}.preview_import`, { name: frm.doc.name }));
	},
});

async function propose_project(frm) {
	const projects = await frappe.xcall("meeting_crm.claims.api.get_my_projects");
	const own = projects.filter((project) => project.is_member).map((project) => project.name);
	const remembered = meeting_crm.get_remembered_project();
	if (own.length && !frm.doc.project)
		frm.set_value("project", own.includes(remembered) ? remembered : own[0]);
}

function take_back(frm) {
	frappe.confirm(
		__(
			"The {0} companies that this import created leave the database. Those that somebody has claimed, changed or linked since stay, and the list says why.",
			[format(frm.doc.created_rows)]
		),
		() => act(frm, "undo_import")
	);
}

async function act(frm, action) {
	// a refusal is on the screen already; what stands now is shown below it
	await frappe.xcall(`${API}.${action}`, { name: frm.doc.name }).catch(() => null);
	frm.reload_doc();
}

function watch(frm) {
	clearTimeout(frm.watching);
	if (!RUNNING.includes(frm.doc.status)) return;
	frm.watching = setTimeout(async () => {
		if (cur_frm !== frm || frm.is_dirty()) return;
		const { message } = await frappe.db.get_value(frm.doctype, frm.doc.name, ["status", ...COUNTERS]);
		follow(frm, message);
		watch(frm);
	}, REFRESH_EVERY);
}

function follow(frm, { status, ...counters }) {
	if (status !== frm.doc.status) {
		frm.reload_doc();
		return;
	}
	const is_first = !frm.doc.done_rows && counters.done_rows;
	Object.assign(frm.doc, counters);
	COUNTERS.forEach((field) => frm.refresh_field(field));
	show_progress(frm);
	if (is_first) show_results(frm);
}

function show_progress(frm) {
	const { status, done_rows, total_rows } = frm.doc;
	if (!RUNNING.includes(status)) {
		frm.dashboard.hide();
		return;
	}
	const text = total_rows
		? __("{0} of {1} rows", [format(done_rows), format(total_rows)])
		: __("The rows are being counted…");
	frm.dashboard.show_progress(__("Import"), total_rows ? (done_rows / total_rows) * 100 : 2, text);
	frm.dashboard.show();
}

function format(number) {
	return Number(number || 0).toLocaleString(frappe.boot.lang);
}

function cells(values, tag = "td") {
	return values.map((value) => `<${tag}>${frappe.utils.escape_html(value || "")}</${tag}>`).join("");
}

function describe_choice({ doc }) {
	return doc.project
		? __(
				"Choose what each column of the file holds. The same is required as in the entry form; what you choose is remembered for the next file."
			)
		: __(
				"Choose what each column of the file holds. Only the full name is required; what you choose is remembered for the next file."
			);
}

function draw_preview(frm, preview) {
	const labels = get_labels();
	const choices = (chosen) =>
		["", ...preview.fields]
			.map(
				(field) =>
					`<option value="${field}" ${field === (chosen || "") ? "selected" : ""}>${
						field ? labels[field] : __("Leave out")
					}</option>`
			)
			.join("");
	const titles = name_columns(preview);
	const selects = titles
		.map(
			(title, place) =>
				`<th><select class="form-control input-xs" data-place="${place}" aria-label="${frappe.utils.escape_html(
					title
				)}">${choices(preview.mapping[place])}</select></th>`
		)
		.join("");
	const $mapping = frm.get_field("mapping_html").$wrapper.html(`
		<p class="text-muted small">${describe_choice(frm)}</p>
		${draw_place(preview)}
		<div class="table-responsive"><table class="table table-bordered table-sm" style="min-width: ${
			titles.length * 130
		}px">
			<thead><tr>${cells(titles, "th")}</tr><tr>${selects}</tr></thead>
			<tbody class="text-muted">${preview.rows
				.map((row) => `<tr>${cells(titles.map((_title, place) => row[place]))}</tr>`)
				.join("")}</tbody>
		</table></div>`);
	$mapping.find("[data-sheet], [data-header]").on("change", () => choose_place(frm, $mapping));
	$mapping.find("select[data-place]").on("change", async () => {
		const mapping = $mapping
			.find("select[data-place]")
			.get()
			.map((select) => select.value || null);
		if (!mapping.includes("full_name")) {
			frappe.show_alert({
				message: __("Choose the column with the registered name; the others can be left out."),
				indicator: "orange",
			});
			return;
		}
		try {
			draw_preview(
				frm,
				await frappe.xcall(`${API}.set_import_columns`, { name: frm.doc.name, mapping })
			);
			frm.reload_doc();
		} catch {
			draw_preview(frm, preview);
		}
	});
	frm.get_field("preview_html").$wrapper.html(draw_problems(preview));
}

/** Columns without a title are called as the spreadsheet calls them. */
function name_columns({ titles, untitled }) {
	const width = Math.max(titles.length, ...untitled.map((place) => place + 1));
	return Array.from(
		{ length: width },
		(_empty, place) => titles[place] || __("Column {0}", [get_letter(place)])
	);
}

function get_letter(place) {
	const last = String.fromCharCode(65 + (place % 26));
	return place < 26 ? last : get_letter(Math.floor(place / 26) - 1) + last;
}

/** Which sheet and which row of it hold the titles: found by itself, and to be corrected. */
function draw_place({ sheets, sheet, header_row, first_rows, untitled, titles }) {
	const option = (value, text, chosen) =>
		`<option value="${frappe.utils.escape_html(value)}" ${chosen ? "selected" : ""}>${frappe.utils.escape_html(
			text
		)}</option>`;
	const rows = first_rows.map(([number, row]) =>
		option(
			String(number),
			__("Row {0}: {1}", [number, row.filter(Boolean).join(" | ").slice(0, 70)]),
			number === header_row
		)
	);
	const choice = (label, attribute, options) =>
		`<label class="small mr-3">${label} <select class="form-control input-xs" ${attribute}>${options.join(
			""
		)}</select></label>`;
	const warning = untitled.length
		? `<p class="text-warning small">${__(
				"These columns have no title; choose what they hold, or they are left out: {0}",
				[untitled.map((place) => name_columns({ titles, untitled })[place]).join(", ")]
			)}</p>`
		: "";
	return `<div class="d-flex flex-wrap">
		${
			sheets.length > 1
				? choice(
						__("Sheet"),
						"data-sheet",
						sheets.map((name) => option(name, name, name === sheet))
					)
				: ""
		}
		${choice(__("The titles are in"), "data-header", rows)}</div>${warning}`;
}

async function choose_place(frm, $mapping) {
	await frappe
		.xcall(`${API}.set_import_table`, {
			name: frm.doc.name,
			sheet: $mapping.find("[data-sheet]").val() || null,
			header_row: $mapping.find("[data-header]").val(),
		})
		.catch(() => null);
	frm.reload_doc();
}

function draw_problems({ checked, problem_count, problems }) {
	if (!problem_count)
		return `<p class="text-success">${__("The first {0} rows have no problem.", [checked])}</p>`;
	const rows = problems.map(
		({ row, name, message }) =>
			`<tr><td>${row}</td>${cells([name])}<td>${frappe.utils.escape_html(message)}</td></tr>`
	);
	const summary =
		problem_count === checked
			? __(
					"None of the first {0} rows can be entered as they are. If a column holds what is missing, choose it above; else add it to the file and attach that.",
					[checked]
				)
			: __(
					"{0} of the first {1} rows will not be entered as they are. The others will; afterwards you get a file of those to correct.",
					[problem_count, checked]
				);
	return `<p>${summary}</p>
		<table class="table table-sm"><thead><tr>${cells(
			[__("Row"), __("Enterprise Name"), __("Problem")],
			"th"
		)}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

const ROWS_A_PAGE = 50;

function get_results(frm, start) {
	return frappe.xcall(`${API}.get_import_results`, {
		name: frm.doc.name,
		result: frm.result_filter || null,
		start,
		page_length: ROWS_A_PAGE,
	});
}

function draw_result({ file_row, result, enterprise_name, message }) {
	const pill = `<span class="indicator-pill ${COLOURS[result]}">${__(result)}</span>`;
	return `<tr><td>${file_row}</td><td class="text-nowrap">${pill}</td>${cells([enterprise_name])}
		<td>${frappe.utils.escape_html(message || "")}</td></tr>`;
}

async function show_results(frm, filter = frm.result_filter || "") {
	frm.result_filter = filter;
	const rows = await get_results(frm, 0);
	const tabs = TABS.map(
		(result) =>
			`<button class="btn btn-xs ${
				result === filter ? "btn-primary" : "btn-default"
			}" data-result="${result}">${result ? __(result) : __("All")}</button>`
	);
	const $wrapper = frm.get_field("result_html").$wrapper.html(`<div class="btn-group mb-2">${tabs.join(
		""
	)}</div>
		<div class="table-responsive"><table class="table table-sm"><colgroup><col><col><col style="width: 45%"><col style="width: 40%"></colgroup>
		<thead><tr>${cells([__("Row"), __("Result"), __("Enterprise Name"), __("Message")], "th")}</tr></thead>
		<tbody>${
			rows.map(draw_result).join("") ||
			`<tr><td colspan="4" class="text-muted">${__("No rows yet.")}</td></tr>`
		}</tbody></table></div>
		<button class="btn btn-xs btn-default" data-more>${__("Show more")}</button>`);
	show_more_of(frm, $wrapper, rows.length);
	$wrapper
		.find("[data-result]")
		.on("click", (event) => show_results(frm, event.currentTarget.dataset.result));
}

function show_more_of(frm, $wrapper, shown) {
	const $more = $wrapper.find("[data-more]").toggle(shown > 0 && shown % ROWS_A_PAGE === 0);
	$more.on("click", async () => {
		$more.prop("disabled", true);
		const rows = await get_results(frm, shown);
		$wrapper.find("tbody").append(rows.map(draw_result).join(""));
		shown += rows.length;
		$more.prop("disabled", false).toggle(rows.length === ROWS_A_PAGE);
	});
}

function get_labels() {
	return {
		full_name: __("Registered Name"),
		alias: __("Short name"),
		profile: __("Profile"),
		landline: __("Landline"),
		mobile: __("Mobile"),
		email: __("Email"),
		fax: __("Fax"),
		website: __("Website"),
		address: __("Address"),
		region: __("Region"),
		person_name: __("Contact person"),
		position: __("Position"),
		person_mobile: __("Contact's Mobile"),
		person_phone: __("Contact's Phone"),
		person_email: __("Contact's Email"),
		remarks: __("Remarks"),
	};
}
