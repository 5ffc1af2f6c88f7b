import { esc, format_time, highlight, link } from "./format.js";

/** Columns that every list of claims shows alike; `get_text` gives what is searched for. */
export const claim_columns = {
	company: (get_text) => ({
		label: __("Company"),
		width: "minmax(0, 3fr)",
		render: (row) => `<b>${highlight(row.enterprise_name || "", get_text())}</b>`,
	}),
	holder: () => ({
		is_person: true,
		label: __("Holder"),
		width: "minmax(0, 1fr)",
		css: "wide-only",
		render: (row) => esc(row.holder_name),
	}),
	contract: () => ({
		label: __("Contract"),
		width: "minmax(0, 1.2fr)",
		css: "wide-only",
		render: ({ contract }) =>
			contract ? `<a href="${link("meeting-contract", { name: contract })}">${esc(contract)}</a>` : "",
	}),
	claimed_on: () => ({
		label: __("Claimed on"),
		width: "minmax(0, 1.2fr)",
		css: "wide-only",
		render: (row) => esc(format_time(row.claimed_on)),
	}),
};
