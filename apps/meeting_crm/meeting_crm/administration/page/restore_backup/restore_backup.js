frappe.pages["restore-backup"].on_page_load = (wrapper) => {
	const API = "meeting_crm.administration.api";
	const { esc, format_time, format_number } = meeting_crm.format;
	const STEPS = [__("Choose the file"), __("Check"), __("Confirm"), __("Restore")];
	const MEGABYTE = 1024 * 1024;

	/** A restore in four steps; nothing is touched before the third one is confirmed. */
	class RestoreScreen {
		constructor() {
			this.page = frappe.ui.make_app_page({
				parent: wrapper,
				title: __("Restore a Backup"),
				single_column: true,
			});
			this.$body = $('<div class="meeting-screen"></div>').appendTo(this.page.main);
			$(wrapper).on("show", (event) => event.target === wrapper && this.begin());
			this.begin();
		}

		begin() {
			const name = frappe.get_route()[1];
			return name ? this.check(name) : this.choose();
		}

		draw(step, html) {
			this.run_view?.stop();
			const steps = STEPS.map(
				(text, place) => `<li ${place === step ? 'aria-current="step"' : ""}>${esc(text)}</li>`
			);
			this.$body.html(
				`<ol class="meeting-steps">${steps.join("")}</ol><div class="meeting-restore-card">${html}</div>`
			);
			return this.$body.find(".meeting-restore-card");
		}

		async guarded($place, act) {
			const $problem = $place.find("[data-problem]").empty();
			const $buttons = $place.find("button").prop("disabled", true);
			try {
				await act();
			} catch (error) {
				if (error.name !== "ServerError") throw error;
				$problem.html(meeting_crm.problem(error.message));
			} finally {
				$buttons.prop("disabled", false);
			}
		}

		async choose() {
			const rows = await frappe.db.get_list("Meeting Backup", {
				filters: { status: "Done", is_file_gone: 0 },
				fields: ["name", "taken_on", "kind", "origin", "size"],
				order_by: "taken_on desc",
				limit: 50,
			});
			const table = rows.length
				? `<table class="table table-sm"><thead><tr><th>${__("Data As Of")}</th><th>${__("Kind of Backup")}</th><th>${__(
						"Origin"
					)}</th><th class="number">${__("Size")}</th><th></th></tr></thead><tbody>${rows.map(draw_row).join("")}</tbody></table>`
				: `<p class="text-muted">${__("There is no backup on the server yet.")}</p>`;
			const $card = this.draw(
				0,
				`${table}<p>${__("Or upload a file that you downloaded earlier. An upload that breaks off goes on where it stopped.")}</p>
				<input type="file" accept=".tar,.gz,.zst,.sql" aria-label="${__("File of the backup")}">
				<div data-upload></div><div data-problem></div>`
			);
			$card.on("click", "[data-backup]", (event) => this.check(event.currentTarget.dataset.backup));
			$card.find("input[type=file]").on("change", (event) => {
				const [file] = event.target.files;
				if (file) this.guarded($card, () => this.upload($card.find("[data-upload]"), file));
			});
		}

		async upload($place, file) {
			const { backup, received, piece } = await meeting_crm.call(`${API}.start_upload`, {
				file_name: file.name,
				size: file.size,
			});
			let offset = received;
			while (offset < file.size) {
				$place.html(draw_progress(offset, file.size));
				offset = await send_piece(backup, file, offset, piece);
			}
			$place.html(draw_progress(file.size, file.size));
			const answer = await meeting_crm.call(`${API}.finish_upload`, { backup });
			if (answer.status === "Done") return this.check(backup);
			$place.html(meeting_crm.problem(answer.failure));
		}

		async check(name) {
			const $card = this.draw(
				1,
				`<p class="text-muted">${__("Reading the file…")}</p><div data-problem></div>`
			);
			await this.guarded($card, async () =>
				this.show_facts(name, await meeting_crm.call(`${API}.inspect_backup`, { backup: name }))
			);
		}

		show_facts(name, facts) {
			const rows = [
				[__("Data As Of"), facts.taken_on ? format_time(facts.taken_on) : __("Unknown")],
				[__("Origin"), `${__(facts.origin)}${facts.site ? ` (${facts.site})` : ""}`],
				[__("Files"), facts.has_files ? __("Contained") : __("Not contained: today's files stay")],
				[
					__("Versions"),
					Object.entries(facts.apps)
						.map(([app, version]) => `${app} ${version}`)
						.join(", ") || __("Unknown"),
				],
			];
			const table = rows
				.map(
					([label, text]) =>
						`<tr><td class="text-muted">${esc(label)}</td><td>${esc(text)}</td></tr>`
				)
				.join("");
			const problems = facts.problems.map((text) => meeting_crm.problem(text)).join("");
			const unknown =
				facts.origin === "This Site"
					? ""
					: meeting_crm.problem(
							__(
								"This backup was not made by this site or was changed since. It brings programs and accounts of whoever made it."
							)
						);
			const $card = this.draw(
				1,
				`<table class="table table-sm"><tbody>${table}</tbody></table>${unknown}${problems}${draw_losses(facts.losses)}
				<div class="meeting-actions"><button class="btn btn-default btn-sm" data-back>${__("Back")}</button>
				${problems ? "" : `<button class="btn btn-primary btn-sm" data-next>${__("Go On")}</button>`}</div>`
			);
			$card.find("[data-back]").on("click", () => this.go_back());
			$card.find("[data-next]").on("click", () => this.confirm(name, facts));
		}

		go_back() {
			frappe.set_route("restore-backup");
			this.choose();
		}

		confirm(name, facts) {
			const is_unknown = facts.origin !== "This Site";
			const $card = this.draw(
				2,
				`<p>${__(
					"The whole site goes back to {0}. A safety backup is made first, people go on working while the data is loaded, and at the end the site is closed for some seconds. You can undo it for a week.",
					[`<b>${esc(facts.taken_on ? format_time(facts.taken_on) : __("Unknown"))}</b>`]
				)}</p>
				<form autocomplete="off"><label>${__("Type the name of this site: {0}", [`<b>${esc(frappe.boot.sitename)}</b>`])}
				<input class="form-control" name="site" autocomplete="off" spellcheck="false"></label>
				<label>${__("Your Password")}<input class="form-control" name="password" type="password" autocomplete="new-password"></label>
				${is_unknown ? `<label><input type="checkbox" name="accept"> ${__("I trust whoever made this backup.")}</label>` : ""}
				<div data-problem></div>
				<div class="meeting-actions"><button type="button" class="btn btn-default btn-sm" data-back>${__("Back")}</button>
				<button class="btn btn-danger btn-sm" type="submit">${__("Restore Now")}</button></div></form>`
			);
			$card.find("[data-back]").on("click", () => this.show_facts(name, facts));
			$card.find("input[name=site]").trigger("focus");
			$card.find("form").on("submit", (event) => {
				event.preventDefault();
				this.guarded($card, async () => {
					const restore = await meeting_crm.call(`${API}.start_restore`, {
						backup: name,
						site_name: $card.find("[name=site]").val(),
						password: $card.find("[name=password]").val(),
						accept_unknown: $card.find("[name=accept]").is(":checked") ? 1 : 0,
					});
					this.follow(restore);
				});
			});
		}

		follow(restore) {
			const $card = this.draw(3, "<div data-run></div><div data-after></div>");
			// The restore brings the site to its version, and the desk would ask to be loaded anew amid it: both ways on do that.
			frappe.realtime.off("version-update");
			$card.on("click", "[data-go]", ({ currentTarget }) => {
				window.location.href = currentTarget.dataset.go;
			});
			this.run_view = new meeting_crm.RunView({
				parent: $card.find("[data-run]"),
				doctype: "Meeting Restore",
				name: restore,
				on_end: ({ status }) =>
					$card
						.find("[data-after]")
						.html(
							`<div class="meeting-actions"><button class="btn btn-default btn-sm" data-go="/app/meeting-restore/${restore}">${__(
								"What changed, and undo"
							)}</button>${
								status === "Done"
									? `<button class="btn btn-primary btn-sm" data-go="/app">${__("Go on working")}</button>`
									: ""
							}</div>`
						),
			});
		}
	}

	function draw_row({ name, taken_on, kind, origin, size }) {
		return `<tr><td>${esc(format_time(taken_on))}</td><td>${esc(__(kind))}</td><td>${esc(__(origin))}</td>
			<td class="number">${format_number((size / MEGABYTE).toFixed(1))} MB</td>
			<td class="text-right"><button class="btn btn-default btn-xs" data-backup="${esc(name)}">${__("Choose")}</button></td></tr>`;
	}

	function draw_losses(losses) {
		if (!losses.length)
			return `<p>${__("Nothing was written since this backup, so nothing is lost.")}</p>`;
		const rows = losses.map(
			({ doctype, user, records }) =>
				`<tr><td>${esc(__(doctype))}</td><td>${esc(frappe.user.full_name(user))}</td><td class="number">${format_number(records)}</td></tr>`
		);
		return `<h4>${__("This will be lost: written since the backup")}</h4><table class="table table-sm"><thead><tr>
			<th>${__("Kind of Record")}</th><th>${__("Person")}</th><th class="number">${__("Records")}</th></tr></thead>
			<tbody>${rows.join("")}</tbody></table>`;
	}

	function draw_progress(done, total) {
		const percent = Math.round((done / total) * 100);
		return `<div class="meeting-run"><span>${__("Uploading: {0} %", [percent])}</span>
			<div class="progress"><div class="progress-bar" style="width: ${percent}%"></div></div></div>`;
	}

	async function send_piece(backup, file, offset, size) {
		const bytes = new Uint8Array(await file.slice(offset, offset + size).arrayBuffer());
		return meeting_crm.call(`${API}.upload_piece`, {
			backup,
			offset,
			content: to_base64(bytes),
			sha256: await hash(bytes),
		});
	}

	function to_base64(bytes) {
		let text = "";
		for (let place = 0; place < bytes.length; place += 32768)
			text += String.fromCharCode(...bytes.subarray(place, place + 32768));
		return btoa(text);
	}

	/** Browsers offer checksums on https and localhost only. */
	async function hash(bytes) {
		if (!window.crypto?.subtle) return "";
		const digest = new Uint8Array(await window.crypto.subtle.digest("SHA-256", bytes));
		return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
	}

	wrapper.screen = new RestoreScreen();
};
