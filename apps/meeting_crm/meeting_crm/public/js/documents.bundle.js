import { DocumentsScreen } from "./documents/screen.js";

frappe.provide("meeting_crm");

Object.assign(window.meeting_crm, { DocumentsScreen });
