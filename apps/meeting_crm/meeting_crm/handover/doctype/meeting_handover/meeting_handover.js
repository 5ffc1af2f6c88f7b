frappe.ui.form.on("Meeting Handover", {
	setup(frm) {
		const people = () => ({ filters: { enabled: 1, user_type: "System User" } });
		frm.set_query("user", "receivers", people);
		frm.set_query("from_user", () => ({ query: "meeting_crm.handover.api.search_givers" }));
	},

	onload(frm) {
		if (frm.is_new() && !frm.doc.from_user) {
			const own = meeting_crm.is_manager() ? null : frappe.session.user;
			frm.set_value("from_user", frappe.utils.get_url_arg("from_user") || own);
		}
	},

	refresh(frm) {
		if (frm.doc.status !== "Draft") frm.disable_form();
		if (frm.is_new()) return;
		frappe.require("customer_file.bundle.js", () => frm.trigger("show_state"));
	},

	async show_state(frm) {
		const state = await meeting_crm.call("meeting_crm.handover.api.preview_handover", {
			handover_name: frm.doc.name,
		});
		frm.clear_custom_buttons();
		const is_moved = Object.keys(state.moved).length > 0;
		frm.fields_dict.preview.$wrapper.html(
			`<div class="meeting-screen"><h4>${is_moved ? __("What was handed over") : __("Preview")}</h4></div>` +
				meeting_crm.make_handover_preview(state) +
				frm.events.make_parties(state) +
				frm.events.make_kept(state)
		);
		meeting_crm.show_run(frm);
		if (state.may_add_members) {
			frm.add_custom_button(__("Add to the Project"), async () => {
				await meeting_crm.add_handover_members(frm.doc.name);
				await frm.reload_doc();
			});
		}
		const act = (method) => async () => {
			try {
				const answer = await meeting_crm.call(`meeting_crm.handover.api.${method}`, {
					handover_name: frm.doc.name,
				});
				await frm.reload_doc();
				return answer;
			} catch (error) {
				if (error.name !== "ServerError") throw error;
				frappe.msgprint({ message: meeting_crm.format.esc(error.message), indicator: "red" });
			}
		};
		if (["Draft", "Failed"].includes(state.status) || state.is_stuck) {
			frm.add_custom_button(state.status === "Draft" ? __("Hand Over Now") : __("Try again"), () =>
				frappe.confirm(__("Hand over everything listed in the preview?"), act("start_handover"))
			).addClass("btn-primary");
		}
		if (state.status === "Done") {
			const me = state.parties.find((row) => row.user === frappe.session.user);
			if (me && !me.confirmed_on)
				frm.add_custom_button(__("Confirm"), act("confirm_handover")).addClass("btn-primary");
			if (moment(frm.doc.undo_until).isAfter(moment(frappe.datetime.now_datetime()))) {
				frm.add_custom_button(__("Undo"), () =>
					frappe.confirm(
						__(
							"Give everything back that was not changed since? What was changed stays where it is and is listed."
						),
						async () => frm.events.tell_undone(await act("undo_handover")())
					)
				);
			}
		}
	},

	tell_undone(answer) {
		if (!answer) return;
		const returned = Object.values(answer.returned).reduce((sum, count) => sum + count, 0);
		frappe.show_alert(
			{
				message: __("Records given back: {0}. Left because they were changed since: {1}.", [
					returned,
					answer.kept,
				]),
				indicator: answer.kept ? "orange" : "green",
			},
			10
		);
	},

	make_parties({ status, parties }) {
		if (status === "Draft") return "";
		const { esc, format_time } = meeting_crm.format;
		const rows = parties.map(
			(row) =>
				`<tr><td>${esc(row.full_name)}</td><td>${row.confirmed_on ? esc(__("confirmed {0}", [format_time(row.confirmed_on)])) : __("not confirmed yet")}</td></tr>`
		);
		return `<div class="meeting-screen"><h4>${__("Confirmations")}</h4><table class="table table-sm"><tbody>${rows.join("")}</tbody></table></div>`;
	},

	make_kept({ kept }) {
		if (!kept.length) return "";
		const { esc } = meeting_crm.format;
		const rows = kept.map(
			(row) =>
				`<tr><td>${esc(__(row.reference_doctype))}</td><td><a href="${frappe.utils.get_form_link(row.reference_doctype, row.reference_name)}">${esc(row.title)}</a></td></tr>`
		);
		return `<h4>${__("Changed since the handover and left as it is")}</h4><table class="table table-sm"><tbody>${rows.join("")}</tbody></table>`;
	},
});
