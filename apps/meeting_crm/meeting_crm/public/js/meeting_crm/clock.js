import { esc, format_time } from "./format.js";

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const RED_UNDER = 3 * DAY;
const AMBER_UNDER = 5 * DAY;

let offset = 0;

/** Sets the clock by the server's, as the person's own may be wrong. */
export function sync(server_now) {
	if (server_now) offset = to_instant(server_now) - Date.now();
}

export function now() {
	return Date.now() + offset;
}

function to_instant(value) {
	const zone = frappe.boot.time_zone && frappe.boot.time_zone.system;
	return (zone ? moment.tz(value, zone) : moment(value)).valueOf();
}

export function milliseconds_left(until) {
	return to_instant(until) - now();
}

export function describe_left(until) {
	const left = milliseconds_left(until);
	if (left <= 0) return __("Protection is over");
	if (left > DAY) return __("{0} days left", [Math.ceil(left / DAY)]);
	if (left >= HOUR)
		return __("{0} h {1} min left", [Math.floor(left / HOUR), Math.floor((left % HOUR) / MINUTE)]);
	return __("{0} min left", [Math.max(1, Math.floor(left / MINUTE))]);
}

function urgency(until) {
	const left = milliseconds_left(until);
	if (left <= 0) return "over";
	if (left < RED_UNDER) return "red";
	return left < AMBER_UNDER ? "amber" : "calm";
}

/**
 * "还剩 4 天 · 11月27日 15:20 到期", red under three days; `reason` shows on hover (B13). With the name of a `claim`, a
 * click tells its whole story.
 */
export function clock(until, { reason = "", short = false, claim = "" } = {}) {
	if (!until) return "";
	const story = claim ? `role="button" tabindex="0" data-meeting-claim="${esc(claim)}"` : "";
	return `<span class="meeting-clock ${urgency(until)}" data-meeting-until="${esc(until)}" data-short="${short ? 1 : ""}" ${story}
		title="${esc(reason || __("Protected until {0}", [format_time(until)]))}">${clock_text(until, short)}</span>`;
}

function clock_text(until, short) {
	const left = esc(describe_left(until));
	return short
		? left
		: `${left}<span class="meeting-clock-end"> · ${esc(__("ends {0}", [format_time(until)]))}</span>`;
}

function tick() {
	for (const element of document.querySelectorAll("[data-meeting-until]")) {
		const until = element.dataset.meetingUntil;
		const state = urgency(until);
		if (state === "over" && !element.classList.contains("over")) {
			$(document).trigger("meeting:protection-over");
		}
		element.className = `meeting-clock ${state}`;
		element.innerHTML = clock_text(until, Boolean(element.dataset.short));
	}
}

setInterval(() => document.visibilityState === "visible" && tick(), 10 * 1000);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && tick());
