frappe.pages["booth-plan"].on_page_load = (wrapper) => new meeting_crm.BoothPlanScreen(wrapper);
