const PLACE = "/assets/meeting_crm/dist/editors/";
const EDITORS = { Excel: "excel", Word: "word" };

/** A window of its own for an editor: its styles and keys stay inside, and the desk's stay outside. */
export class EditorWindow {
	constructor(parent, on_save) {
		this.on_save = on_save;
		this.frame = $('<iframe class="meeting-editor-window"></iframe>')
			.attr("title", __("Document"))
			.appendTo(parent)[0];
	}

	/** Answers what the editor's own `open` answers: {save({as_draft, reason}), focus(), destroy()}. */
	async open(kind, options) {
		const { script, style } = await find_editor(EDITORS[kind]);
		const page = await this.prepare(style);
		const module = await this.load(page, script);
		return module.open({ root: page.getElementById("root"), ...options });
	}

	prepare(style) {
		return new Promise((resolve) => {
			this.frame.addEventListener("load", () => resolve(this.frame.contentDocument), { once: true });
			this.frame.srcdoc = `<!DOCTYPE html><html lang="${frappe.boot.lang}"><head><meta charset="utf-8">
				${style ? `<link rel="stylesheet" href="${PLACE}${style}">` : ""}
				<style>html, body, #root { height: 100%; margin: 0; }</style></head><body><div id="root"></div></body></html>`;
		});
	}

	handle_key(event) {
		if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
		event.preventDefault();
		event.stopPropagation();
		this.on_save();
	}

	load(page, script) {
		return new Promise((resolve, reject) => {
			const window = this.frame.contentWindow;
			window.addEventListener("keydown", (event) => this.handle_key(event), true);
			window.meeting_take = resolve;
			window.meeting_fail = () =>
				reject(new Error(__("The editor could not be loaded. Reload the page.")));
			const element = page.createElement("script");
			element.type = "module";
			element.textContent = `import("${PLACE}${script}").then(window.meeting_take, window.meeting_fail)`;
			page.head.append(element);
		});
	}
}

async function find_editor(name) {
	const response = await fetch(`${PLACE}manifest.json`, { cache: "no-cache" });
	if (!response.ok) throw new Error(__("The editors are not installed here. Ask an administrator."));
	return (await response.json())[name];
}
