const DAY_ENDS = (days) => `${frappe.datetime.add_days(frappe.datetime.get_today(), days)} 23:59:59`;

const CLAIMED = ["claimed_on", "desc"];
const ENDING = ["protected_until", "asc"];
const NEXT = ["next_activity_on", "asc"];
const LAST = ["last_activity_on", "asc"];
const QUIET_DAYS = 7;
const mine = () => ["holder", "=", frappe.session.user];

const VIEWS = [
	{ label: () => __("Mine"), filters: () => [mine()], sort: CLAIMED },
	{
		label: () => __("By days left"),
		filters: () => [mine(), ["protected_until", ">", frappe.datetime.now_datetime()]],
		sort: ENDING,
	},
	{
		label: () => __("Ending within 5 days"),
		filters: () => [
			mine(),
			["protected_until", "between", [frappe.datetime.now_datetime(), DAY_ENDS(5)]],
		],
		sort: ENDING,
	},
	{
		label: () => __("By next activity"),
		filters: () => [mine(), ["next_activity_on", "is", "set"]],
		sort: NEXT,
	},
	{
		label: () => __("Due today"),
		// an empty day is before every other one for the list's own comparison
		filters: () => [mine(), ["next_activity_on", "is", "set"], ["next_activity_on", "<=", DAY_ENDS(0)]],
		sort: NEXT,
	},
	{
		label: () => __("Nothing planned"),
		filters: () => [mine(), ["next_activity_on", "is", "not set"]],
		sort: CLAIMED,
	},
	{
		label: () => __("Quiet for {0} days", [QUIET_DAYS]),
		// whom nobody ever called comes first: an empty day is before every other one
		filters: () => [mine(), ["last_activity_on", "<", DAY_ENDS(-QUIET_DAYS)]],
		sort: LAST,
	},
	{
		label: () => __("Starred"),
		filters: () => [["_liked_by", "like", `%${frappe.session.user}%`]],
		sort: CLAIMED,
	},
	{
		label: () => __("Read-only"),
		filters: () => [
			["owner", "=", frappe.session.user],
			["holder", "!=", frappe.session.user],
		],
		sort: CLAIMED,
	},
];

const REVIEW = {
	label: () => __("To review"),
	filters: () => [["review_status", "=", "Pending"]],
	sort: CLAIMED,
};

const GROUPS = [
	{ fieldname: "project", label: () => __("By project"), linked: "Meeting Project" },
	{ fieldname: "segment", label: () => __("By segment") },
	{ fieldname: "category", label: () => __("By category") },
];

async function show_view(listview, filters, [field, direction], $button) {
	const { sort_selector, filter_area } = listview;
	Object.assign(sort_selector.args, { sort_by: field, sort_by_label: null, sort_order: direction });
	sort_selector.make();
	await filter_area.clear(false);
	await filter_area.add(filters.map((filter) => ["Meeting Customer", ...filter]));
	$button.closest(".meeting-quick-filters").find(".active").removeClass("active");
	$button.addClass("active");
}

function make_view($bar, listview, { label, filters, sort }) {
	const $button = $(`<button class="btn btn-default btn-xs" type="button">${label()}</button>`).appendTo(
		$bar
	);
	$button.on("click", () => show_view(listview, filters(), sort, $button));
}

function make_group($bar, listview, { fieldname, label, linked }) {
	const $group = $(`<div class="dropdown">
		<button class="btn btn-default btn-xs" type="button" data-toggle="dropdown">${label()} ${frappe.utils.icon(
			"select",
			"xs"
		)}</button>
		<div class="dropdown-menu"></div>
	</div>`).appendTo($bar);
	const $button = $group.find("button");
	$group.on("show.bs.dropdown", async () => {
		const $menu = $group
			.find(".dropdown-menu")
			.html(`<a class="dropdown-item disabled">${__("Loading...")}</a>`);
		const rows = await frappe.xcall("frappe.desk.listview.get_group_by_count", {
			doctype: "Meeting Customer",
			current_filters: "[]",
			field: fieldname,
		});
		const counted = rows.filter((row) => row.name && row.count);
		const titles = linked ? await fetch_titles(linked, counted) : {};
		$menu.empty();
		if (!counted.length) $menu.html(`<a class="dropdown-item disabled">${__("No customers yet")}</a>`);
		counted.forEach(({ name, count }) => {
			const title = meeting_crm.format.esc(titles[name] || __(name));
			$(`<a class="dropdown-item" href="#">${title}<span>${count}</span></a>`)
				.appendTo($menu)
				.on("click", (event) => {
					event.preventDefault();
					show_view(listview, [[fieldname, "=", name]], CLAIMED, $button);
				});
		});
	});
}

/** Whoever has no customers begins with the duplicate check, not with an empty form. */
function say_what_to_do_first(listview) {
	const say_nothing_found = listview.get_no_result_message;
	const { link } = meeting_crm.format;
	const steps = `<div class="msg-box no-border">
		<p>${__("No customers yet. Check a company first: one that nobody holds can be claimed or entered at once.")}</p>
		<p><a class="btn btn-primary btn-sm" href="${link("duplicate-check")}">${__("Duplicate Check")}</a>
		<a class="btn btn-default btn-sm" href="${link("enter-enterprise")}">${__("Enter Enterprise")}</a></p>
	</div>`;
	listview.get_no_result_message = function () {
		return this.filter_area?.get().length ? say_nothing_found.call(this) : steps;
	};
}

async function fetch_titles(doctype, rows) {
	const titles = rows.map(async ({ name }) => [
		name,
		frappe.utils.get_link_title(doctype, name) || (await frappe.utils.fetch_link_title(doctype, name)),
	]);
	return Object.fromEntries(await Promise.all(titles));
}

frappe.listview_settings["Meeting Customer"] = {
	add_fields: [
		"holder",
		"category",
		"segment",
		"project",
		"protected_until",
		"claimed_on",
		"next_activity_on",
		"last_activity_on",
	],
	hide_name_column: true,

	onload(listview) {
		listview.page.set_title(__("My Customers"));
		say_what_to_do_first(listview);
		const $bar = $('<div class="meeting-quick-filters d-flex flex-wrap"></div>').insertAfter(
			listview.page.page_form
		);
		VIEWS.forEach((view) => make_view($bar, listview, view));
		if (meeting_crm.is_administrator()) make_view($bar, listview, REVIEW);
		GROUPS.forEach((group) => make_group($bar, listview, group));
	},

	formatters: {
		protected_until: (value, _df, doc) => {
			if (value) return meeting_crm.clock.clock(value, { short: true });
			return doc.category === "Formal" && doc.project ? meeting_crm.format.pill("Signed") : "";
		},
		next_activity_on: (value) =>
			value ? meeting_crm.format.esc(meeting_crm.format.format_time(value)) : "",
		last_activity_on: (value) => meeting_crm.format.esc(meeting_crm.format.describe_silence(value)),
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
