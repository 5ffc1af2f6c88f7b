import { esc, format_size } from "./parts.js";

const AT_ONCE = 2;

/**
 * Files on their way to the library, each a row with its progress. What the server refuses stays in the list with the reason
 * and what can be done, until it is done or put away: no file is dropped in silence.
 */
export class Uploads {
	constructor({ parent, get_place, on_done }) {
		this.get_place = get_place;
		this.on_done = on_done;
		this.waiting = [];
		this.running = 0;
		this.$element = $('<div class="meeting-uploads" aria-live="polite"></div>').appendTo(parent);
		window.addEventListener("beforeunload", (event) => {
			if (this.running || this.waiting.length) event.preventDefault();
		});
	}

	add(files, place = this.get_place()) {
		[...files].forEach((file) => this.queue(this.make_row(file, place)));
	}

	make_row(file, place) {
		const row = { file, place, title: file.name };
		row.$ = $(`<div class="meeting-upload">
			<div class="meeting-upload-words"><strong>${esc(file.name)}</strong>
				<span class="text-muted small">${esc(format_size(file.size))}</span>
				<span class="meeting-upload-state small">${esc(__("Waiting"))}</span></div>
			<progress max="100" value="0" aria-label="${esc(file.name)}"></progress>
			<div class="meeting-upload-actions"></div>
		</div>`).appendTo(this.$element);
		return row;
	}

	queue(row) {
		this.waiting.push(row);
		this.show_actions(row, [[__("Cancel"), () => this.put_away(row)]]);
		this.go_on();
	}

	go_on() {
		while (this.running < AT_ONCE && this.waiting.length) this.send(this.waiting.shift());
	}

	send(row) {
		this.running += 1;
		const form = new FormData();
		const place = row.place;
		const values = { title: row.title, ...place, ...(row.target || {}) };
		Object.entries(values).forEach(([key, value]) => value && form.append(key, value));
		form.append("file", row.file);
		const request = new XMLHttpRequest();
		row.request = request;
		request.open("POST", "/api/method/meeting_crm.documents.api.send_file");
		request.setRequestHeader("X-Frappe-CSRF-Token", frappe.csrf_token);
		request.setRequestHeader("Accept", "application/json");
		request.upload.onprogress = (event) => {
			if (!event.lengthComputable) return;
			const done = Math.round((100 * event.loaded) / event.total);
			row.$.find("progress").val(done);
			this.say(row, done < 100 ? `${done} %` : __("Being stored"));
		};
		request.onloadend = () => this.finish(row, request);
		request.send(form);
		this.say(row, "0 %");
		this.show_actions(row, [[__("Cancel"), () => request.abort()]]);
	}

	finish(row, request) {
		this.running -= 1;
		const answer = parse(request.responseText);
		if (request.status === 200) this.accept(row, answer.message);
		else this.refuse(row, request.status, answer);
		this.go_on();
	}

	accept(row, kept) {
		if (kept.conflict) {
			row.$.addClass("refused");
			this.say(row, __("Kept as version {0} beside the current one", [kept.version]));
			this.show_actions(row, [[__("Put Away"), () => row.$.remove()]]);
		} else {
			row.$.addClass("done").find("progress").val(100);
			this.say(row, kept.outcome === "unchanged" ? __("Is here already") : __("Stored"));
			this.show_actions(row, []);
			setTimeout(() => row.$.fadeOut(300, () => row.$.remove()), 3000);
		}
		this.on_done(kept);
	}

	refuse(row, status, answer) {
		row.$.addClass("refused");
		const [last] = read_messages(answer).slice(-1);
		const lost = status === 0 ? __("Not sent. The file is still here: send it again.") : "";
		const large = status === 413 ? __("The file is too large for this server.") : "";
		this.say(row, last || lost || large || __("Refused (error {0}). Try again.", [status]));
		const again = () => this.retry(row, row.target, row.title);
		const actions = answer.existing
			? [
					[__("Save as New Version"), () => this.retry(row, to_target(answer.existing), row.title)],
					[__("Keep Both"), () => this.retry(row, null, number_title(row.title, Date.now()))],
				]
			: [[__("Send Again"), again]];
		this.show_actions(row, [...actions, [__("Put Away"), () => row.$.remove()]]);
	}

	retry(row, target, title) {
		row.$.removeClass("refused");
		Object.assign(row, { target, title });
		this.queue(row);
	}

	put_away(row) {
		this.waiting = this.waiting.filter((other) => other !== row);
		row.$.remove();
	}

	say(row, text) {
		row.$.find(".meeting-upload-state").text(text);
	}

	show_actions(row, actions) {
		const $actions = row.$.find(".meeting-upload-actions").empty();
		actions.forEach(([label, run]) =>
			$(`<button type="button" class="btn btn-default btn-xs">${esc(label)}</button>`)
				.on("click", run)
				.appendTo($actions)
		);
	}
}

function to_target({ document, version }) {
	return { document, base_version: version };
}

/** 合同.docx -> 合同 (11-26 1030).docx: people tell two by when they came. */
function number_title(title, now) {
	const point = title.lastIndexOf(".");
	const [stem, end] = point > 0 ? [title.slice(0, point), title.slice(point)] : [title, ""];
	return `${stem} (${moment(now).format("MM-DD HHmmss")})${end}`;
}

function parse(text) {
	try {
		return JSON.parse(text) || {};
	} catch {
		return {};
	}
}

function read_messages(answer) {
	try {
		return JSON.parse(answer._server_messages || "[]").map((entry) =>
			meeting_crm.to_text(JSON.parse(entry).message || "")
		);
	} catch {
		return [];
	}
}
