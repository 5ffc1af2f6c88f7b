import { esc } from "./format.js";
import { sort_people } from "./people.js";

const TYPING_PAUSE = 250;

/**
 * A search field that reports each new text, once the typing pauses and never in the middle of composing a Chinese word.
 * `focus_list` moves on with the arrow key; with a `page`, "/" leads into the field.
 */
export function make_search_box({ parent, label, on_search, focus_list, page }) {
	const $search = $(`<input type="search" class="form-control meeting-search" maxlength="140"
		placeholder="${esc(label)}" aria-label="${esc(label)}">`).appendTo(parent);
	let is_composing = false;
	let last = "";
	const search_soon = frappe.utils.debounce(() => {
		const text = $search.val().trim();
		if (text === last) return;
		last = text;
		on_search(text);
	}, TYPING_PAUSE);
	$search.on("compositionstart", () => (is_composing = true));
	$search.on("compositionend", () => {
		is_composing = false;
		search_soon();
	});
	$search.on("input", () => is_composing || search_soon());
	$search.on("keydown", (event) => {
		if (event.key !== "ArrowDown" || !focus_list) return;
		event.preventDefault();
		focus_list();
	});
	if (page) {
		frappe.ui.keys.add_shortcut({
			shortcut: "/",
			page,
			description: label,
			action: () => $search.trigger("focus") && undefined,
		});
	}
	return $search;
}

/** Fills a select with the people whose claims one may see; hidden for whoever sees only their own. */
export function fill_people($select, people) {
	const options = sort_people(people).map(
		({ user, full_name }) => `<option value="${esc(user)}">${esc(full_name)}</option>`
	);
	$select
		.html(`<option value="">${esc(__("Everyone"))}</option>${options.join("")}`)
		.toggleClass("hide", people.length < 2);
}
