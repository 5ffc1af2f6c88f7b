const PAGE_LENGTH = 50;

frappe.ui.form.on("Meeting Carry Over", {
	refresh(frm) {
		if (["Draft", "Failed"].includes(frm.doc.status)) frm.trigger("draw_preview");
		if (frm.is_new()) return;
		frm.trigger("show_title");
		meeting_crm.show_run(frm);
		if (["Queued", "Running", "Done"].includes(frm.doc.status)) frm.disable_form();
		if (["Draft", "Failed"].includes(frm.doc.status))
			frm.add_custom_button(__("Start"), () => frm.trigger("start")).addClass("btn-primary");
		if (frm.doc.status === "Done") {
			frm.add_custom_button(__("Companies Carried Over"), () =>
				frappe.set_route("List", "Meeting Claim", {
					project: frm.doc.project,
					source: "Carried Over",
				})
			);
		}
	},

	async show_title(frm) {
		const title = await frappe.db.get_value("Meeting Project", frm.doc.project, "project_name");
		frm.page.set_title(`${__("Carry-Over")}: ${title.message.project_name}`);
	},

	start(frm) {
		frappe.confirm(
			__(
				"{0} companies are claimed for the people shown, and their protection begins. This cannot be undone at once. Start?",
				[meeting_crm.format.format_number(frm.carried_over ?? 0)]
			),
			async () => {
				try {
					await meeting_crm.call("meeting_crm.claims.api.start_carry_over", {
						carry_over: frm.doc.name,
					});
				} catch (error) {
					if (error.name !== "ServerError") throw error;
					frappe.msgprint({
						title: __("Not started"),
						message: meeting_crm.format.esc(error.message),
						indicator: "red",
					});
				}
				frm.reload_doc();
			}
		);
	},

	async draw_preview(frm) {
		const wrapper = frm.fields_dict.preview.$wrapper;
		if (frm.is_new())
			return wrapper.html(`<p class="text-muted">${__("Save to see who would get what.")}</p>`);
		wrapper.html(`<p class="text-muted">${__("Reading…")}</p>`);
		try {
			const answer = await read_preview(frm, 0);
			frm.carried_over = answer.carried_over;
			wrapper.html(draw_figures(answer) + draw_people(answer) + draw_table());
			add_rows(frm, wrapper, answer, 0);
		} catch (error) {
			if (error.name !== "ServerError") throw error;
			wrapper.html(meeting_crm.problem(error.message));
		}
	},
});

function read_preview(frm, start) {
	return meeting_crm.call("meeting_crm.claims.api.preview_carry_over", {
		carry_over: frm.doc.name,
		start,
		page_length: PAGE_LENGTH,
	});
}

function draw_figures(answer) {
	const { esc, format_number } = meeting_crm.format;
	const figures = [
		[__("Signed Earlier"), answer.total],
		[__("Carried Over"), answer.carried_over],
		[__("Left in the Pool"), answer.left_in_pool],
		[__("Held Already"), answer.held_already],
		...Object.entries(answer.conflicts).map(([conflict, count]) => [
			`${__("Conflict")}: ${__(conflict)}`,
			count,
		]),
	].map(
		([label, count]) =>
			`<div class="col"><b>${format_number(count)}</b><div class="text-muted">${esc(label)}</div></div>`
	);
	return `<div class="row mb-3">${figures.join("")}</div>`;
}

function draw_people({ people }) {
	const { esc, format_number } = meeting_crm.format;
	const shares = people.map(
		({ full_name, enterprises }) => `${esc(full_name)} <b>${format_number(enterprises)}</b>`
	);
	return shares.length ? `<p>${esc(__("Who gets how many"))}: ${shares.join(" · ")}</p>` : "";
}

function draw_table() {
	const { esc } = meeting_crm.format;
	const heading = [
		__("Enterprise"),
		__("Signed By"),
		__("Signed On"),
		__("Conflict"),
		__("What Happens"),
		__("For Whom"),
	];
	return `<table class="table table-sm"><thead><tr>${heading.map((text) => `<th>${esc(text)}</th>`).join("")}</tr></thead>
		<tbody></tbody></table><button class="btn btn-default btn-xs hide"></button>`;
}

function add_rows(frm, wrapper, { rows, total }, start) {
	const { esc, format_day, format_number } = meeting_crm.format;
	wrapper.find("tbody").append(
		rows
			.map(
				(
					row
				) => `<tr><td><a href="/app/meeting-enterprise/${encodeURIComponent(row.enterprise)}">${esc(row.enterprise_name)}</a></td><td>${esc(row.signer_name)}</td><td>${esc(format_day(row.signed_on))}</td>
				<td class="text-danger">${row.conflict ? esc(__(row.conflict)) : ""}</td><td>${esc(__(row.outcome))}</td><td>${esc(row.holder_name)}</td></tr>`
			)
			.join("")
	);
	const shown = start + rows.length;
	wrapper
		.find("button")
		.toggleClass("hide", shown >= total)
		.text(__("Show more ({0} of {1})", [format_number(shown), format_number(total)]))
		.off("click")
		.on("click", async () => add_rows(frm, wrapper, await read_preview(frm, shown), shown));
}
