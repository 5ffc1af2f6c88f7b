const collator = new Intl.Collator("zh");

/** Oneself first, the others as a Chinese dictionary has them: by pinyin. */
export function sort_people(people) {
	const own = ({ user }) => Number(user === frappe.session.user);
	return [...people].sort(
		(one, other) => own(other) - own(one) || collator.compare(one.full_name, other.full_name)
	);
}

/** Frappe knows the names of those who take part in a form's conversation; of everybody else it would show the e-mail
 * address in the side bar and the time line. */
export function name_people() {
	leave_nobody_unnamed();
	$(document).on("form-refresh", async (_event, frm) => {
		if (!frm?.doc || frm.is_new() || !frm.doctype.startsWith("Meeting ")) return;
		const unknown = new Set(
			[frm.doc.owner, frm.doc.modified_by].filter((user) => user && !is_known(user))
		);
		if (!unknown.size) return;
		await Promise.all([...unknown].map(learn));
		frm.sidebar?.refresh();
		frm.timeline?.refresh();
	});
}

/** In a row that tells a person's full name, Frappe shows that name for each link to a user, also where none is chosen. */
function leave_nobody_unnamed() {
	const format = frappe.form.link_formatters.User;
	if (!format) return;
	frappe.form.link_formatters.User = (value, ...rest) => (value ? format(value, ...rest) : value);
}

function is_known(user) {
	return Boolean(frappe.boot.user_info[user]?.fullname);
}

async function learn(user) {
	const fullname =
		frappe.utils.get_link_title("User", user) || (await frappe.utils.fetch_link_title("User", user));
	frappe.update_user_info({ [user]: { email: user, name: user, fullname: fullname || user } });
}
