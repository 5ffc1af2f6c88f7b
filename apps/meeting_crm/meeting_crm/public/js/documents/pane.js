import { Preview } from "./preview.js";
import { show_changes } from "./changes.js";
import { show_comparison } from "./comparison.js";
import { ask_for_seal, decline, request_note } from "./seals.js";
import {
	call,
	esc,
	folder_name,
	kind_icon,
	method_address,
	order_folders,
	status_pill,
	version_row,
} from "./parts.js";

const SEALABLE = ["Word", "Excel", "PDF"];
const OFFICE = "application/vnd.openxmlformats-officedocument.";
const WORKBOOK = `${OFFICE}spreadsheetml.sheet`;
const TEXT = `${OFFICE}wordprocessingml.document`;

/** One document beside the list: what it looks like, who saved what and why, and what can be done with it. */
export class DocumentPane {
	constructor({ parent, get_folders, on_change, on_close, uploads }) {
		Object.assign(this, { get_folders, on_change, on_close, uploads });
		this.$element = $('<aside class="meeting-document-pane hide"></aside>').appendTo(parent);
		this.$element.on("click", "[data-approve]", (event) =>
			this.decide("approve", event.currentTarget.dataset.approve)
		);
		this.$element.on("click", "[data-refuse]", (event) =>
			this.decide("refuse", event.currentTarget.dataset.refuse)
		);
		this.$element.on("click", "[data-withdraw]", (event) =>
			this.decide("withdraw", event.currentTarget.dataset.withdraw)
		);
		this.$element.on("click", "[data-do]", (event) => this.run(event.currentTarget.dataset.do));
		this.$element.on("click", "[data-version]", (event) =>
			this.show_version(Number(event.currentTarget.dataset.version))
		);
	}

	async open(name) {
		this.name = name;
		const [doc, requests] = await Promise.all([
			call("get_document", { document: name }),
			call("get_seal_requests", { document: name }),
		]);
		if (name !== this.name) return;
		this.requests = requests;
		const is_same =
			this.doc && this.doc.name === name && this.doc.current_version === doc.current_version;
		this.doc = doc;
		this.$element.removeClass("hide");
		if (!is_same) this.shown = doc.current_version;
		this.draw(is_same);
	}

	close() {
		this.name = this.doc = null;
		this.$element.addClass("hide").empty();
	}

	draw(keep_preview) {
		const doc = this.doc;
		const $preview = keep_preview && this.preview ? this.preview.$element.detach() : null;
		this.$element.html(`
			<header>
				<div class="meeting-document-head">${kind_icon(doc.kind)} <h3>${esc(doc.title)}</h3> ${status_pill(doc.status)}
					<button type="button" class="btn btn-link btn-sm meeting-document-close" data-do="close" aria-label="${esc(
						__("Close")
					)}">✕</button></div>
				<div class="text-muted small">${this.describe()}</div>
				<div class="meeting-document-actions">${this.make_buttons()}</div>
				${this.make_notes()}
			</header>
			<div class="meeting-document-preview"></div>
			<section class="meeting-document-versions">
				<h4>${esc(__("Versions"))}</h4>
				<ol>${doc.versions
					.map((version) =>
						version_row(version, { current: doc.current_version, shown: this.shown })
					)
					.join("")}</ol>
			</section>`);
		const place = this.$element.find(".meeting-document-preview");
		if ($preview) {
			place.append($preview);
		} else {
			this.preview = new Preview(place);
			this.preview.show(doc.name, this.shown);
		}
	}

	describe() {
		const doc = this.doc;
		const parts = [];
		if (doc.customer_name) {
			parts.push(
				`<a href="${esc(meeting_crm.format.link("meeting-customer", { name: doc.customer }))}">${esc(doc.customer_name)}</a>`
			);
		}
		if (doc.contract) {
			parts.push(
				`<a href="${esc(meeting_crm.format.link("meeting-contract", { name: doc.contract }))}">${esc(doc.contract)}</a>`
			);
		}
		const folder = this.get_folders().find(({ name }) => name === doc.folder);
		if (folder) parts.push(esc(folder_name(folder)));
		if (doc.description) parts.push(esc(doc.description));
		return parts.join(" · ");
	}

	make_buttons() {
		const { doc } = this;
		const old = this.shown !== doc.current_version;
		if (doc.deleted_on)
			return doc.owner || doc.may ? button("restore_from_bin", __("Take out of the Bin"), true) : "";
		return [
			old ? button("compare", __("Compare with Version {0}", [doc.current_version])) : "",
			old && doc.may.write ? button("restore", __("Restore Version {0}", [this.shown]), true) : "",
			!old && doc.may.write && is_editable(doc) ? button("edit", __("Edit"), true) : "",
			!old && is_text(doc) ? button("changes", __("Changes…")) : "",
			button("download", __("Download")),
			["Word", "Excel"].includes(doc.kind) ? button("download_pdf", __("As PDF")) : "",
			doc.may.write ? button("new_version", __("New Version…")) : "",
			doc.may.write && SEALABLE.includes(doc.kind) && doc.status !== "Waiting for Seal"
				? button("seal", __("Ask for a Seal…"))
				: "",
			doc.may.share ? button("share", __("Share…")) : "",
			doc.may.share ? button("link", __("Link for Others…")) : "",
			doc.may.write ? button("change", __("Rename or Move…")) : "",
			doc.may.write ? button("bin", __("Put into the Bin")) : "",
		].join("");
	}

	make_notes() {
		const { doc } = this;
		const notes = [];
		if (doc.locked_by_name) {
			const take_over =
				doc.may.write && (doc.owner === frappe.session.user || meeting_crm.is_administrator())
					? button("break_lock", __("Take Over"))
					: "";
			notes.push(`${esc(__("{0} is editing this document now.", [doc.locked_by_name]))} ${take_over}`);
		}
		if (doc.versions.some((version) => version.conflict && version.number > doc.current_version - 1)) {
			notes.push(
				esc(
					__(
						"A text that was saved at the same time is kept beside the current version. Look at both, then restore the right one."
					)
				)
			);
		}
		notes.push(...this.requests.filter(({ status }) => status === "Asked").map(request_note));
		return notes.map((note) => `<div class="meeting-document-note">${note}</div>`).join("");
	}

	show_version(number) {
		this.shown = number;
		this.draw();
	}

	async run(action, value) {
		try {
			await this[`do_${action}`](value);
		} catch (error) {
			meeting_crm.show_refusal(error);
		}
	}

	async changed() {
		await this.open(this.name);
		this.on_change();
	}

	do_seal() {
		return ask_for_seal(this.doc, () => this.changed());
	}

	async do_approve(request) {
		frappe.dom.freeze(__("Being sealed…"));
		try {
			await call("approve_seal", { request });
		} finally {
			frappe.dom.unfreeze();
		}
		frappe.show_alert({ message: esc(__("Sealed")), indicator: "green" });
		await this.changed();
	}

	do_refuse(request) {
		return decline(request, () => this.changed());
	}

	async do_withdraw(request) {
		await call("withdraw_seal_request", { request });
		await this.changed();
	}

	decide(action, request) {
		return this.run(action, request);
	}

	do_close() {
		this.close();
		this.on_close();
	}

	do_edit() {
		frappe.set_route("document-editor", this.doc.name);
	}

	do_changes() {
		return show_changes(this.doc, () => this.changed());
	}

	do_download() {
		window.open(method_address("download", { document: this.name, number: this.shown }), "_blank");
	}

	do_download_pdf() {
		window.open(method_address("download_pdf", { document: this.name, number: this.shown }), "_blank");
	}

	do_new_version() {
		const { doc } = this;
		choose_files(false, (files) =>
			frappe.prompt(
				{ fieldname: "reason", fieldtype: "Data", label: __("What is new?") },
				({ reason }) =>
					this.uploads.add(files, {
						document: doc.name,
						base_version: doc.current_version,
						reason,
						title: doc.title,
					}),
				esc(__("New version of {0}", [doc.title])),
				__("Save")
			)
		);
	}

	async do_restore() {
		await call("restore_version", { document: this.name, number: this.shown });
		frappe.show_alert({
			message: esc(__("Version {0} is the current text again", [this.shown])),
			indicator: "green",
		});
		await this.changed();
	}

	do_compare() {
		const { doc, shown } = this;
		const [first, last] = [shown, doc.current_version].sort((one, other) => one - other);
		return show_comparison(doc.name, first, last);
	}

	async do_bin() {
		const { name } = this;
		await call("put_into_bin", { document: name });
		this.do_close();
		this.on_change();
		frappe.show_alert(
			{
				message: esc(__("In the bin")),
				body: `<button type="button" class="btn btn-link btn-xs" data-action="undo">${esc(__("Undo"))}</button>`,
				indicator: "blue",
			},
			12,
			{
				undo: async () => {
					await call("take_out_of_bin", { document: name });
					this.on_change();
				},
			}
		);
	}

	async do_restore_from_bin() {
		await call("take_out_of_bin", { document: this.name });
		await this.changed();
	}

	async do_break_lock() {
		await call("break_lock", { document: this.name });
		await this.changed();
	}

	do_change() {
		const { doc } = this;
		const folders = order_folders(this.get_folders());
		const dialog = new frappe.ui.Dialog({
			title: __("Rename or move"),
			fields: [
				{ fieldname: "title", fieldtype: "Data", label: __("Title"), reqd: 1, default: doc.title },
				{
					fieldname: "folder",
					fieldtype: "Select",
					label: __("Folder"),
					default: doc.folder || "",
					options: [
						...(doc.folder ? [] : [{ value: "", label: __("Documents of the customer") }]),
						...folders.map(({ folder, depth }) => ({
							value: folder.name,
							label: `${"\u3000".repeat(depth)}${folder_name(folder)}`,
						})),
					],
				},
				{
					fieldname: "description",
					fieldtype: "Small Text",
					label: __("Description"),
					default: doc.description,
				},
				{ fieldname: "problem", fieldtype: "HTML" },
			],
			primary_action_label: __("Save"),
			primary_action: async (values) => {
				try {
					await call("change", {
						document: doc.name,
						title: values.title,
						folder: values.folder || null,
						description: values.description || "",
					});
				} catch (error) {
					return meeting_crm.show_problem(dialog, error);
				}
				dialog.hide();
				await this.changed();
			},
		});
		dialog.show();
	}

	do_share() {
		const { doc } = this;
		const names = new Map();
		const dialog = new frappe.ui.Dialog({
			title: esc(`${__("Share")}: ${doc.title}`),
			fields: [
				{
					fieldname: "users",
					fieldtype: "MultiSelectPills",
					label: __("Colleagues"),
					reqd: 1,
					get_data: async (txt) => {
						const filters = {
							enabled: 1,
							user_type: "System User",
							name: ["!=", frappe.session.user],
						};
						const people = await frappe.db.get_link_options("User", txt, filters);
						people.forEach(({ value, label }) => names.set(value, label || value));
						return people;
					},
				},
				{ fieldname: "write", fieldtype: "Check", label: __("May also edit") },
				{
					fieldname: "until",
					fieldtype: "Datetime",
					label: __("Until (empty: without end)"),
					hide_timezone: frappe.datetime.is_system_time_zone(),
				},
				{ fieldname: "problem", fieldtype: "HTML" },
			],
			primary_action_label: __("Share"),
			primary_action: async (values) => {
				try {
					await call("share", {
						document: doc.name,
						users: values.users || [],
						write: Boolean(values.write),
						until: values.until || null,
					});
				} catch (error) {
					return meeting_crm.show_problem(dialog, error);
				}
				dialog.hide();
				frappe.show_alert({ message: esc(__("Shared")), indicator: "green" });
			},
		});
		dialog.get_field("users").get_label = (user) => names.get(user) || user;
		dialog.show();
	}

	do_link() {
		const { doc } = this;
		const dialog = new frappe.ui.Dialog({
			title: esc(`${__("Link for Others…").replace("…", "")}: ${doc.title}`),
			fields: [
				{
					fieldname: "until",
					fieldtype: "Datetime",
					label: __("Valid until"),
					reqd: 1,
					default: moment().add(7, "days").format("YYYY-MM-DD HH:mm:ss"),
					hide_timezone: frappe.datetime.is_system_time_zone(),
				},
				{ fieldname: "password", fieldtype: "Data", label: __("Password (empty: none)") },
				{
					fieldname: "max_downloads",
					fieldtype: "Int",
					label: __("Downloads allowed (0: any number)"),
					default: 0,
				},
				{ fieldname: "result", fieldtype: "HTML" },
				{ fieldname: "problem", fieldtype: "HTML" },
			],
			primary_action_label: __("Make the Link"),
			primary_action: async (values) => {
				try {
					const made = await call("make_link", {
						document: doc.name,
						until: values.until,
						password: values.password || null,
						max_downloads: values.max_downloads || 0,
					});
					dialog.forget_typed();
					frappe.utils.copy_to_clipboard(made.url);
					dialog.fields_dict.result.$wrapper.html(
						`<input class="form-control" readonly value="${esc(made.url)}"><p class="text-muted small">${esc(
							__("Copied. It is shown only now; whoever has it can open the document.")
						)}</p>`
					);
				} catch (error) {
					meeting_crm.show_problem(dialog, error);
				}
			},
		});
		dialog.show();
	}
}

export function choose_files(multiple, on_files) {
	const $input = $(`<input type="file" class="hide"${multiple ? " multiple" : ""}>`).appendTo(
		document.body
	);
	$input.on("change", () => {
		const files = [...$input[0].files];
		$input.remove();
		if (files.length) on_files(files);
	});
	$input.on("cancel", () => $input.remove());
	$input[0].click();
}

function get_mime({ versions, current_version }) {
	return versions.find(({ number }) => number === current_version)?.mime;
}

const is_text = (doc) => get_mime(doc) === TEXT;

const is_editable = (doc) => [WORKBOOK, TEXT].includes(get_mime(doc)) && doc.status !== "Waiting for Seal";

function button(action, label, primary = false) {
	return `<button type="button" class="btn btn-xs ${primary ? "btn-primary" : "btn-default"}" data-do="${action}">${esc(
		label
	)}</button>`;
}
