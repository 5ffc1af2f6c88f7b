frappe.ui.form.on("Meeting Customer", {
	setup(frm) {
		frm.set_query("segment", () => ({ filters: { disabled: 0 } }));
	},

	refresh(frm) {
		frm.trigger("set_editable");
		frappe.require(["customer_file.bundle.js", "customer_file.bundle.css"], () => {
			meeting_crm.watch_numbers(frm, () => (frm.is_new() ? null : frm.doc.name));
			if (frm.is_new()) return frm.trigger("offer_entry");
			frm.file = frm.file || new meeting_crm.CustomerFile(frm, frm.fields_dict.overview.wrapper);
			frm.share_doc = () => frm.file.share();
			frm.file.refresh();
		});
	},

	before_save(frm) {
		return frm.meeting_taking_over;
	},

	offer_entry(frm) {
		const link = `<a href="${meeting_crm.format.link("enter-enterprise")}">${__("Enter Enterprise")}</a>`;
		frm.set_intro(
			__("A company to be protected in a project is entered here: {0}. This form is for the others.", [
				link,
			]),
			"blue"
		);
	},

	set_editable(frm) {
		const is_own =
			frm.is_new() ||
			!frm.doc.enterprise ||
			frappe.user.has_role(["Meeting Administrator", "System Manager"]);
		frm.set_df_property("customer_name", "read_only", is_own ? 0 : 1);
		const categories = ["Intended", "Formal", "Partner", "Supplier", "Media", "Social Relation"];
		const is_private = !frm.doc.enterprise;
		frm.set_df_property(
			"category",
			"options",
			categories
				.slice(is_private ? 2 : 0, is_private ? 6 : 5)
				.map((value) => ({ value, label: __(value) }))
		);
		if (frm.is_new() && ["Intended", "Formal"].includes(frm.doc.category))
			frm.set_value("category", "Social Relation");
	},

	add_actions(frm) {
		frm.clear_custom_buttons();
		const { may } = frm.file.state;
		const claims = frm.file.get_running_claims();
		const on_done = () => meeting_crm.refresh_form(frm);
		const add_step = (label, step) =>
			frm.add_custom_button(label, () => meeting_crm.choose_claim(label, claims, step));
		if (may.write) {
			frm.add_custom_button(__("Record Activity"), () => frm.file.record_activity()).addClass(
				"btn-primary"
			);
		}
		if (claims.length) {
			add_step(__("Extend Protection"), (claim) => meeting_crm.extend([claim], { on_done }));
			add_step(__("Sign"), (claim) => meeting_crm.sign(claim, { on_done }));
			add_step(__("Mark Dead"), (claim) => meeting_crm.mark_dead([claim], { on_done }));
		}
		if (may.share) {
			frm.add_custom_button(__("Share"), () => frm.file.share());
			frm.add_custom_button(__("Hand over"), () => meeting_crm.show_handover({ frm, on_done }));
		}
		if (may.enter && may.write) {
			frm.add_custom_button(__("Submit to the general database"), () =>
				frm.trigger("submit_to_database")
			);
		}
		frm.trigger("add_review_actions");
	},

	submit_to_database(frm) {
		const dialog = new frappe.ui.Dialog({
			title: __("Submit to the general database"),
			fields: [
				{
					fieldname: "hint",
					fieldtype: "HTML",
					options: `<p>${__("From then on everybody finds the company in the duplicate check, by name and status. With a project, it is protected for you there.")}</p>`,
				},
				{
					fieldname: "project",
					fieldtype: "Link",
					options: "Meeting Project",
					label: __("Project (empty: no protection)"),
				},
				{ fieldname: "problem", fieldtype: "HTML" },
			],
			primary_action_label: __("Submit"),
			async primary_action({ project }) {
				try {
					await meeting_crm.call("meeting_crm.entry.api.submit_to_database", {
						customer: frm.doc.name,
						project,
					});
					dialog.hide();
					meeting_crm.refresh_form(frm);
				} catch (error) {
					meeting_crm.show_problem(dialog, error);
				}
			},
		});
		dialog.show();
	},

	add_review_actions(frm) {
		const is_administrator = meeting_crm.is_administrator();
		if (is_administrator && frm.doc.review_status === "Pending") {
			const review = async (decision, reason) => {
				await meeting_crm.call("meeting_crm.customers.api.review", {
					customer: frm.doc.name,
					decision,
					reason,
				});
				meeting_crm.refresh_form(frm);
			};
			const ask_why = () =>
				frappe.prompt(
					{
						fieldname: "reason",
						fieldtype: "Small Text",
						label: __("Why is this file rejected?"),
						reqd: 1,
					},
					({ reason }) => review("Rejected", reason),
					__("Reject"),
					__("Reject")
				);
			frm.add_custom_button(__("Approve"), () => review("Approved"), __("Review"));
			frm.add_custom_button(__("Reject"), ask_why, __("Review"));
		}
		if (!is_administrator && frm.doc.holder === frappe.session.user) {
			frm.page.add_menu_item(__("Ask for Deletion"), () =>
				frappe.prompt(
					{
						fieldname: "reason",
						fieldtype: "Small Text",
						label: __("Why should this file be deleted?"),
						reqd: 1,
					},
					({ reason }) =>
						frappe.call({
							method: "meeting_crm.customers.api.request_deletion",
							args: { customer: frm.doc.name, reason },
							callback: () =>
								frappe.show_alert({
									message: __("An administrator decides about it."),
									indicator: "green",
								}),
						}),
					__("Ask for Deletion")
				)
			);
		}
	},
});

frappe.realtime.on("meeting_share_ended", ({ doctype, name }) => {
	if (cur_frm && cur_frm.doctype === doctype && cur_frm.docname === name) {
		frappe.msgprint(__("This record is no longer shared with you."));
		frappe.set_route("List", doctype);
	}
});
