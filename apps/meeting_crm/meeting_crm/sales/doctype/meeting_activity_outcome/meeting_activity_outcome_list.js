frappe.listview_settings["Meeting Activity Outcome"] = {
	hide_name_column: true,

	refresh(listview) {
		listview.$result.find(".list-subject a[data-doctype]").each((_index, link) => {
			link.textContent = __(link.dataset.name);
		});
	},
};
