frappe.pages["logistics-board"].on_page_load = (wrapper) => new meeting_crm.BoardScreen(wrapper, "Logistics");
