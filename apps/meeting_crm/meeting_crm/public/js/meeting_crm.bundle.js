import * as actions from "./meeting_crm/actions.js";
import * as activities from "./meeting_crm/activities.js";
import * as clock from "./meeting_crm/clock.js";
import * as format from "./meeting_crm/format.js";
import * as money from "./meeting_crm/money.js";
import { claim_columns } from "./meeting_crm/claim_columns.js";
import { ClaimListScreen } from "./meeting_crm/claim_list_screen.js";
import { assign } from "./meeting_crm/assign.js";
import { BoardScreen } from "./meeting_crm/departments/board.js";
import { BoothPlanScreen } from "./meeting_crm/departments/booths.js";
import { ProjectListsScreen } from "./meeting_crm/departments/lists.js";
import { RoomPlanScreen } from "./meeting_crm/departments/rooms.js";
import { offer_execution } from "./meeting_crm/departments/contract.js";
import { open_task } from "./meeting_crm/departments/task.js";
import { read_attendees } from "./meeting_crm/departments/attendees.js";
import { show_progress } from "./meeting_crm/departments/progress.js";
import { draw_volume, show_volume_on_workspace } from "./meeting_crm/daily_volume.js";
import { tidy_forms } from "./meeting_crm/frappe/desk_forms.js";
import { tidy_lists } from "./meeting_crm/frappe/desk_lists.js";
import { guarded, show_problem } from "./meeting_crm/dialogs.js";
import { close_dialogs_with_care } from "./meeting_crm/frappe/closing.js";
import { name_breadcrumbs } from "./meeting_crm/frappe/breadcrumbs.js";
import { run_each, show_results } from "./meeting_crm/bulk.js";
import { choose_landing, is_administrator, is_manager, make_menu } from "./meeting_crm/menu.js";
import { forget_other_language } from "./meeting_crm/frappe/languages.js";
import { lead_bell } from "./meeting_crm/frappe/bell.js";
import { hide_link_numbers } from "./meeting_crm/frappe/link_numbers.js";
import { keep_links_while_looked_up } from "./meeting_crm/frappe/link_titles.js";
import { limit_list_numbers } from "./meeting_crm/frappe/list_number.js";
import { refresh_form, remember_what_is_stored, take_over } from "./meeting_crm/open_form.js";
import { overview } from "./meeting_crm/overview.js";
import { name_people } from "./meeting_crm/people.js";
import { tidy_print_view } from "./meeting_crm/frappe/print_view.js";
import {
	ProjectSwitcher,
	get_remembered_project,
	no_project_state,
	remember_project,
} from "./meeting_crm/project_switcher.js";
import { catch_refusals, show_refusal } from "./meeting_crm/refusals.js";
import { RunView, show_run } from "./meeting_crm/runs.js";
import { fill_people, make_search_box } from "./meeting_crm/search_box.js";
import { Screen, empty_state, problem } from "./meeting_crm/screen.js";
import { ServerError, call, to_text } from "./meeting_crm/server.js";
import { apply_personal_rights } from "./meeting_crm/frappe/personal_rights.js";
import { offer_handover_of_disabled } from "./meeting_crm/leavers.js";
import { leave_when_ended } from "./meeting_crm/session.js";
import { draw_story, explain } from "./meeting_crm/story.js";
import { find_files_from_the_top } from "./meeting_crm/frappe/top_search.js";
import { keep_what_is_typed } from "./meeting_crm/frappe/typing.js";
import { VirtualList } from "./meeting_crm/virtual_list.js";
import { count_in_wan, translate_widgets } from "./meeting_crm/frappe/widgets.js";

frappe.provide("meeting_crm");

Object.assign(window.meeting_crm, {
	...actions,
	...activities,
	clock,
	format,
	money,
	assign,
	draw_story,
	draw_volume,
	explain,
	guarded,
	show_problem,
	show_refusal,
	run_each,
	show_results,
	is_administrator,
	is_manager,
	RunView,
	show_run,
	ProjectSwitcher,
	get_remembered_project,
	no_project_state,
	remember_project,
	refresh_form,
	take_over,
	Screen,
	empty_state,
	problem,
	ServerError,
	call,
	to_text,
	VirtualList,
	ClaimListScreen,
	claim_columns,
	fill_people,
	make_search_box,
	overview,
	BoardScreen,
	BoothPlanScreen,
	ProjectListsScreen,
	RoomPlanScreen,
	open_task,
	read_attendees,
	show_progress,
});

choose_landing();
forget_other_language();
apply_personal_rights();
lead_bell();
$(document).on("app_ready", make_menu);
$(document).on("app_ready", leave_when_ended);
$(document).on("app_ready", catch_refusals);
$(document).on("app_ready", offer_handover_of_disabled);
$(document).on("app_ready", offer_execution);
$(document).on("app_ready", name_breadcrumbs);
$(document).on("app_ready", name_people);
$(document).on("app_ready", tidy_print_view);
$(document).on("app_ready", translate_widgets);
$(document).on("app_ready", count_in_wan);
$(document).on("app_ready", limit_list_numbers);
$(document).on("app_ready", hide_link_numbers);
$(document).on("app_ready", keep_links_while_looked_up);
$(document).on("app_ready", keep_what_is_typed);
$(document).on("app_ready", close_dialogs_with_care);
$(document).on("app_ready", find_files_from_the_top);
$(document).on("app_ready", remember_what_is_stored);
$(document).on("app_ready", activities.listen_for_activities);
$(document).on("app_ready", tidy_forms);
$(document).on("app_ready", tidy_lists);
$(document).on("app_ready", show_volume_on_workspace);
