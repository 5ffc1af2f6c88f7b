import { DocumentsScreen } from "./documents/screen.js";
import { EditorScreen } from "./documents/editor.js";

frappe.provide("meeting_crm");

Object.assign(window.meeting_crm, { DocumentsScreen, EditorScreen });
