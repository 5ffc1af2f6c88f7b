import { call } from "./server.js";
import { ease_keyboard, guarded } from "./dialogs.js";
import { clock } from "./clock.js";
import { esc, format_time } from "./format.js";
import { run_each } from "./bulk.js";
import { is_administrator } from "./menu.js";

const OPENS_WITHIN = 15 * 1000;
const REOPENED_WITHIN = 15;
const UNDONE_WITHIN = 60;

/** Resolves when the file is on the screen: a dialog opened earlier would be closed by the change of route. */
export async function open_customer(customer) {
	await frappe.set_route("Form", "Meeting Customer", customer);
	const limit = Date.now() + OPENS_WITHIN;
	while (!is_open(customer) && Date.now() < limit) await frappe.timeout(0.05);
}

function is_open(customer) {
	const form = window.cur_frm;
	return Boolean(form && form.docname === customer && $(form.wrapper).is(":visible"));
}

export function describe_claims(number) {
	return number === 1 ? __("Claim 1 company") : __("Claim {0} companies", [number]);
}

export async function claim_enterprise({ project, enterprise, source }) {
	return call("meeting_crm.claims.api.claim", { project, enterprise, source });
}

/** Asks for the reason and extends one claim, or several with the same reason. */
export function extend(claims, { on_done } = {}) {
	return ask_reason({
		title: describe_many(__("Extend Protection"), claims),
		label: __("Reason for extending"),
		hint: __(
			"The protection grows at once; each extension counts against your allowance in the project."
		),
		action: __("Extend"),
		claims,
		run: (claim, reason) => call("meeting_crm.claims.api.extend", { claim: claim.name, reason }),
		describe: (answer) => __("Protected until {0}", [format_time(answer.protected_until)]),
		on_done,
	});
}

export function mark_dead(claims, { on_done } = {}) {
	return ask_reason({
		title: describe_many(__("Mark Dead"), claims),
		label: __("Why is there no business here?"),
		hint: __("The company leaves your protected list and others may claim it."),
		action: __("Mark Dead"),
		claims,
		run: (claim, reason) => call("meeting_crm.claims.api.mark_dead", { claim: claim.name, reason }),
		describe: () => __("Marked dead"),
		can_undo: true,
		on_done,
	});
}

export function release(claims, { on_done } = {}) {
	return ask_reason({
		title: describe_many(__("Give Back"), claims),
		label: __("Why do you give it back?"),
		hint: __("The company returns to the pool. The number of new companies you made that day stays."),
		action: __("Give Back"),
		claims,
		run: (claim, reason) => call("meeting_crm.claims.api.release", { claim: claim.name, reason }),
		describe: () => __("Given back to the pool"),
		can_undo: true,
		on_done,
	});
}

/** Of claims on one company in several projects, the one that is meant: asked where there is a choice. */
export function choose_claim(title, claims, act) {
	if (claims.length === 1) return act(claims[0]);
	const dialog = new frappe.ui.Dialog({ title: esc(name_step(title, __("In which project?"))) });
	claims.forEach((claim) => {
		$(
			`<button type="button" class="btn btn-default btn-block text-left">${esc(claim.project_name)} ${clock(
				claim.protected_until
			)}</button>`
		)
			.appendTo(dialog.$body)
			.on("click", () => {
				dialog.hide();
				act(claim);
			});
	});
	dialog.show();
	return dialog;
}

function describe_many(title, claims) {
	return claims.length === 1
		? name_step(title, name_claim(claims[0]))
		: __("{0} ({1})", [title, claims.length]);
}

/** A company can be held in several projects: the project stands in every title. */
function name_claim({ enterprise_name, project_name }) {
	return project_name ? `${enterprise_name} · ${project_name}` : enterprise_name;
}

function name_step(title, name) {
	return __("{0}: {1}", [title, name]);
}

/** A contract is its holder's, or an administrator's for them: who leads people reads theirs. */
export function may_sign({ holder }) {
	return holder === frappe.session.user || is_administrator();
}

/** A step by mistake is taken back while the protection runs and nobody else claimed the company. */
function offer_reopening(claim, message, on_done) {
	offer_undo({
		message,
		seconds: REOPENED_WITHIN,
		run: () => call("meeting_crm.claims.api.reopen", { claim: claim.name, reason: __("Undone") }),
		on_done,
	});
}

/** After a claim: until when it runs, and for a minute the way back; the day's number comes back with it. */
export function tell_claimed(answer, on_undone) {
	const until = format_time(answer.protected_until);
	offer_undo({
		message: answer.project_name
			? __("{0} is yours in {1} until {2}", [answer.enterprise_name, answer.project_name, until])
			: __("{0} is yours until {1}", [answer.enterprise_name, until]),
		seconds: UNDONE_WITHIN,
		run: () => call("meeting_crm.claims.api.undo_claim", { claim: answer.claim }),
		on_done: on_undone,
	});
}

function offer_undo({ message, seconds, run, on_done }) {
	const $alert = frappe.show_alert(
		{
			message: `${esc(message)} <a href="#" data-action="undo"><u>${esc(__("Undo"))}</u></a>`,
			indicator: "green",
		},
		seconds,
		{
			async undo(event) {
				event.preventDefault();
				$alert.remove();
				try {
					await run();
					frappe.show_alert({ message: esc(__("Undone")), indicator: "green" });
					if (on_done) on_done();
				} catch (error) {
					if (error.name !== "ServerError") throw error;
					frappe.msgprint({ title: __("Undo"), message: esc(error.message), indicator: "red" });
				}
			},
		}
	);
}

function ask_reason({ title, label, hint, action, claims, run, describe, can_undo, on_done }) {
	let affiliated = [];
	const dialog = new frappe.ui.Dialog({
		title: esc(title),
		fields: [
			{ fieldname: "reason", fieldtype: "Small Text", label, reqd: 1, description: esc(hint) },
			{
				fieldname: "also",
				fieldtype: "Check",
				label: __("Also the affiliated companies"),
				hidden: 1,
			},
			{ fieldname: "problem", fieldtype: "HTML" },
		],
		primary_action_label: action,
		async primary_action({ reason, also }) {
			const rows = also ? [...claims, ...affiliated] : claims;
			if (rows.length > 1) {
				dialog.hide();
				await run_each({ title, rows, run: (claim) => run(claim, reason), describe });
				if (on_done) on_done();
				return;
			}
			await guarded(dialog, async () => {
				const answer = await run(claims[0], reason);
				dialog.hide();
				if (can_undo) offer_reopening(claims[0], describe(answer), on_done);
				else frappe.show_alert({ message: esc(describe(answer)), indicator: "green" });
				if (on_done) on_done(answer);
			});
		},
	});
	ease_keyboard(dialog);
	dialog.show();
	if (claims.length === 1) {
		find_affiliated(claims[0]).then(({ claims: found }) => {
			affiliated = found;
			if (!found.length) return;
			dialog.set_df_property("also", "hidden", 0);
			dialog.set_df_property(
				"also",
				"description",
				esc(found.map((row) => row.enterprise_name).join(" · "))
			);
		});
	}
	return dialog;
}

/** Affiliates are an offer: that they cannot be read stops nobody. */
async function find_affiliated(claim) {
	try {
		return await call("meeting_crm.claims.api.get_affiliated", { claim: claim.name });
	} catch (error) {
		if (error.name !== "ServerError") throw error;
		return { claims: [], free: [] };
	}
}

/** After a claim: the companies run by the same people that nobody holds yet (A6). `claim` is the answer of a claim. */
export async function offer_affiliates(claim, source) {
	const { free } = await find_affiliated({ name: claim.claim });
	if (!free.length) return;
	const names = free.map((row) => `<li>${esc(row.enterprise_name)}</li>`).join("");
	frappe.confirm(
		`<p>${esc(__("Nobody holds these affiliated companies. Claim them too?"))}</p><ul>${names}</ul>`,
		() =>
			run_each({
				title: describe_claims(free.length),
				rows: free,
				run: ({ enterprise }) => claim_enterprise({ project: claim.project, enterprise, source }),
				describe: (answer) => __("Protected until {0}", [format_time(answer.protected_until)]),
			})
	);
}

/** The first, small contract: amount, kind, day and the signed paper. Submitting it signs the claim (B5). */
export function sign(claim, { on_done } = {}) {
	const dialog = new frappe.ui.Dialog({
		title: esc(name_step(__("Sign"), name_claim(claim))),
		fields: [
			{ fieldname: "amount", fieldtype: "Currency", label: __("Amount"), reqd: 1 },
			{ fieldname: "column", fieldtype: "Column Break" },
			{
				fieldname: "signed_on",
				fieldtype: "Date",
				label: __("Signed On"),
				default: frappe.datetime.get_today(),
				reqd: 1,
			},
			{ fieldname: "section", fieldtype: "Section Break" },
			{
				fieldname: "contract_kind",
				fieldtype: "Link",
				label: __("Contract Kind"),
				options: "Meeting Contract Kind",
				get_query: () => ({ filters: { disabled: 0 } }),
				default: "Comprehensive Plan",
				reqd: 1,
			},
			{
				fieldname: "attachment",
				fieldtype: "Attach",
				label: __("Signed contract (Word, PDF or image)"),
				reqd: 1,
			},
			{ fieldname: "terms", fieldtype: "Small Text", label: __("Terms") },
			{ fieldname: "problem", fieldtype: "HTML" },
		],
		primary_action_label: __("Sign"),
		async primary_action(values) {
			await guarded(dialog, async () => {
				const answer = await call("meeting_crm.contracts.api.sign", {
					claim: claim.name,
					amount: values.amount,
					attachment: values.attachment,
					contract_kind: values.contract_kind,
					signed_on: values.signed_on,
					terms: values.terms || null,
				});
				dialog.hide();
				const contract = `<a href="${esc(frappe.utils.get_form_link("Meeting Contract", answer.contract))}">${esc(answer.contract)}</a>`;
				const message =
					claim.holder === frappe.session.user
						? __("Signed: the company is yours in this project. {0}", [contract])
						: __("Signed: the company stays with its holder in this project. {0}", [contract]);
				frappe.show_alert({ message, indicator: "green" });
				if (on_done) on_done(answer);
			});
		},
	});
	dialog.set_secondary_action_label(__("Full Contract"));
	dialog.set_secondary_action(() => {
		dialog.hide();
		frappe.model.open_mapped_doc({
			method: "meeting_crm.contracts.api.make_contract",
			source_name: claim.name,
		});
	});
	ease_keyboard(dialog);
	dialog.show();
	return dialog;
}
