const STATUSES = {
	"In Negotiation": { label: () => __("In Negotiation"), colour: "orange" },
	Signed: { label: () => __("Signed"), colour: "green" },
	Uncontacted: { label: () => __("Uncontacted"), colour: "blue" },
	Negotiating: { label: () => __("Negotiating"), colour: "orange" },
	Dead: { label: () => __("Dead"), colour: "gray" },
	Released: { label: () => __("Released"), colour: "blue" },
};

export function esc(value) {
	return frappe.utils.escape_html(value === null || value === undefined ? "" : String(value));
}

export function is_chinese() {
	return (frappe.boot.lang || "").startsWith("zh");
}

/** A moment in the user's time zone from a naive time of the site. */
export function to_moment(value) {
	return frappe.datetime.convert_to_user_tz(value, false);
}

export function format_time(value) {
	if (!value) return "";
	const time = to_moment(value);
	const year = time.year() === moment().year() ? "" : is_chinese() ? "YYYY年" : " YYYY";
	return time.format(is_chinese() ? `${year}M月D日 HH:mm` : `D MMM${year} HH:mm`);
}

/** How long ago somebody was last talked to. */
export function describe_silence(value) {
	if (!value) return __("Never contacted");
	const days = moment().startOf("day").diff(to_moment(value).startOf("day"), "days");
	if (days <= 0) return __("Today");
	return days === 1 ? __("Yesterday") : __("Quiet since {0} days", [days]);
}

export function format_day(value) {
	if (!value) return "";
	const day = moment(value);
	const year = day.year() === moment().year() ? "" : is_chinese() ? "YYYY年" : " YYYY";
	return day.format(is_chinese() ? `${year}M月D日` : `D MMM${year}`);
}

export function format_number(value) {
	return Number(value || 0).toLocaleString(is_chinese() ? "zh-CN" : "en");
}

/** What large numbers are counted in where people read Chinese: [divisor, unit]. */
export function get_chinese_unit(number) {
	const size = Math.abs(number);
	if (size >= 1e8) return [1e8, "亿"];
	return size >= 1e4 ? [1e4, "万"] : [1, ""];
}

/** An amount in the site's currency: ¥120,000.00. */
export function format_money(value) {
	const currency = frappe.boot.sysdefaults.currency || "CNY";
	return Number(value || 0).toLocaleString(is_chinese() ? "zh-CN" : "en", {
		style: "currency",
		currency,
		currencyDisplay: "narrowSymbol",
	});
}

export function pill(status, { text } = {}) {
	const known = STATUSES[status] || { label: () => __(status), colour: "gray" };
	return `<span class="meeting-pill ${known.colour}">${esc(text || known.label())}</span>`;
}

export function icon(name, size = "sm") {
	return frappe.utils.icon(name, size);
}

/** Marks in `name` what `query` has in common with it: runs of at least two characters, or the only one typed. */
export function highlight(name, query) {
	return mark_characters(name, find_common(fold(name), fold(query)));
}

/** Marks the ranges [start, end) of `name` that the server says matched. */
export function mark_ranges(name, ranges) {
	const marked = [...name].map((_, position) =>
		ranges.some(([start, end]) => position >= start && position < end)
	);
	return mark_characters(name, marked);
}

function mark_characters(name, marked) {
	let html = "";
	let open = false;
	[...name].forEach((character, position) => {
		if (Boolean(marked[position]) !== open) {
			html += open ? "</mark>" : "<mark>";
			open = !open;
		}
		html += esc(character);
	});
	return open ? `${html}</mark>` : html;
}

function fold(text) {
	return [...text].map((character) => character.normalize("NFKC").toLowerCase());
}

function find_common(name, query) {
	const marked = name.map(() => false);
	const needed = Math.min(2, query.filter((character) => character.trim()).length);
	if (!needed) return marked;
	let previous = new Array(query.length + 1).fill(0);
	name.forEach((character, position) => {
		const current = new Array(query.length + 1).fill(0);
		query.forEach((wanted, index) => {
			if (character !== wanted || !character.trim()) return;
			const length = (current[index + 1] = previous[index] + 1);
			if (length >= needed) marked.fill(true, position - length + 1, position + 1);
		});
		previous = current;
	});
	return marked;
}

/** The address of a screen or, with `name`, of one record; the desk's own prefix differs between Frappe versions. */
export function link(view, { name, query } = {}) {
	const prefix = window.location.pathname.split("/")[1] || "app";
	const record = name ? `/${encodeURIComponent(name)}` : "";
	return esc(`/${prefix}/${view}${record}${query ? `?${new URLSearchParams(query)}` : ""}`);
}
