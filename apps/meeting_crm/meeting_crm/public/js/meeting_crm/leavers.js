/** A disabled account that still holds companies: who opens it is led to the handover. */
export function offer_handover_of_disabled() {
	$(document).on("form-refresh", async (_event, frm) => {
		if (frm?.doctype !== "User" || frm.is_new() || frm.doc.enabled) return;
		if (!frappe.model.can_create("Meeting Handover")) return;
		const customers = await frappe.db.count("Meeting Customer", { filters: { holder: frm.doc.name } });
		if (!customers || frm.doc.enabled) return;
		frm.add_custom_button(__("Hand Over {0} Customers", [customers]), () => {
			window.location.href = `/app/meeting-handover/new?from_user=${encodeURIComponent(frm.doc.name)}`;
		}).addClass("btn-primary");
	});
}
