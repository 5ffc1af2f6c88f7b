const STEPS_WITH_BUTTONS = ["Sign", "Mark Dead", "Release"];

frappe.ui.form.on("Meeting Claim", {
	setup(frm) {
		frm.trigger("show_other_actions_alone");
	},

	onload(frm) {
		frappe.meta.get_docfield(frm.doctype, "end_reason", frm.docname).formatter = (reason) =>
			meeting_crm.format.esc(__(reason));
	},

	/** The menu of the workflow holds what administrators added; the usual steps have buttons. */
	show_other_actions_alone(frm) {
		frm.states.setup_help = () => {};
		const show = frm.states.show_actions;
		frm.states.show_actions = function () {
			const { get_transitions } = frappe.workflow;
			frappe.workflow.get_transitions = async (doc) =>
				(await get_transitions.call(frappe.workflow, doc)).filter(
					({ action }) => doc.phase !== "Negotiating" || !STEPS_WITH_BUTTONS.includes(action)
				);
			show.call(this);
			frappe.workflow.get_transitions = get_transitions;
		};
	},

	refresh(frm) {
		frm.disable_save();
		frm.toggle_display(["enterprise_name", "project_name", "workflow_state"], false);
		frm.toggle_display("enterprise", meeting_crm.is_administrator());
		frm.trigger("draw_story");
		frm.trigger("add_actions");
	},

	add_actions(frm) {
		const claim = frm.doc;
		const on_done = () => frm.reload_doc();
		const is_running =
			claim.phase === "Negotiating" && meeting_crm.clock.milliseconds_left(claim.protected_until) > 0;
		if (is_running) {
			frm.add_custom_button(__("Extend Protection"), () => meeting_crm.extend([claim], { on_done }));
			if (meeting_crm.may_sign(claim)) {
				frm.add_custom_button(__("Sign"), () => meeting_crm.sign(claim, { on_done })).addClass(
					"btn-primary"
				);
			}
			frm.add_custom_button(__("Mark Dead"), () => meeting_crm.mark_dead([claim], { on_done }));
			frm.add_custom_button(__("Give Back"), () => meeting_crm.release([claim], { on_done }));
		}
		if (claim.phase === "Ended" && meeting_crm.clock.milliseconds_left(claim.protected_until) > 0) {
			frm.add_custom_button(__("Reopen"), () => frm.trigger("reopen"));
		}
		if (claim.phase === "Ended" || (claim.phase === "Negotiating" && !is_running)) {
			frm.add_custom_button(__("Assign"), () =>
				meeting_crm.assign({ project: claim.project, rows: [claim], on_done })
			).toggle(meeting_crm.is_manager() || meeting_crm.is_administrator());
		}
		frm.add_custom_button(__("Customer File"), () => meeting_crm.open_customer(claim.customer));
		if (meeting_crm.is_administrator()) {
			frm.add_custom_button(__("Who Held It"), () => frm.trigger("show_holders"));
		}
	},

	async draw_story(frm) {
		const wrapper = frm.fields_dict.story.$wrapper;
		try {
			wrapper.html(
				meeting_crm.draw_story(
					await meeting_crm.call("meeting_crm.claims.api.explain_claim", { claim: frm.doc.name })
				)
			);
		} catch (error) {
			if (error.name !== "ServerError") throw error;
			wrapper.html(meeting_crm.problem(error.message));
		}
	},

	reopen(frm) {
		frappe.prompt(
			{
				fieldname: "reason",
				fieldtype: "Small Text",
				label: __("Why is it opened again?"),
				reqd: 1,
				description: __("The protection goes on with the time it had left; nothing is added."),
			},
			async ({ reason }) => {
				try {
					await meeting_crm.call("meeting_crm.claims.api.reopen", { claim: frm.doc.name, reason });
				} catch (error) {
					if (error.name !== "ServerError") throw error;
					frappe.msgprint({
						title: __("Reopen"),
						message: meeting_crm.format.esc(error.message),
						indicator: "red",
					});
				}
				frm.reload_doc();
			},
			__("Reopen"),
			__("Reopen")
		);
	},

	async show_holders(frm) {
		const { esc, format_time } = meeting_crm.format;
		const rows = await meeting_crm.call("meeting_crm.claims.api.get_holders", {
			enterprise: frm.doc.enterprise,
		});
		const cells = rows.map(
			(
				row
			) => `<tr><td>${esc(row.project_name)}</td><td>${esc(row.holder_name)}</td><td>${esc(__(row.source))}</td>
				<td>${esc(format_time(row.claimed_on))}</td><td>${esc(format_time(row.ended_on || row.protected_until))}</td>
				<td>${esc(__(row.workflow_state))}</td></tr>`
		);
		const heading = [
			__("Project"),
			__("Holder"),
			__("Source"),
			__("Claimed on"),
			__("Until"),
			__("Status"),
		];
		const dialog = new frappe.ui.Dialog({ title: esc(frm.doc.enterprise_name), size: "large" });
		dialog.$body.html(
			`<table class="table table-sm"><thead><tr>${heading.map((text) => `<th>${esc(text)}</th>`).join("")}</tr></thead>
				<tbody>${cells.join("")}</tbody></table>`
		);
		dialog.show();
	},

	/** The menu of the workflow asks for what its actions need: a contract, a reason. */
	before_workflow_action(frm) {
		const on_done = () => frm.reload_doc();
		const steps = {
			Sign: () => meeting_crm.sign(frm.doc, { on_done }),
			"Mark Dead": () => meeting_crm.mark_dead([frm.doc], { on_done }),
			Release: () => meeting_crm.release([frm.doc], { on_done }),
		};
		const step = steps[frm.selected_workflow_action];
		if (!step) return;
		frappe.dom.unfreeze();
		step();
		return new Promise(() => {});
	},
});
