import { show_refusal } from "../refusals.js";
import { esc, format_day, format_money, format_number, format_time } from "../format.js";
import { DepartmentScreen, call_execution, download } from "./department.js";

/** The lists of a project: how they would look now, and as files, whole or only what changed since the last print. */
export class ProjectListsScreen extends DepartmentScreen {
	constructor(wrapper) {
		super(wrapper, { title: __("Project Lists"), refresh_every: 0 });
		this.$kinds = $('<div class="meeting-tabs" role="tablist"></div>').appendTo(this.$top);
		this.$options = $('<div class="meeting-top meeting-list-options"></div>').insertBefore(this.$content);
		this.$content.addClass("meeting-preview");
		this.$kinds.on("click", "[data-kind]", (event) => this.choose(event.currentTarget.dataset.kind));
		this.$options.on("change", "input", () => this.update());
		this.$options.on("click", "[data-format]", (event) => this.print(event.currentTarget.dataset.format));
	}

	async show() {
		if (!this.kinds) await this.load_kinds();
		if (!this.kinds.length) return;
		const preview = await call_execution("preview_output", {
			project: this.project,
			kind: this.kind,
			only_changed: this.is_ticked("only_changed"),
			only_confirmed: this.is_ticked("only_confirmed"),
		});
		this.draw(preview);
	}

	async load_kinds() {
		const { kinds, may_export_id_numbers } = await call_execution("get_outputs");
		Object.assign(this, { kinds, may_export_id_numbers });
		this.$kinds.html(
			kinds
				.map(({ kind, title }) => `<button role="tab" data-kind="${kind}">${esc(title)}</button>`)
				.join("")
		);
		this.set_kind(frappe.utils.get_query_params?.().kind || kinds[0]?.kind);
	}

	choose(kind) {
		this.set_kind(kind);
		this.update();
	}

	set_kind(kind) {
		const chosen = this.kinds.find((row) => row.kind === kind) || this.kinds[0];
		if (!chosen) return;
		this.kind = chosen.kind;
		this.$kinds
			.children()
			.each((_, tab) => $(tab).attr("aria-selected", tab.dataset.kind === chosen.kind));
		const tick = (name, label) =>
			`<label><input type="checkbox" name="${name}" ${this.is_ticked(name) ? "checked" : ""}> ${esc(label)}</label>`;
		this.$options.html(
			[
				tick("only_changed", __("Only what changed since the last print")),
				tick("only_confirmed", __("Only what is confirmed")),
				chosen.kind === "badges"
					? `<select class="form-control" name="badge_size" aria-label="${esc(__("Size of Badges"))}">
						<option value="90x54">90 × 54 mm</option><option value="A6">A6</option><option value="single">${esc(__("A6, one a page"))}</option></select>`
					: "",
				...chosen.formats.map(
					(format) =>
						`<button class="btn btn-default btn-sm" data-format="${format}">${esc(
							format === "xlsx" ? "Excel" : format.toUpperCase()
						)}</button>`
				),
				chosen.kind === "rooming" && this.may_export_id_numbers
					? `<button class="btn btn-default btn-sm" data-format="id_numbers">${esc(__("Excel with Identity Numbers"))}</button>`
					: "",
			].join("")
		);
	}

	is_ticked(name) {
		return this.$options.find(`[name=${name}]`).is(":checked");
	}

	print(format) {
		if (format === "id_numbers") return this.ask_reason();
		return this.fetch({ file_format: format });
	}

	ask_reason() {
		frappe.prompt(
			{
				fieldtype: "Small Text",
				fieldname: "reason",
				label: __("What are the identity numbers needed for?"),
				description: __("The reason is kept in the log."),
				reqd: 1,
			},
			({ reason }) => this.fetch({ file_format: "xlsx", with_id_numbers: true, reason }),
			__("Excel with Identity Numbers")
		);
	}

	async fetch(args) {
		this.$options.find("button").prop("disabled", true);
		frappe.show_alert({ message: esc(__("The list is being made …")), indicator: "blue" }, 3);
		try {
			await download("meeting_crm.contracts.api.get_output", {
				project: this.project,
				kind: this.kind,
				only_changed: this.is_ticked("only_changed"),
				only_confirmed: this.is_ticked("only_confirmed"),
				badge_size: this.$options.find("[name=badge_size]").val() || "90x54",
				...args,
			});
			await this.update();
		} catch (error) {
			show_refusal(error);
		} finally {
			this.$options.find("button").prop("disabled", false);
		}
	}

	draw({ title, sheets, last_run }) {
		const printed = last_run
			? __("Last printed {0} by {1}", [format_time(last_run.run_on), last_run.run_by])
			: __("Never printed yet");
		this.$content.html(
			`<p class="text-muted">${esc(printed)}</p>${sheets.map((sheet) => draw_sheet(sheet, title)).join("")}`
		);
	}
}

function draw_sheet({ title, columns, rows, number }, list) {
	const heading = `<h4>${esc(title === list ? title : `${list}: ${title}`)} <span class="text-muted">${esc(__("{0} rows", [format_number(number)]))}</span></h4>`;
	if (!number) return `${heading}<p class="text-muted">${esc(__("Nothing stands in this list."))}</p>`;
	const head = columns
		.map(({ label, kind }) => `<th class="${is_number(kind) ? "number" : ""}">${esc(label)}</th>`)
		.join("");
	const lines = rows.map(
		(row) =>
			`<tr>${row.map((value, place) => `<td class="${is_number(columns[place].kind) ? "number" : ""}">${esc(say(value, columns[place].kind))}</td>`).join("")}</tr>`
	);
	const more =
		number > rows.length
			? `<p class="text-muted">${esc(__("and {0} more in the file", [format_number(number - rows.length)]))}</p>`
			: "";
	return `${heading}<div class="meeting-scroll"><table class="meeting-table"><thead><tr>${head}</tr></thead><tbody>${lines.join("")}</tbody></table></div>${more}`;
}

function is_number(kind) {
	return kind === "number" || kind === "money";
}

function say(value, kind) {
	if (value === null || value === undefined || value === "") return "";
	if (kind === "money") return format_money(value);
	if (kind === "day") return format_day(value);
	return kind === "number" ? format_number(value) : value;
}
