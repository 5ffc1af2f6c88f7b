import { DocumentPane, choose_files } from "./pane.js";
import { Uploads } from "./uploads.js";
import { call, document_row, esc, folder_name, get_path, order_folders } from "./parts.js";

const VIEWS = [
	{ view: "recent", label: () => __("All documents") },
	{ view: "shared", label: () => __("Shared with me") },
	{ view: "bin", label: () => __("Bin") },
];

/** F1: folders on the left, documents beside them, the chosen one on the right; files dropped anywhere are taken in. */
export class DocumentsScreen extends meeting_crm.Screen {
	constructor(wrapper) {
		super(wrapper, { title: __("Documents"), watch: ["Meeting Document"] });
		this.folders = [];
		this.rows = [];
		this.place = { view: "recent" };
		this.make();
	}

	make() {
		this.$top = $('<div class="meeting-top"></div>').appendTo(this.$body);
		meeting_crm.make_search_box({
			parent: this.$top,
			label: __("Search in titles, tags and contents"),
			on_search: (text) => this.search(text),
			focus_list: () => this.focus_row(0),
			page: this.page,
		});
		this.$folder_select = $('<select class="form-control meeting-documents-select"></select>')
			.attr("aria-label", __("Folder"))
			.appendTo(this.$top)
			.on("change", () => this.go(JSON.parse(this.$folder_select.val())));
		$(`<button type="button" class="btn btn-default btn-sm">${esc(__("New Folder"))}</button>`)
			.on("click", () => this.make_folder())
			.appendTo(this.$top);
		$(`<button type="button" class="btn btn-primary btn-sm">${esc(__("Upload"))}</button>`)
			.on("click", () => choose_files(true, (files) => this.uploads.add(files)))
			.appendTo(this.$top);
		const $panes = $('<div class="meeting-documents"></div>').appendTo(this.$body);
		this.$folders = $('<nav class="meeting-documents-folders"></nav>')
			.attr("aria-label", __("Folders"))
			.appendTo($panes);
		const $middle = $('<div class="meeting-documents-middle"></div>').appendTo($panes);
		this.$path = $('<div class="meeting-documents-path"></div>').appendTo($middle);
		this.uploads = new Uploads({
			parent: $middle,
			get_place: () => this.get_upload_place(),
			on_done: () => this.update(),
		});
		this.$list = $('<div class="meeting-documents-list" role="listbox"></div>')
			.attr("aria-label", __("Documents"))
			.appendTo($middle);
		this.$more = $(
			`<button type="button" class="btn btn-default btn-sm hide">${esc(__("More"))}</button>`
		)
			.on("click", () => this.load_more())
			.appendTo($middle);
		this.pane = new DocumentPane({
			parent: $panes,
			get_folders: () => this.folders,
			on_change: () => this.update(),
			on_close: () => this.show_selection(null),
			uploads: this.uploads,
		});
		this.$panes = $panes;
		this.listen();
	}

	listen() {
		this.$folders.on("click", "[data-place]", (event) =>
			this.go(JSON.parse(event.currentTarget.dataset.place))
		);
		this.$path.on("click", "[data-place]", (event) =>
			this.go(JSON.parse(event.currentTarget.dataset.place))
		);
		this.$list.on("click", "[data-document]", (event) => this.open(event.currentTarget.dataset.document));
		this.$list.on("keydown", (event) => this.handle_key(event));
		let depth = 0;
		const show = (is_over) => this.$panes.toggleClass("dropping", is_over);
		this.$body
			.on(
				"dragenter",
				(event) => has_files(event) && ((depth += 1), show(true), event.preventDefault())
			)
			.on("dragleave", (event) => has_files(event) && (depth -= 1) <= 0 && ((depth = 0), show(false)))
			.on("dragover", (event) => has_files(event) && event.preventDefault())
			.on("drop", (event) => {
				if (!has_files(event)) return;
				event.preventDefault();
				depth = 0;
				show(false);
				this.uploads.add(event.originalEvent.dataTransfer.files);
			});
	}

	handle_show() {
		const [, kind, value] = frappe.get_route() || [];
		if (kind === "document" && value) this.wanted = value;
		if (["customer", "contract", "folder"].includes(kind) && value) this.place = { [kind]: value };
		if (kind === "bin") this.place = { view: "bin" };
		super.handle_show();
	}

	async refresh() {
		if (!this.folders.length) this.folders = await call("prepare_own_folders");
		else this.folders = await call("get_folders");
		this.draw_folders();
		const page = this.text
			? { documents: await call("search", { text: this.text }), has_more: false }
			: await call("get_page", { ...this.place });
		this.rows = page.documents;
		this.has_more = page.has_more;
		this.draw_list();
		const wanted = this.wanted;
		this.wanted = null;
		if (wanted) return this.open(wanted);
		if (this.pane.name) return this.pane.open(this.pane.name);
	}

	async load_more() {
		const page = await call("get_page", { ...this.place, start: this.rows.length });
		const known = new Set(this.rows.map(({ name }) => name));
		this.rows = [...this.rows, ...page.documents.filter(({ name }) => !known.has(name))];
		this.has_more = page.has_more;
		this.draw_list();
	}

	search(text) {
		this.text = text;
		return this.update();
	}

	go(place) {
		this.place = place;
		this.text = "";
		this.$top.find("input[type=search]").val("");
		this.pane.close();
		return this.update();
	}

	get_upload_place() {
		const { folder, customer, contract } = this.place;
		return { folder, customer, contract };
	}

	draw_folders() {
		const entries = [
			...VIEWS.map(({ view, label }) => ({ place: { view }, label: label(), depth: 0 })),
			...order_folders(this.folders).map(({ folder, depth }) => ({
				place: { folder: folder.name },
				label: folder_name(folder),
				depth,
				is_root: depth === 0,
			})),
		];
		const current = JSON.stringify(this.place);
		this.$folders.html(
			entries
				.map(({ place, label, depth, is_root }) => {
					const value = JSON.stringify(place);
					return `<button type="button" class="${value === current ? "current" : ""}${is_root ? " root" : ""}"
						style="--depth: ${depth}" data-place="${esc(value)}"${value === current ? ' aria-current="true"' : ""}>${esc(
							label
						)}</button>`;
				})
				.join("")
		);
		this.$folder_select
			.html(
				entries
					.map(
						({ place, label, depth }) =>
							`<option value="${esc(JSON.stringify(place))}">${"\u3000".repeat(depth)}${esc(label)}</option>`
					)
					.join("")
			)
			.val(current);
	}

	draw_list() {
		this.draw_path();
		const empty = this.text
			? meeting_crm.empty_state({
					title: __("Nothing found"),
					text: __(
						"Documents that you may see are searched by title, tags and text. Try fewer words."
					),
				})
			: meeting_crm.empty_state(this.get_empty_state());
		if (!this.rows.length) return (this.$list.empty().append(empty), this.$more.addClass("hide"));
		this.$list.html(
			this.rows
				.map((row) =>
					document_row(row, { selected: row.name === this.pane.name, snippet: row.snippet })
				)
				.join("")
		);
		this.$list.children().first().attr("tabindex", 0);
		this.$more.toggleClass("hide", !this.has_more);
	}

	get_empty_state() {
		if (this.place.view === "bin") return { title: __("The bin is empty"), text: "" };
		if (this.place.view === "shared") {
			return {
				title: __("Nothing is shared with you"),
				text: __("What colleagues share with you appears here."),
			};
		}
		return {
			title: __("No documents here yet"),
			text: __("Drop files anywhere on this page, or choose them."),
			actions: [
				{
					label: __("Upload"),
					primary: true,
					run: () => choose_files(true, (files) => this.uploads.add(files)),
				},
			],
		};
	}

	draw_path() {
		const { folder, customer, contract, view } = this.place;
		if (this.text) return this.$path.text(__("Found: {0}", [this.rows.length]));
		if (folder) {
			return this.$path.html(
				get_path(folder, this.folders)
					.map(
						(row) =>
							`<button type="button" class="btn btn-link btn-sm" data-place="${esc(
								JSON.stringify({ folder: row.name })
							)}">${esc(folder_name(row))}</button>`
					)
					.join(" / ")
			);
		}
		if (customer || contract) {
			const named = this.rows.find((row) => row.customer_name);
			const title = contract || (named && named.customer_name) || customer;
			return this.$path.text(__("Documents of {0}", [title]));
		}
		const known = VIEWS.find((entry) => entry.view === view);
		return this.$path.text(known ? known.label() : "");
	}

	async open(name) {
		this.show_selection(name);
		try {
			await this.pane.open(name);
			const row = this.rows.find((known) => known.name === name);
			if (row && this.pane.doc && row.current_version !== this.pane.doc.current_version)
				this.refresh_soon();
		} catch (error) {
			if (!(error instanceof meeting_crm.ServerError)) throw error;
			this.pane.close();
			this.show_problem(error);
		}
	}

	show_selection(name) {
		this.$list.children("[data-document]").each((_, row) => {
			const is_selected = row.dataset.document === name;
			$(row).toggleClass("selected", is_selected).attr("aria-selected", is_selected);
		});
	}

	focus_row(place) {
		const $rows = this.$list.children("[data-document]");
		const row = $rows.get(Math.max(0, Math.min(place, $rows.length - 1)));
		if (row) row.focus();
	}

	handle_key(event) {
		const place = this.$list.children("[data-document]").index(document.activeElement);
		if (place < 0) return;
		const steps = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: this.rows.length };
		if (event.key in steps) {
			event.preventDefault();
			this.focus_row(steps[event.key]);
		} else if (event.key === "Enter" || event.key === " ") {
			event.preventDefault();
			this.open(document.activeElement.dataset.document);
		}
	}

	make_folder() {
		const parent = this.place.folder || null;
		frappe.prompt(
			{ fieldname: "folder_name", fieldtype: "Data", label: __("Folder Name"), reqd: 1 },
			async ({ folder_name: name }) => {
				try {
					const made = await call("make_folder", { folder_name: name, parent });
					await this.go({ folder: made.name });
				} catch (error) {
					if (!(error instanceof meeting_crm.ServerError)) throw error;
					this.show_problem(error);
				}
			},
			__("New folder"),
			__("Create")
		);
	}
}

function has_files(event) {
	return [...(event.originalEvent.dataTransfer?.types || [])].includes("Files");
}
