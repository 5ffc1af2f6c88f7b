import { DepartmentScreen, call_execution } from "./department.js";
import { esc, format_number } from "../format.js";

const METRE = 22;
const MARGIN = 10;

/** The halls drawn to scale. Whoever waits for a booth is chosen on the left, then a free booth on the plan. */
export class BoothPlanScreen extends DepartmentScreen {
	constructor(wrapper) {
		super(wrapper, { title: __("Booth Plan"), watch: ["Meeting Booth", "Meeting Execution"] });
		this.page.set_primary_action(__("Add a Row"), () => this.add_row());
		this.page.add_inner_button(__("List"), () =>
			frappe.set_route("List", "Meeting Booth", { project: this.project })
		);
		this.$content
			.on("click", "[data-action]", (event) => this.handle(event.currentTarget))
			.on("keydown", "g[data-action]", (event) => {
				if (["Enter", " "].includes(event.key)) this.handle(event.currentTarget);
			});
	}

	async show() {
		this.plan = await call_execution("get_booth_plan", { project: this.project });
		this.draw();
	}

	draw() {
		const { booths, waiting } = this.plan;
		const halls = [...new Set(booths.map(({ hall }) => hall))];
		const free = booths.filter(({ state }) => state === "Free").length;
		const drawings = halls.map((hall) =>
			draw_hall(
				hall,
				booths.filter((booth) => booth.hall === hall)
			)
		);
		this.$content.html(`<div class="meeting-booths"><section>
			<header><h4>${esc(__("Waiting for a booth"))}</h4><span class="text-muted">${format_number(waiting.length)}</span></header>
			${waiting.map((row) => this.draw_waiting(row)).join("") || `<p class="text-muted">${esc(__("Nobody is waiting."))}</p>`}
			<p class="text-muted">${esc(__("{0} of {1} booths are free.", [free, booths.length]))}</p></section>
			<section>${drawings.join("") || this.draw_nothing()}</section></div>`);
	}

	draw_nothing() {
		return `<div class="meeting-empty"><h4>${esc(__("No booths yet"))}</h4><p>${esc(
			__("Add a row of booths; each can be moved and resized in its form afterwards.")
		)}</p></div>`;
	}

	draw_waiting({ execution, unit_name, text, quantity, specification }) {
		const wish = [text, quantity ? `× ${format_number(quantity)}` : "", specification]
			.filter(Boolean)
			.join(" · ");
		const chosen = this.chosen === execution;
		return `<button class="meeting-room-person ${chosen ? "chosen" : ""}" data-action="choose" data-execution="${esc(execution)}" aria-pressed="${chosen}">
			<b>${esc(unit_name)}</b><br><span class="text-muted">${esc(wish)}</span></button>`;
	}

	handle(element) {
		const { action, execution, name } = element.dataset;
		if (action === "choose") {
			this.chosen = this.chosen === execution ? null : execution;
			return this.draw();
		}
		const booth = this.plan.booths.find((row) => row.name === name);
		if (this.chosen && booth.state === "Free") {
			const chosen = this.chosen;
			this.chosen = null;
			return this.act(() => call_execution("book_booth", { booth: name, execution: chosen }));
		}
		return this.open_booth(booth);
	}

	open_booth(booth) {
		const pairs = [
			[__("Company"), booth.unit_name],
			[__("State"), __(booth.state, null, "Meeting Booth")],
			[__("Kind"), __(booth.kind)],
			[__("Size"), `${booth.width} × ${booth.depth} m, ${booth.area} m²`],
			[__("Open Sides"), booth.open_sides],
			[__("Fascia Text"), booth.fascia],
			[__("Power"), booth.power],
			[__("Tables and Chairs"), booth.furniture],
			[__("Stand Builder"), booth.builder],
			[__("Notes"), booth.notes],
		].filter(([, value]) => value);
		const dialog = new frappe.ui.Dialog({
			title: `${booth.hall} ${booth.number}`,
			fields: [{ fieldtype: "HTML", fieldname: "content" }],
			primary_action_label: booth.execution ? __("Release") : __("Edit"),
			primary_action: () => {
				dialog.hide();
				if (!booth.execution) return frappe.set_route("Form", "Meeting Booth", booth.name);
				return this.act(() => call_execution("release_booth", { booth: booth.name }));
			},
		});
		if (booth.execution) {
			dialog.set_secondary_action_label(__("Edit"));
			dialog.set_secondary_action(() => {
				dialog.hide();
				frappe.set_route("Form", "Meeting Booth", booth.name);
			});
		}
		dialog.fields_dict.content.$wrapper.html(
			`<dl class="meeting-pairs">${pairs.map(([label, value]) => `<dt>${esc(label)}</dt><dd>${esc(value)}</dd>`).join("")}</dl>`
		);
		dialog.show();
	}

	add_row() {
		const rows = new Set(this.plan?.booths.map(({ position_y }) => position_y));
		const dialog = new frappe.ui.Dialog({
			title: __("Add a Row"),
			fields: [
				{ fieldtype: "Data", fieldname: "hall", label: __("Hall"), reqd: 1, default: "1" },
				{
					fieldtype: "Data",
					fieldname: "prefix",
					label: __("Letters before the number"),
					reqd: 1,
					default: String.fromCharCode(65 + (rows.size % 26)),
				},
				{ fieldtype: "Int", fieldname: "count", label: __("Booths"), reqd: 1, default: 10 },
				{ fieldtype: "Column Break" },
				{ fieldtype: "Float", fieldname: "width", label: __("Width (m)"), reqd: 1, default: 3 },
				{ fieldtype: "Float", fieldname: "depth", label: __("Depth (m)"), reqd: 1, default: 3 },
				{ fieldtype: "Int", fieldname: "row", label: __("Row on the plan"), default: rows.size },
			],
			primary_action_label: __("Add"),
			primary_action: (values) => {
				dialog.hide();
				this.act(() => call_execution("make_booth_row", { project: this.project, ...values }));
			},
		});
		dialog.show();
	}
}

function draw_hall(hall, booths) {
	const right = Math.max(...booths.map(({ position_x, width }) => position_x + width));
	const bottom = Math.max(...booths.map(({ position_y, depth }) => position_y + depth));
	const size = [right * METRE + 2 * MARGIN, bottom * METRE + 2 * MARGIN];
	return `<header><h4>${esc(__("Hall {0}", [hall]))}</h4></header><div class="meeting-scroll">
		<svg class="meeting-hall" viewBox="0 0 ${size.join(" ")}" style="width:${size[0]}px" role="group" aria-label="${esc(__("Hall {0}", [hall]))}">
		${booths.map(draw_booth).join("")}</svg></div>`;
}

function draw_booth(booth) {
	const x = booth.position_x * METRE + MARGIN;
	const y = booth.position_y * METRE + MARGIN;
	const width = booth.width * METRE;
	const height = booth.depth * METRE;
	const label = [booth.number, booth.unit_name || __(booth.state, null, "Meeting Booth")].join(" ");
	const name = booth.unit_name ? short(booth.unit_name, Math.max(3, Math.floor(width / 10))) : "";
	return `<g data-action="booth" data-name="${esc(booth.name)}" class="${booth.state.toLowerCase()}" tabindex="0" role="button" aria-label="${esc(label)}">
		<title>${esc(label)}</title><rect x="${x}" y="${y}" width="${width - 2}" height="${height - 2}" rx="3"/>
		<text x="${x + width / 2 - 1}" y="${y + height / 2 - (name ? 4 : -4)}" class="number">${esc(booth.number)}</text>
		<text x="${x + width / 2 - 1}" y="${y + height / 2 + 12}">${esc(name)}</text></g>`;
}

function short(name, length) {
	const brand = name.replace(/^.{2}(?=..)/, "");
	return name.length <= length ? name : `${brand.slice(0, length - 1)}…`;
}
