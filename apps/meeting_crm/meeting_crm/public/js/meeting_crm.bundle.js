import * as actions from "./meeting_crm/actions.js";
import * as activities from "./meeting_crm/activities.js";
import * as clock from "./meeting_crm/clock.js";
import * as format from "./meeting_crm/format.js";
import { ClaimListScreen } from "./meeting_crm/claim_list_screen.js";
import { run_each } from "./meeting_crm/bulk.js";
import { is_administrator, make_menu } from "./meeting_crm/menu.js";
import { ProjectSwitcher, no_project_state, remember_project } from "./meeting_crm/project_switcher.js";
import { Screen, empty_state, problem } from "./meeting_crm/screen.js";
import { ServerError, call } from "./meeting_crm/server.js";
import { VirtualList } from "./meeting_crm/virtual_list.js";

frappe.provide("meeting_crm");

Object.assign(window.meeting_crm, {
	...actions,
	...activities,
	clock,
	format,
	run_each,
	is_administrator,
	ProjectSwitcher,
	no_project_state,
	remember_project,
	Screen,
	empty_state,
	problem,
	ServerError,
	call,
	VirtualList,
	ClaimListScreen,
});

$(document).on("toolbar_setup", make_menu);
