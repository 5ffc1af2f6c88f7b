const esc = (value) => meeting_crm.format.esc(value);
const icon = (name) => frappe.utils.icon(name, "sm");

/** "还剩 4 天 · 11月27日 15:20 到期" for each project the company is held in, affiliates and who stands behind the file. */
export function make_head(doc, state) {
	const claims =
		state.claims.map(make_claim).join("") ||
		state.held_in.map(make_held).join("") ||
		`<div class="text-muted">${describe_unclaimed(doc)}</div>`;
	const record = state.may.write
		? `<button type="button" class="btn btn-primary btn-sm meeting-file-record" data-record>${__(
				"Record Activity"
			)}</button>`
		: "";
	return `
		<div class="meeting-file-claims">${claims}</div>${record}
		<div class="meeting-file-facts">
			${fact(__("Holder"), state.holder_name || __("Nobody: the file is read-only"))}
			${doc.owner === doc.holder ? "" : fact(__("Written by"), state.author_name)}
			${fact(__("Category"), __(doc.category))}
			${doc.segment ? fact(__("Segment"), __(doc.segment)) : ""}
			${make_added(doc)}
			${make_affiliates(state.affiliates, doc)}
			<button type="button" class="btn btn-link btn-xs" data-sharing>${icon("share")} ${
				state.shared_with ? __("Shared with {0} people", [state.shared_with]) : __("Who sees this?")
			}</button>
		</div>`;
}

/** Fields that administrators added, where something stands in them. */
function make_added(doc) {
	return frappe
		.get_meta(doc.doctype)
		.fields.filter((df) => df.is_custom_field && !df.hidden && doc[df.fieldname])
		.map((df) =>
			fact(
				__(df.label),
				$("<i>")
					.html(frappe.format(doc[df.fieldname], df, { inline: true }, doc))
					.text()
			)
		)
		.join("");
}

function describe_unclaimed(doc) {
	return doc.enterprise
		? esc(__("Not protected in any project now. Look it up in the duplicate check to claim it."))
		: esc(__("Private: it is neither in the general database nor in the duplicate check."));
}

function make_claim(claim) {
	const is_signed = claim.workflow_state === "Signed";
	const reason = __("{0} in {1}, since {2}", [
		__(claim.source),
		claim.project_name,
		meeting_crm.format.format_time(claim.claimed_on),
	]);
	const clock = is_signed
		? `<span class="text-muted">${esc(meeting_crm.format.format_time(claim.signed_on))}</span>`
		: meeting_crm.clock.clock(claim.protected_until, { reason });
	const extend =
		is_signed || claim.holder !== frappe.session.user
			? ""
			: `<button type="button" class="btn btn-default btn-xs" data-extend="${esc(claim.name)}">${__(
					"Extend Protection"
				)}</button>`;
	return `<div class="meeting-file-claim">
		<strong>${esc(claim.project_name)}</strong> ${meeting_crm.format.pill(
			claim.workflow_state
		)} ${clock} ${extend}
	</div>`;
}

function make_held({ project_name, status }) {
	return `<div class="meeting-file-claim"><strong>${esc(project_name)}</strong> ${meeting_crm.format.pill(status)}</div>`;
}

function fact(label, value) {
	return `<span class="meeting-file-fact"><span class="text-muted">${esc(label)}</span> ${esc(
		value
	)}</span>`;
}

function make_affiliates(affiliates, doc) {
	if (!doc.enterprise) return "";
	const names = affiliates.map(
		(row) => `${esc(row.enterprise_name)} ${meeting_crm.format.pill(row.status)}`
	);
	const label = affiliates.length ? __("Affiliates") : __("Link Affiliates");
	return `<span class="meeting-file-fact"><button type="button" class="btn btn-link btn-xs" data-affiliates>${icon(
		"link-url"
	)} ${label}</button>
		${names.join(", ")}</span>`;
}

export function make_people(doc, state) {
	const rows = state.people.map(make_person).join("");
	return `
		${make_company(doc)}
		<h4>${__("People")}${state.may.write ? add_button("Meeting Contact") : ""}</h4>
		${rows || `<p class="text-muted">${__("Nobody yet. Add the person you talk to.")}</p>`}`;
}

/** The company's own numbers and where it is. */
function make_company(doc) {
	const numbers = [
		make_number(doc.landline, "tel:"),
		make_number(doc.mobile, "tel:"),
		make_number(doc.email, "mailto:"),
		make_number(doc.fax, "", __("Fax")),
	].join("");
	const website = doc.website
		? `<div><a href="${esc(
				/^https?:/.test(doc.website) ? doc.website : `https://${doc.website}`
			)}" target="_blank" rel="noopener noreferrer">${esc(doc.website)}</a></div>`
		: "";
	const place =
		doc.address || doc.region ? `<div class="text-muted">${esc(doc.address || doc.region)}</div>` : "";
	const profile = doc.profile ? `<p class="meeting-profile">${esc(doc.profile)}</p>` : "";
	return numbers || website || place || profile
		? `<div class="meeting-person">${profile}${numbers}${website}${place}</div>`
		: "";
}

function make_person(person) {
	return `<div class="meeting-person">
		<a href="${meeting_crm.format.link("meeting-contact", { name: person.name })}"><strong>${esc(
			person.person_name
		)}</strong></a>
		${person.is_primary ? `<span class="indicator-pill blue no-indicator-dot">${__("Main contact")}</span>` : ""}
		<span class="text-muted">${esc(person.position)}</span>
		${make_number(person.mobile, "tel:")}
		${make_number(person.phone, "tel:")}
		${make_number(person.email, "mailto:")}
		${make_number(person.wechat, "", __("WeChat"))}
	</div>`;
}

/** A number to call or to copy with one click. */
function make_number(value, scheme, label = "") {
	if (!value) return "";
	const target = scheme === "tel:" ? value.replace(/[^\d+]/g, "") : value;
	const text = scheme
		? `<a href="${esc(scheme + target)}">${esc(value)}</a>`
		: `${esc(label)} ${esc(value)}`;
	return `<div class="meeting-number">${text}
		<button type="button" class="btn btn-link btn-xs" data-copy="${esc(value)}" title="${__(
			"Copy"
		)}" aria-label="${__("Copy")}">${icon("clipboard")}</button>
	</div>`;
}

export function make_side(state) {
	return [make_steps(state), ...state.related.map(make_related), make_papers(state)].join("");
}

function make_steps({ next_steps, may }) {
	const rows = next_steps
		.map(
			(step) => `<div class="meeting-step">
				<a href="${meeting_crm.format.link("meeting-activity", { name: step.name })}">${esc(step.subject)}</a>
				<span class="${is_past(step.starts_on) ? "meeting-overdue" : "text-muted"}">${esc(
					meeting_crm.format.format_time(step.starts_on)
				)}</span>
				${
					may.write
						? `<button type="button" class="btn btn-default btn-xs" data-finish="${esc(
								step.name
							)}">${__("Done")}</button>`
						: ""
				}
			</div>`
		)
		.join("");
	const plan = may.write
		? `<button type="button" class="btn btn-link btn-xs" data-plan>${__("Plan")}</button>`
		: "";
	return `<h4>${__("Next Step")}${plan}</h4>${rows || `<p class="text-muted">${__("Nothing is planned.")}</p>`}`;
}

function is_past(value) {
	return meeting_crm.clock.milliseconds_left(value) < 0;
}

function make_related({ doctype, rows, count, may_create }) {
	const lines = rows
		.map(
			(row) => `<div class="meeting-related">
				<a href="${meeting_crm.format.link(frappe.router.slug(doctype), { name: row.name })}">${esc(
					row.title || row.name
				)}</a>
				<span class="text-muted">${esc(__(row.status, null, doctype))}</span>
				${row.amount ? `<span class="number">${format_currency(row.amount)}</span>` : ""}
			</div>`
		)
		.join("");
	return `<h4>${esc(__(doctype.replace("Meeting ", "")))}${
		count ? ` <span class="text-muted">${count}</span>` : ""
	}${may_create ? add_button(doctype) : ""}</h4>${lines}`;
}

function add_button(doctype) {
	return `<button type="button" class="btn btn-link btn-xs" data-new="${esc(doctype)}" title="${__(
		"Add"
	)}" aria-label="${__("Add")}">${icon("add")}</button>`;
}

/** What the library holds of the customer, and files that were attached to the record itself. */
function make_papers({ papers, documents, customer }) {
	const all = `/app/meeting-documents/customer/${encodeURIComponent(customer)}`;
	const kept = documents.map(
		(row) =>
			`<div><a href="/app/meeting-documents/document/${encodeURIComponent(row.name)}">${esc(row.title)}</a></div>`
	);
	const attached = papers.map(
		(row) =>
			`<div><a href="${esc(row.file_url)}" target="_blank" rel="noopener">${esc(row.file_name)}</a></div>`
	);
	return `<h4><a href="${all}">${__("Documents")}</a></h4>${[...kept, ...attached].join("")}`;
}
