frappe.pages["project-lists"].on_page_load = (wrapper) => new meeting_crm.ProjectListsScreen(wrapper);
