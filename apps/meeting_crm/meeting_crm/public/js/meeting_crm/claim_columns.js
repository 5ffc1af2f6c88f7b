import { esc, format_time, highlight } from "./format.js";

/** Columns that every list of claims shows alike; `get_text` gives what is searched for. */
export const claim_columns = {
	company: (get_text) => ({
		label: __("Company"),
		width: "minmax(0, 3fr)",
		render: (row) => `<b>${highlight(row.enterprise_name || "", get_text())}</b>`,
	}),
	holder: () => ({
		label: __("Holder"),
		width: "minmax(0, 1fr)",
		css: "wide-only",
		render: (row) => esc(row.holder_name),
	}),
	claimed_on: () => ({
		label: __("Claimed on"),
		width: "minmax(0, 1.2fr)",
		css: "wide-only",
		render: (row) => esc(format_time(row.claimed_on)),
	}),
};
