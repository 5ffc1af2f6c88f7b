import { describe_silence, esc, format_time, highlight, link } from "./format.js";

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
	/** Whom to call, by a touch. */
	contact: () => ({
		label: __("Contact"),
		width: "minmax(44px, 1.7fr)",
		render: ({ person_name, phone }) =>
			`<span class="wide-only">${esc(person_name || "")}</span> ${
				phone
					? `<a href="tel:${esc(phone.replace(/[^\d+]/g, ""))}" class="number" title="${esc(person_name || "")}"><span
						class="narrow-only" aria-label="${esc(phone)}">☎</span><span class="wide-only">${esc(phone)}</span></a>`
					: ""
			}`,
	}),
	last_activity: () => ({
		label: __("Last Activity"),
		width: "minmax(0, 1fr)",
		css: "wide-only",
		render: ({ last_activity_on }) => esc(describe_silence(last_activity_on)),
	}),
	next_activity: () => ({
		label: __("Next Step"),
		width: "minmax(0, 1.1fr)",
		css: "wide-only",
		render: ({ next_activity_on }) => esc(format_time(next_activity_on)),
	}),
	amount: () => ({
		label: __("Amount"),
		width: "minmax(90px, 1fr)",
		render: ({ amount }) => (amount ? `<span class="number">${esc(format_currency(amount))}</span>` : ""),
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
