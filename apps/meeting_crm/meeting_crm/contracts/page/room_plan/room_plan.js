frappe.pages["room-plan"].on_page_load = (wrapper) => new meeting_crm.RoomPlanScreen(wrapper);
