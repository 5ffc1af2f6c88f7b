const COLOURS = { A: "green", B: "blue", C: "orange" };

/** Score and level in the head of the file, the points of each criterion on hover, and the policy that holds. */
export async function show_credit($head, customer) {
	const { esc, format_day, pill } = meeting_crm.format;
	const answer = await meeting_crm.call("meeting_crm.credit.api.get_score", { customer });
	if (answer.score === null || !$head.closest("body").length) return;
	const breakdown = answer.parts
		.filter(({ weight }) => weight)
		.map(({ label, points, weight }) => `${label} ${points === null ? "—" : points} × ${weight}`)
		.join("\n");
	const policy = answer.policy
		? ` ${pill("", { text: __("{0} until {1}", [answer.policy, format_day(answer.until)]) })}`
		: "";
	$head.find(".meeting-credit").remove();
	$head.append(
		`<div class="meeting-credit" title="${esc(breakdown)}"><span class="meeting-pill ${COLOURS[answer.level] || "gray"}">${esc(
			__("Credit {0} · {1}", [answer.level, answer.score])
		)}</span>${policy}</div>`
	);
}
