const call = (value) => {
	const number = meeting_crm.format.esc(value || "");
	return number && `<a href="tel:${number}">${number}</a>`;
};

frappe.listview_settings["Meeting Contact"] = {
	hide_name_column: true,
	formatters: { mobile: call, phone: call },
};
