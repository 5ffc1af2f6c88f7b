const esc = (value) => meeting_crm.format.esc(value);
const ICONS = {
	note: "edit",
	activity: "call",
	record: "file",
	protection: "permission",
	paper: "attachment",
	mail: "mail",
	comment: "message",
	change: "refresh",
};

/** Everything that happened with a customer, newest first, with a box for the next note on top. */
export class Timeline {
	constructor($wrapper, { get_customer, on_note }) {
		this.get_customer = get_customer;
		this.on_note = on_note;
		$wrapper.html(`
			<div class="meeting-note">
				<textarea class="form-control" rows="2" placeholder="${esc(__("Write what happened. Ctrl+Enter saves it."))}"
					aria-label="${esc(__("New note"))}"></textarea>
				<button class="btn btn-primary btn-sm" type="button">${__("Save Note")}</button>
			</div>
			<div class="meeting-note-problem"></div>
			<div class="meeting-entries"></div>
			<button class="btn btn-default btn-sm meeting-more" type="button">${__("Earlier")}</button>`);
		this.$note = $wrapper.find(".meeting-note");
		this.$text = $wrapper.find("textarea");
		this.$problem = $wrapper.find(".meeting-note-problem");
		this.$entries = $wrapper.find(".meeting-entries");
		this.$more = $wrapper.find(".meeting-more").hide();
		this.$note.find("button").on("click", () => this.save());
		this.$text.on("keydown", (event) => {
			if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.save();
		});
		this.$more.on("click", () => this.load_more());
	}

	set_writable(is_writable) {
		this.$note.toggle(is_writable);
	}

	async reload(customer) {
		if (this.customer !== customer) {
			this.customer = customer;
			this.$entries.empty();
			this.$text.val("");
			this.$problem.empty();
		}
		const page = await this.fetch(null);
		if (customer !== this.get_customer()) return;
		this.$entries.html(page.entries.map(make_entry).join("") || this.make_empty());
		this.set_next(page.next);
	}

	make_empty() {
		return `<p class="text-muted">${__("Nothing has happened yet. Your first note or activity will appear here.")}</p>`;
	}

	async load_more() {
		const page = await this.fetch(this.next);
		this.$entries.append(page.entries.map(make_entry).join(""));
		this.set_next(page.next);
	}

	fetch(before) {
		return meeting_crm.call("meeting_crm.customer_file.api.get_timeline", {
			customer: this.get_customer(),
			before,
		});
	}

	set_next(next) {
		this.next = next;
		this.$more.toggle(Boolean(next));
	}

	async save() {
		const note = this.$text.val().trim();
		if (!note || this.is_saving) return;
		this.is_saving = true;
		try {
			await meeting_crm.call("meeting_crm.customers.api.add_remark", {
				customer: this.get_customer(),
				note,
			});
			this.$text.val("");
			this.$problem.empty();
			this.on_note();
		} catch (error) {
			if (error.name !== "ServerError") throw error;
			this.$problem.html(meeting_crm.problem(error.message));
		} finally {
			this.is_saving = false;
		}
	}
}

function make_entry(entry) {
	return `<article class="meeting-entry ${esc(entry.kind)}">
		<span class="meeting-entry-icon">${frappe.utils.icon(ICONS[entry.kind], "sm")}</span>
		<div class="meeting-entry-body">
			<div class="meeting-entry-title">${make_title(entry)}</div>
			${entry.text ? `<div class="meeting-entry-text">${esc(entry.text)}</div>` : ""}
			<div class="text-muted">${esc(
				[entry.full_name, meeting_crm.format.format_time(entry.happened_on), entry.project_name]
					.filter(Boolean)
					.join(" · ")
			)}</div>
		</div>
	</article>`;
}

function make_title(entry) {
	const title = esc(entry.title);
	const status = entry.status
		? ` <span class="text-muted">${esc(__(entry.status, null, entry.doctype))}</span>`
		: "";
	switch (entry.kind) {
		case "activity":
			return `${esc(__(entry.type))}: ${make_link(entry, title)}${status}`;
		case "record":
			return `${esc(__(entry.doctype.replace("Meeting ", "")))}: ${make_link(entry, title)}${status}`;
		case "protection":
			return esc(__(entry.title));
		case "paper":
			return `<a href="${esc(entry.url)}" target="_blank" rel="noopener">${title}</a>`;
		case "mail":
			return make_link(entry, title || __("E-mail"));
		case "change":
			return entry.changes.length ? entry.changes.map(make_change).join("<br>") : esc(__(entry.title));
		default:
			return "";
	}
}

function make_change({ label, before, after }) {
	const field = esc(__(label, null, "Meeting Customer"));
	if (after === null) return __("Changed: {0}", [field]);
	const old_value = before ? `<del>${esc(before)}</del> → ` : "";
	return `${field}: ${old_value}<strong>${after ? esc(after) : __("empty")}</strong>`;
}

function make_link(entry, title) {
	return `<a href="${meeting_crm.format.link(frappe.router.slug(entry.doctype), { name: entry.name })}">${title}</a>`;
}
