const esc = (value) => meeting_crm.format.esc(value);

/** Who sees a file and why, and, for those who may, sharing with several people until an instant. */
export async function show_sharing({ customer, customer_name, may_share, on_done }) {
	const names = new Map();
	const dialog = new frappe.ui.Dialog({
		title: esc(`${__("Share")}: ${customer_name}`),
		size: "large",
		fields: [
			{ fieldname: "section", fieldtype: "Section Break", label: __("Who sees this, and why") },
			{ fieldname: "access", fieldtype: "HTML" },
			{ fieldname: "problem", fieldtype: "HTML" },
			{
				fieldname: "share_section",
				fieldtype: "Section Break",
				label: __("Share"),
				hidden: !may_share,
			},
			{
				fieldname: "users",
				fieldtype: "MultiSelectPills",
				label: __("Colleagues"),
				hidden: !may_share,
				get_data: async (txt) => {
					const filters = {
						enabled: 1,
						user_type: "System User",
						name: ["!=", frappe.session.user],
					};
					const people = await frappe.db.get_link_options("User", txt, filters);
					people.forEach(({ value, label }) => names.set(value, label || value));
					return people;
				},
			},
			{ fieldname: "write", fieldtype: "Check", label: __("May also edit"), hidden: !may_share },
			{ fieldname: "column", fieldtype: "Column Break" },
			{
				fieldname: "until",
				fieldtype: "Datetime",
				label: __("Until (empty: without end)"),
				hide_timezone: frappe.datetime.is_system_time_zone(),
				hidden: !may_share,
			},
		],
		primary_action_label: may_share ? __("Share") : __("Close"),
		async primary_action(values) {
			if (!may_share) return dialog.hide();
			await run(() =>
				meeting_crm.call("meeting_crm.customers.api.share", {
					customer,
					users: values.users || [],
					write: Boolean(values.write),
					until: values.until || null,
				})
			);
			dialog.set_values({ users: [], until: null, write: 0 });
		},
	});
	// the control knows the names of its latest suggestions only, and shows addresses for those chosen before
	dialog.get_field("users").get_label = (user) => names.get(user) || user;
	const show = (rows) => dialog.fields_dict.access.$wrapper.html(make_access(rows, may_share));
	const run = async (action) => {
		try {
			show(await action());
			dialog.fields_dict.problem.$wrapper.empty();
			if (on_done) on_done();
		} catch (error) {
			meeting_crm.show_problem(dialog, error);
		}
	};
	dialog.fields_dict.access.$wrapper.on("click", "[data-revoke]", (event) =>
		run(() =>
			meeting_crm.call("meeting_crm.customers.api.unshare", {
				customer,
				user: event.currentTarget.dataset.revoke,
			})
		)
	);
	dialog.show();
	await run(() => meeting_crm.call("meeting_crm.customers.api.get_access", { customer }));
	return dialog;
}

function make_access(rows, may_share) {
	const lines = rows.map(
		(row) => `<tr>
			<td>${esc(row.full_name)}</td>
			<td>${esc(row.why)}</td>
			<td>${row.right === "write" ? __("reads and edits") : __("reads")}</td>
			<td>${row.until ? esc(__("until {0}", [meeting_crm.format.format_time(row.until)])) : ""}</td>
			<td class="text-right">${
				row.shared && may_share
					? `<button class="btn btn-default btn-xs" data-revoke="${esc(row.user)}">${__("End")}</button>`
					: ""
			}</td>
		</tr>`
	);
	return `<table class="table table-sm meeting-access"><tbody>${lines.join("")}</tbody></table>`;
}
