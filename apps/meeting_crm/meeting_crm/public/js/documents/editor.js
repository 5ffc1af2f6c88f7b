import { call, esc } from "./parts.js";
import { EditorWindow } from "./editor_window.js";

const SIGN_OF_LIFE = 60 * 1000;
const DRAFT_AFTER = 15 * 1000;
const VERSION_EVERY = 10 * 60 * 1000;

/**
 * The page around an editor: it holds the lock, keeps a draft while somebody types, and makes a version when
 * they save, leave, or have worked for ten minutes. What cannot be saved stays on the screen, and is said.
 */
export class EditorScreen {
	constructor(wrapper) {
		this.wrapper = wrapper;
		this.page = frappe.ui.make_app_page({ parent: wrapper, title: __("Document"), single_column: true });
		this.$state = $('<span class="meeting-editor-state text-muted" role="status"></span>').appendTo(
			this.page.$title_area
		);
		this.$body = $('<div class="meeting-editor"></div>').appendTo(this.page.main);
		this.page.set_primary_action(__("Save"), () => this.save());
		this.page.set_secondary_action(__("Close"), () => this.close());
		$(wrapper).on("show", (event) => event.target === wrapper && this.handle_show());
		$(wrapper).on("hide", (event) => event.target === wrapper && this.handle_hide());
		window.addEventListener("beforeunload", (event) => this.is_dirty && event.preventDefault());
		window.addEventListener("pagehide", () => this.unlock({ keepalive: true }));
	}

	async handle_show() {
		const [, name] = frappe.get_route();
		if (!name || name === this.wanted) return;
		this.wanted = name;
		await this.leave();
		if (this.wanted !== name) return;
		this.name = name;
		this.$body.html(`<p class="text-muted">${esc(__("Loading…"))}</p>`);
		try {
			await this.open(name);
		} catch (error) {
			this.wanted = null;
			await this.leave();
			const is_refusal = error.name === "ServerError";
			const message = is_refusal
				? error.message
				: __("The editor could not be loaded. Reload the page.");
			this.$body.html(`<div class="meeting-problem" role="alert">${esc(message)}</div>`);
			if (!is_refusal) throw error;
		}
	}

	handle_hide() {
		this.wanted = null;
		return this.leave();
	}

	async open(name) {
		this.doc = await call("get_document", { document: name });
		this.page.set_title(this.doc.title);
		const from_draft = this.doc.draft ? await ask_about_draft(this.doc.draft) : false;
		const { token, version } = await call("lock", { document: name });
		if (this.name !== name) return call("unlock", { document: name, token });
		this.token = token;
		this.timer = setInterval(() => this.show_life(), SIGN_OF_LIFE);
		this.window = new EditorWindow(this.$body.empty(), () => this.save());
		const editor = await this.window.open(this.doc.kind, {
			document: name,
			version: from_draft ? this.doc.draft.base_version : version,
			from_draft,
			token,
			user: { name: frappe.session.user, full_name: frappe.session.user_fullname },
			lang: frappe.boot.lang,
			is_dark: document.documentElement.dataset.theme === "dark",
			__,
			call,
			on_change: () => this.handle_change(),
			say: (message, indicator = "blue") =>
				frappe.show_alert({ message: esc(message), indicator }, indicator === "blue" ? 5 : 12),
		});
		if (this.name !== name) return editor.destroy();
		Object.assign(this, { editor, saved_at: Date.now(), edits: 0 });
		this.set_dirty(from_draft);
	}

	handle_change() {
		this.edits += 1;
		this.set_dirty(true);
		clearTimeout(this.draft_timer);
		this.draft_timer = setTimeout(() => this.keep(), DRAFT_AFTER);
	}

	set_dirty(is_dirty) {
		this.is_dirty = is_dirty;
		if (!is_dirty) clearTimeout(this.draft_timer);
		this.$state.text(is_dirty ? __("Not saved yet") : "");
	}

	/** A draft; after ten minutes of work a version. */
	async keep() {
		if (!this.is_dirty) return;
		if (Date.now() - this.saved_at > VERSION_EVERY) return this.save();
		await this.write({ as_draft: true });
		if (this.is_dirty) this.$state.text(__("Draft kept at {0}", [moment().format("HH:mm")]));
	}

	async save() {
		if (!this.editor) return null;
		const answer = await this.write({ as_draft: false });
		this.saved_at = Date.now();
		await call("drop_draft", { document: this.name });
		if (answer.conflict) {
			frappe.msgprint({
				title: __("Kept beside the current version"),
				message: esc(
					__(
						"Somebody else saved another text meanwhile. Yours is version {0}: compare both in the library and restore the right one.",
						[answer.version]
					)
				),
				indicator: "orange",
			});
		}
		if (!this.is_dirty) this.$state.text(__("Saved as version {0}", [answer.version]));
		this.editor?.focus();
		return answer;
	}

	/** One at a time: the next begins when the former was answered. What is typed meanwhile is not saved by it. */
	write(how) {
		const run = async () => {
			const { edits } = this;
			this.$state.text(how.as_draft ? __("Keeping a draft…") : __("Saving…"));
			try {
				const answer = await this.editor.save(how);
				if (!how.as_draft && edits === this.edits) this.set_dirty(false);
				return answer;
			} catch (error) {
				this.$state.text(__("Not saved yet"));
				throw error;
			}
		};
		this.writing = (this.writing || Promise.resolve()).catch(() => {}).then(run);
		return this.writing;
	}

	async show_life() {
		try {
			await call("renew_lock", { document: this.name, token: this.token });
		} catch (error) {
			if (error.name !== "ServerError" || error.type === "Offline") return;
			clearInterval(this.timer);
			frappe.msgprint({
				title: __("No longer yours"),
				message: esc(error.message),
				indicator: "orange",
			});
		}
	}

	/** What is shown next is what was saved by then. */
	async close() {
		const { name } = this;
		if (!name) return;
		await this.leave();
		frappe.set_route("meeting-documents", "document", name);
	}

	/** What is not saved becomes a version; where that is refused, it stays as a draft and is said. */
	async leave() {
		const { editor } = this;
		if (editor && this.is_dirty) await this.save().catch((error) => this.keep_refused(error));
		clearInterval(this.timer);
		clearTimeout(this.draft_timer);
		editor?.destroy();
		await this.unlock();
		this.$body.empty();
		this.$state.text("");
		Object.assign(this, { name: null, editor: null, window: null, is_dirty: false, writing: null });
	}

	async keep_refused(error) {
		await this.write({ as_draft: true }).catch(() => {});
		meeting_crm.show_refusal(error);
	}

	async unlock(options) {
		const { name, token } = this;
		this.token = null;
		if (token) await call("unlock", { document: name, token }, options).catch(() => {});
	}
}

/** Answers whether to go on with the draft. Without an answer nothing is thrown away: the draft is opened. */
function ask_about_draft(draft) {
	return new Promise((resolve) => {
		let answer = true;
		const dialog = new frappe.ui.Dialog({
			title: __("You have a draft"),
			fields: [
				{
					fieldtype: "HTML",
					options: `<p>${esc(
						__("Kept at {0}, when it had not been saved. Go on with it?", [
							meeting_crm.format.format_time(draft.saved_on),
						])
					)}</p>${
						draft.is_behind
							? `<p class="text-muted">${esc(
									__("Another version was saved since. Yours will be kept beside it.")
								)}</p>`
							: ""
					}${draft.why ? `<p class="text-muted">${esc(draft.why)}</p>` : ""}`,
				},
			],
			primary_action_label: __("Go on with the draft"),
			primary_action: () => dialog.hide(),
			secondary_action_label: __("Open the saved version"),
			secondary_action: () => {
				answer = false;
				dialog.hide();
			},
		});
		dialog.on_hide = () => resolve(answer);
		dialog.show();
	});
}
