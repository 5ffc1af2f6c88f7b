const RUNNING = ["Queued", "Running", "Cancelling"];
const API = "meeting_crm.entry.api";
const COLOURS = { Created: "green", "Already There": "blue", Invalid: "red", "Not Imported": "orange" };
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
		frm.toggle_enable(["import_file", "project"], !RUNNING.includes(status) && status !== "Finished");
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
		if (frm.is_new() || frm.is_dirty()) {
			frm.page.set_primary_action(__("Save"), () => frm.save());
		} else if (frm.doc.status === "Cancelling") {
			return;
		} else if (RUNNING.includes(frm.doc.status)) {
			frm.page.set_primary_action(__("Cancel Import"), () => act(frm, "cancel_import"));
		} else if (frm.doc.status === "Finished") {
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
	const selects = preview.titles
		.map(
			(title, place) =>
				`<th><select class="form-control input-xs" data-place="${place}" aria-label="${frappe.utils.escape_html(
					title
				)}">${choices(preview.mapping[place])}</select></th>`
		)
		.join("");
	const $mapping = frm.get_field("mapping_html").$wrapper.html(`
		<p class="text-muted small">${describe_choice(frm)}</p>
		<div class="table-responsive"><table class="table table-bordered table-sm" style="min-width: ${
			preview.titles.length * 130
		}px">
			<thead><tr>${cells(preview.titles, "th")}</tr><tr>${selects}</tr></thead>
			<tbody class="text-muted">${preview.rows
				.map((row) => `<tr>${cells(preview.titles.map((title, place) => row[place]))}</tr>`)
				.join("")}</tbody>
		</table></div>`);
	$mapping.find("select").on("change", async () => {
		const mapping = $mapping
			.find("select")
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
		<button class="btn btn-xs btn-default" data-more>${__("Show More")}</button>`);
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
		alias: __("Short Name"),
		profile: __("Profile"),
		landline: __("Landline"),
		mobile: __("Mobile"),
		email: __("Email"),
		fax: __("Fax"),
		website: __("Website"),
		address: __("Address"),
		region: __("Region"),
		person_name: __("Contact Person"),
		position: __("Position"),
		person_mobile: __("Contact's Mobile"),
		person_phone: __("Contact's Phone"),
		person_email: __("Contact's Email"),
		remarks: __("Remarks"),
	};
}
