frappe.ui.form.on("Meeting Calendar", {
	refresh(frm) {
		frm.add_custom_button(__("Add the known days of a year"), () => ask_for_year(frm));
	},

	/** Nobody loses a company by a day typed in a hurry (B12). */
	async before_save(frm) {
		const days = (frm.doc.days || []).map(({ day, kind }) => ({ day, kind }));
		const { running, lost, shortened, lengthened } = await meeting_crm.call(
			"meeting_crm.claims.api.preview_calendar",
			{ days }
		);
		if (!(lost + shortened)) return;
		const { format_number } = meeting_crm.format;
		const question = __("Of {0} running claims {1} end at once, {2} end earlier and {3} later.", [
			format_number(running),
			format_number(lost),
			format_number(shortened),
			format_number(lengthened),
		]);
		const goes_on = await new Promise((resolve) =>
			frappe.confirm(
				`${question} ${__("Save these days?")}`,
				() => resolve(true),
				() => resolve(false)
			)
		);
		if (!goes_on) frappe.validated = false;
	},
});

function ask_for_year(frm) {
	frappe.prompt(
		{
			fieldname: "year",
			fieldtype: "Int",
			label: __("Year"),
			reqd: 1,
			default: new Date().getFullYear() + 1,
		},
		async ({ year }) => {
			const known = await frappe.xcall("meeting_crm.claims.api.get_known_days", { year });
			const listed = new Set((frm.doc.days || []).map(({ day }) => day));
			known
				.filter(({ day }) => !listed.has(day))
				.forEach((row) => Object.assign(frm.add_child("days"), row));
			frm.refresh_field("days");
			frm.dirty();
		},
		__("Add the known days of a year"),
		__("Add")
	);
}
