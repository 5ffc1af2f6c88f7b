frappe.pages["meeting-documents"].on_page_load = (wrapper) => {
	frappe.require(["documents.bundle.js", "documents.bundle.css"], () => {
		wrapper.documents = new meeting_crm.DocumentsScreen(wrapper);
		wrapper.documents.handle_show();
	});
};
