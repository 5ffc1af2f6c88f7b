import { call } from "../server.js";
import { esc, format_time } from "../format.js";

/** What tells of several records leads to the screen with all of them, and "Today's Events" are the activities one planned. */
export function lead_bell() {
	const { prototype } = frappe.ui.Notifications;
	const make_tab_view = prototype.make_tab_view;
	prototype.make_tab_view = function (category) {
		const view = category.view.prototype;
		if (category.id === "notifications") lead_to_screens(view);
		if (category.id === "todays_events" && frappe.model.can_read("Meeting Activity"))
			show_activities(view);
		return make_tab_view.call(this, category);
	};
}

function lead_to_screens(view) {
	const get_item_link = view.get_item_link;
	view.get_item_link = function (notification) {
		return notification.meeting_screen
			? `/app/${esc(notification.meeting_screen)}`
			: get_item_link.call(this, notification);
	};
}

function show_activities(view) {
	view.make = () => {};
	view.show = async function () {
		this.container.show();
		const activities = await call("meeting_crm.sales.api.get_due_activities");
		this.container.html(activities.map(draw).join("") || draw_nothing());
	};
}

function draw({ name, subject, customer_name, starts_on, overdue }) {
	return `<a class="recent-item event" href="/app/meeting-activity/${encodeURIComponent(name)}">
		<div class="event-border" style="border-color: var(--${overdue ? "red" : "blue"}-500)"></div>
		<div class="event-item">
			<div class="event-subject">${esc([subject, customer_name].filter(Boolean).join(" · "))}</div>
			<div class="event-time">${esc(format_time(starts_on))}</div>
		</div>
	</a>`;
}

function draw_nothing() {
	return `<div class="notification-null-state text-center"><div class="title">${esc(
		__("Nothing planned until tonight")
	)}</div></div>`;
}
