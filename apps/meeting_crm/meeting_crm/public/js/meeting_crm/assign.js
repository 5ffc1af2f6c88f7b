import { ease_keyboard, guarded, show_message } from "./dialogs.js";
import { call } from "./server.js";
import { esc, format_number, format_time } from "./format.js";
import { show_results } from "./bulk.js";

/** Managers and administrators give companies to their people; several people share them evenly (B11). */
export async function assign({ project, rows, on_done }) {
	const people = await call("meeting_crm.claims.api.get_assignable_people", { project });
	const dialog = new frappe.ui.Dialog({
		title: esc(
			rows.length === 1
				? __("{0}: {1}", [__("Assign"), rows[0].enterprise_name])
				: __("Assign {0} companies", [rows.length])
		),
		fields: [
			{
				fieldname: "users",
				fieldtype: "MultiCheck",
				label: __(
					"To whom? With several people, each company goes to the person who protects the fewest."
				),
				columns: 1,
				options: people.map(({ user, full_name, protected: held }) => ({
					value: user,
					label: esc(__("{0} (protects {1} now)", [full_name, format_number(held)])),
				})),
			},
			{ fieldname: "problem", fieldtype: "HTML" },
		],
		primary_action_label: __("Assign"),
		async primary_action({ users }) {
			if (!users || !users.length) {
				return show_message(dialog, __("Choose at least one person."));
			}
			await guarded(dialog, async () => {
				const enterprises = rows.map(({ enterprise }) => enterprise);
				const answers = await call("meeting_crm.claims.api.assign", { project, enterprises, users });
				dialog.hide();
				show_results(
					__("Assign"),
					rows,
					answers.map((answer) => describe(answer, people))
				);
				if (on_done) on_done(answers);
			});
		},
	});
	if (!people.length)
		show_message(
			dialog,
			__("Nobody of your people is a member of this project. Ask an administrator to add them.")
		);
	ease_keyboard(dialog);
	dialog.show();
	return dialog;
}

function describe(answer, people) {
	if (!answer.ok) return { state: "refused", message: answer.message };
	const person = people.find(({ user }) => user === answer.holder);
	return {
		state: "done",
		message: __("{0}, until {1}", [
			person ? person.full_name : answer.holder,
			format_time(answer.protected_until),
		]),
	};
}
