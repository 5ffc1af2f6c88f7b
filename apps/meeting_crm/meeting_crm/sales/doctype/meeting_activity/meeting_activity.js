frappe.ui.form.on("Meeting Activity", {
	refresh(frm) {
		frm.set_query("contact", () => ({ filters: { customer: frm.doc.customer || "" } }));
		frm.set_query("opportunity", () => ({ filters: { customer: frm.doc.customer || "" } }));
		frm.set_query("outcome", () => ({ filters: { disabled: 0 } }));
		if (frm.is_new()) return;
		show_overdue(frm);
		if (!frm.perm[0].write) return;
		if (frm.doc.status === "Planned") {
			frm.add_custom_button(__("Done, and Next"), () => finish(frm)).addClass("btn-primary");
		} else {
			frm.add_custom_button(__("Plan the Next"), () => plan_next(frm));
		}
		if (frm.doc.series) {
			frm.add_custom_button(__("Stop Repeating"), () => stop_repeating(frm));
		}
	},
});

function show_overdue(frm) {
	if (frm.doc.status === "Planned" && frm.doc.ends_on < frappe.datetime.system_datetime()) {
		frm.dashboard.set_headline_alert(
			__("Overdue since {0}. Enter what came of it, or move it to a new time.", [
				frappe.datetime.comment_when(frm.doc.ends_on),
			]),
			"red"
		);
	}
}

function finish(frm) {
	meeting_crm.finish_activity(frm.doc, { on_done: () => meeting_crm.refresh_form(frm) });
}

function plan_next(frm) {
	meeting_crm.plan_activity({
		customer: frm.doc.customer,
		customer_name: frm.doc.customer_name,
		project: frm.doc.project,
	});
}

function stop_repeating(frm) {
	frappe.confirm(
		__("The planned repetitions after this one go off the calendar. Those with a result stay."),
		async () => {
			const { message } = await frappe.call({
				method: "meeting_crm.sales.api.stop_repeating",
				args: { activity: frm.doc.name },
			});
			frappe.show_alert({
				message: __("{0} planned activities taken off the calendar", [message]),
				indicator: "green",
			});
			meeting_crm.refresh_form(frm);
		}
	);
}
