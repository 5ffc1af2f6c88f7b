const FIELDS = ["mobile", "phone", "landline", "email", "fax"];

/** Warns while typing: a number nobody can have, or one that stands at another company (C4). */
export function watch_numbers(frm, get_customer) {
	const check = frappe.utils.debounce((fieldname) => check_number(frm, fieldname, get_customer()), 400);
	FIELDS.filter((fieldname) => frm.fields_dict[fieldname]).forEach((fieldname) => {
		const field = frm.fields_dict[fieldname];
		if (field.is_watched || !field.$input) return;
		field.is_watched = true;
		field.$input.on("input", () => check(fieldname));
	});
}

async function check_number(frm, fieldname, customer) {
	const field = frm.fields_dict[fieldname];
	const value = field.$input.val();
	if (!value.trim()) return field.set_description("");
	try {
		const [answer] = await meeting_crm.call("meeting_crm.entry.api.check_numbers", {
			[fieldname]: value,
			customer,
		});
		if (field.$input.val() === value) field.set_description(describe(answer));
	} catch (error) {
		if (error.name !== "ServerError") throw error;
	}
}

function describe(answer) {
	if (!answer) return "";
	if (answer.message) return `<span class="meeting-refused">${answer.message}</span>`;
	return answer.matches
		.map(
			(match) =>
				`${meeting_crm.format.esc(__("Already recorded for {0}", [match.enterprise_name]))} ${meeting_crm.format.pill(match.status)}`
		)
		.join("<br>");
}
