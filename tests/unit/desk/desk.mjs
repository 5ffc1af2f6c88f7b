// What the desk gives its scripts, as far as the pure ones use it. Import this before any of them.
import { createRequire } from "node:module";

const require = createRequire(new URL("../../../apps/frappe/package.json", import.meta.url));
const moment = require("moment-timezone");

export const SITE_ZONE = "Asia/Shanghai";
const ESCAPES = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	'"': "&quot;",
	"'": "&#39;",
	"`": "&#x60;",
	"=": "&#x3D;",
};

export const frappe = {
	boot: { lang: "zh", time_zone: { system: SITE_ZONE, user: SITE_ZONE }, sysdefaults: { currency: "CNY" } },
	datetime: {
		convert_to_user_tz: (value) => moment.tz(value, SITE_ZONE).tz(frappe.boot.time_zone.user),
	},
	utils: {
		escape_html: (text) => text.replace(/[&<>"'`=]/g, (character) => ESCAPES[character]),
		debounce: (call) => call,
	},
};

Object.assign(globalThis, {
	frappe,
	moment,
	__: (text, values = []) => text.replace(/\{(\d+)\}/g, (_, position) => values[position]),
	document: { addEventListener() {}, querySelectorAll: () => [], visibilityState: "visible" },
	window: { location: { pathname: "/app/today" } },
	setInterval() {},
});

/** Runs `test` as a person with this language in this time zone. */
export function as_person({ lang = "zh", zone = SITE_ZONE }, test) {
	const before = { lang: frappe.boot.lang, time_zone: frappe.boot.time_zone };
	Object.assign(frappe.boot, { lang, time_zone: { system: SITE_ZONE, user: zone } });
	try {
		return test();
	} finally {
		Object.assign(frappe.boot, before);
	}
}

export function script(path) {
	return import(new URL(`../../../apps/meeting_crm/meeting_crm/public/js/${path}`, import.meta.url));
}
