import { esc } from "../format.js";
import { call } from "../server.js";

const TYPING_PAUSE = 250;
/** Above the desk's own suggestions, of which the first has 100. */
const FIRST_INDEX = 300;

/**
 * The search box at the top of the desk knows companies, people, telephone numbers, contracts and quotations: whoever has a caller on
 * the line is in the file with what the caller says.
 */
export function find_files_from_the_top() {
	const input = document.getElementById("navbar-search");
	const box = input?.awesomplete;
	if (!box) return;
	let asked = "";
	const look = frappe.utils.debounce(async () => {
		const text = input.value.trim();
		asked = text;
		if (text.length < 2 || text.startsWith("#") || text.startsWith("=")) return;
		const rows = await call("meeting_crm.customer_file.api.find", { text }).catch(() => []);
		if (asked !== text || input.value.trim() !== text || document.activeElement !== input) return;
		const others = box._list.filter((option) => !option.is_file);
		box.list = [...rows.map(make_option), make_check(text), ...others].filter(Boolean);
	}, TYPING_PAUSE);
	$(input).on("input", look);
}

function make_option({ doctype, name, title, detail }, place) {
	return {
		is_file: true,
		index: FIRST_INDEX - place,
		label: esc(title),
		value: `${doctype} ${name}`,
		description: esc(
			[doctype === "Meeting Customer" ? "" : __(doctype), detail].filter(Boolean).join(" · ")
		),
		route: ["Form", doctype, name],
	};
}

function make_check(text) {
	if (!frappe.model.can_read("Meeting Claim")) return null;
	return {
		is_file: true,
		index: FIRST_INDEX - 50,
		label: __("Check {0} for duplicates", [`<b>${esc(text)}</b>`]),
		value: `check ${text}`,
		route: ["duplicate-check"],
		route_options: { text },
	};
}
