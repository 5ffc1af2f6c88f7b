frappe.pages["document-editor"].on_page_load = (wrapper) => {
	frappe.require(["documents.bundle.js", "documents.bundle.css"], () => {
		wrapper.editor = new meeting_crm.EditorScreen(wrapper);
		wrapper.editor.handle_show();
	});
};
