const LANGUAGE = "meeting_crm:language";

/**
 * Frappe keeps pages and forms in the browser with the words of whoever opened them first: on a computer that people
 * share in two languages, one would read the other's.
 */
export function forget_other_language() {
	const { lang } = frappe.boot;
	if (localStorage.getItem(LANGUAGE) === lang) return;
	frappe.assets.clear_local_storage();
	localStorage.setItem(LANGUAGE, lang);
}
