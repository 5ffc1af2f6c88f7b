const DAY_ENDS = (days) => `${frappe.datetime.add_days(frappe.datetime.get_today(), days)} 23:59:59`;

const QUICK_FILTERS = [
	{ label: () => __("Mine"), filters: () => [["holder", "=", frappe.session.user]] },
	{
		label: () => __("Ending within 5 days"),
		filters: () => [
			["holder", "=", frappe.session.user],
			["protected_until", "between", [frappe.datetime.now_datetime(), DAY_ENDS(5)]],
		],
	},
	{
		label: () => __("Due today"),
		filters: () => [
			["holder", "=", frappe.session.user],
			["next_activity_on", "<=", DAY_ENDS(0)],
		],
	},
	{
		label: () => __("Nothing planned"),
		filters: () => [
			["holder", "=", frappe.session.user],
			["next_activity_on", "is", "not set"],
		],
	},
	{ label: () => __("Starred"), filters: () => [["_liked_by", "like", `%${frappe.session.user}%`]] },
	{
		label: () => __("Read-only"),
		filters: () => [
			["owner", "=", frappe.session.user],
			["holder", "!=", frappe.session.user],
		],
	},
];

frappe.listview_settings["Meeting Customer"] = {
	add_fields: [
		"holder",
		"category",
		"segment",
		"project",
		"protected_until",
		"claimed_on",
		"next_activity_on",
	],
	hide_name_column: true,

	onload(listview) {
		listview.page.set_title(__("My Customers"));
		const $bar = $(
			'<div class="meeting-quick-filters d-flex flex-wrap" style="gap: 6px; padding: 0 15px 10px"></div>'
		).insertAfter(listview.page.page_form);
		QUICK_FILTERS.forEach(({ label, filters }) => {
			$(`<button class="btn btn-default btn-xs" type="button">${label()}</button>`)
				.appendTo($bar)
				.on("click", async () => {
					await listview.filter_area.clear(false);
					await listview.filter_area.add(
						filters().map((filter) => ["Meeting Customer", ...filter])
					);
				});
		});
	},

	formatters: {
		protected_until: (value) => (value ? meeting_crm.clock.clock(value, { short: true }) : ""),
		next_activity_on: (value) =>
			value ? meeting_crm.format.esc(meeting_crm.format.format_time(value)) : "",
	},

	button: {
		show: (doc) => doc.holder === frappe.session.user,
		get_label: () => frappe.utils.icon("edit", "sm"),
		get_description: (doc) => meeting_crm.format.esc(__("Note on {0}", [doc.customer_name])),
		action: (doc) =>
			frappe.prompt(
				{ fieldname: "note", fieldtype: "Small Text", label: __("What happened?"), reqd: 1 },
				({ note }) =>
					frappe.call({
						method: "meeting_crm.customers.api.add_remark",
						args: { customer: doc.name, note },
						callback: () => frappe.show_alert({ message: __("Noted."), indicator: "green" }),
					}),
				meeting_crm.format.esc(doc.customer_name)
			),
	},
};
