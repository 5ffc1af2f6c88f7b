import { CustomerFile } from "./customer_file/customer_file.js";
import { show_sharing } from "./customer_file/sharing.js";
import { add_members, make_preview, show_handover } from "./customer_file/handover.js";
import { watch_numbers } from "./customer_file/numbers.js";

frappe.provide("meeting_crm");

Object.assign(window.meeting_crm, {
	CustomerFile,
	show_sharing,
	show_handover,
	make_handover_preview: make_preview,
	add_handover_members: add_members,
	watch_numbers,
});
