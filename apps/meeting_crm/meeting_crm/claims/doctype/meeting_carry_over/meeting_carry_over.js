frappe.ui.form.on("Meeting Carry Over", {
	refresh(frm) {
		if (["Draft", "Failed"].includes(frm.doc.status)) frm.trigger("draw_preview");
		if (frm.is_new()) return;
		if (["Queued", "Done"].includes(frm.doc.status)) frm.disable_form();
		if (["Draft", "Failed", "Queued"].includes(frm.doc.status)) {
			frm.add_custom_button(frm.doc.status === "Queued" ? __("Start Again") : __("Start"), () => frm.trigger("start")).addClass(
				"btn-primary"
			);
		}
		if (frm.doc.status === "Queued") setTimeout(() => frm.doc.status === "Queued" && frm.reload_doc(), 5000);
	},

	start(frm) {
		frappe.confirm(
			__("The companies are claimed for the people shown, and their protection begins. This cannot be undone at once. Start?"),
			async () => {
				try {
					await meeting_crm.call("meeting_crm.claims.api.start_carry_over", { carry_over: frm.doc.name });
				} catch (error) {
					if (error.name !== "ServerError") throw error;
					frappe.msgprint({ title: __("Not Started"), message: meeting_crm.format.esc(error.message), indicator: "red" });
				}
				frm.reload_doc();
			}
		);
	},

	async draw_preview(frm) {
		const wrapper = frm.fields_dict.preview.$wrapper;
		if (frm.is_new()) return wrapper.html(`<p class="text-muted">${__("Save to see who would get what.")}</p>`);
		const { esc, format_number, format_day } = meeting_crm.format;
		wrapper.html(`<p class="text-muted">${__("Reading…")}</p>`);
		const answer = await meeting_crm.call("meeting_crm.claims.api.preview_carry_over", { carry_over: frm.doc.name });
		const figures = [
			[__("Signed Earlier"), answer.total],
			[__("Carried Over"), answer.carried_over],
			[__("Left in the Pool"), answer.left_in_pool],
			[__("Held Already"), answer.held_already],
		].map(([label, count]) => `<div class="col"><b>${format_number(count)}</b><div class="text-muted">${esc(label)}</div></div>`);
		const rows = answer.rows.map(
			(row) => `<tr><td>${esc(row.enterprise_name)}</td><td>${esc(row.signer_name)}</td><td>${esc(format_day(row.signed_on))}</td>
				<td>${row.conflict ? esc(__(row.conflict)) : ""}</td><td>${esc(__(row.outcome))}</td></tr>`
		);
		const heading = [__("Enterprise"), __("Signed By"), __("Signed On"), __("Conflict"), __("What Happens")];
		wrapper.html(`<div class="row mb-3">${figures.join("")}</div>
			<table class="table table-sm"><thead><tr>${heading.map((text) => `<th>${esc(text)}</th>`).join("")}</tr></thead>
			<tbody>${rows.join("")}</tbody></table>
			<p class="text-muted">${answer.total > rows.length ? esc(__("The first {0} of {1}, conflicts first", [rows.length, answer.total])) : ""}</p>`);
	},
});
