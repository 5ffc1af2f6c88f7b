const { format_time } = meeting_crm.format;
export const esc = (value) => meeting_crm.format.esc(value);

const KINDS = {
	Word: { letter: "W", css: "word", label: () => __("Word") },
	Excel: { letter: "X", css: "excel", label: () => __("Excel") },
	PDF: { letter: "P", css: "pdf", label: () => __("PDF") },
	Picture: { letter: "◪", css: "picture", label: () => __("Picture") },
	Other: { letter: "·", css: "other", label: () => __("Other") },
};
const STATUSES = {
	"Waiting for Seal": { colour: "orange", label: () => __("Waiting for Seal") },
	Sealed: { colour: "green", label: () => __("Sealed") },
	Withdrawn: { colour: "gray", label: () => __("Withdrawn") },
};
const ROOTS = { Company: () => __("Company documents"), Personal: () => __("My documents") };

export function kind_icon(kind) {
	const { letter, css, label } = KINDS[kind] || KINDS.Other;
	return `<span class="meeting-document-kind ${css}" title="${esc(label())}" aria-label="${esc(
		label()
	)}">${letter}</span>`;
}

export function status_pill(status) {
	const known = STATUSES[status];
	return known ? `<span class="meeting-pill ${known.colour}">${esc(known.label())}</span>` : "";
}

export function format_size(bytes) {
	if (!bytes) return "";
	if (bytes < 1024) return __("{0} bytes", [bytes]);
	return bytes < 1024 * 1024
		? `${Math.round(bytes / 1024)} KB`
		: `${(bytes / 1024 / 1024).toFixed(bytes < 10 * 1024 * 1024 ? 1 : 0)} MB`;
}

export function folder_name(folder) {
	const named = !folder.parent_folder && ROOTS[folder.root_kind];
	return named ? named() : folder.folder_name;
}

/** Folders as rows of a tree: {folder, depth}, roots first, each followed by what lies in it. */
export function order_folders(folders) {
	const known = new Set(folders.map(({ name }) => name));
	const below = new Map();
	folders.forEach((folder) => {
		const parent = known.has(folder.parent_folder) ? folder.parent_folder : "";
		below.set(parent, [...(below.get(parent) || []), folder]);
	});
	const rows = [];
	const walk = (parent, depth) =>
		(below.get(parent) || []).forEach((folder) => {
			rows.push({ folder, depth });
			walk(folder.name, depth + 1);
		});
	walk("", 0);
	return rows;
}

export function get_path(folder, folders) {
	const by_name = new Map(folders.map((row) => [row.name, row]));
	const path = [];
	for (let row = by_name.get(folder); row && path.length < 20; row = by_name.get(row.parent_folder)) {
		path.unshift(row);
	}
	return path;
}

export function document_row(row, { selected, snippet }) {
	const lock = row.locked_by_name
		? `<span class="meeting-document-lock" title="${esc(
				__("{0} is editing", [row.locked_by_name])
			)}">✎ ${esc(row.locked_by_name)}</span>`
		: "";
	const customer = row.customer_name
		? `<span class="meeting-document-customer">${esc(row.customer_name)}</span>`
		: "";
	const found = snippet ? `<div class="meeting-document-snippet">${snippet}</div>` : "";
	return `<div class="meeting-document-row${selected ? " selected" : ""}" role="option" tabindex="-1"
			aria-selected="${Boolean(selected)}" data-document="${esc(row.name)}">
		${kind_icon(row.kind)}
		<div class="meeting-document-words">
			<div class="meeting-document-title">${esc(row.title)} ${status_pill(row.status)} ${lock}</div>
			<div class="text-muted small">${customer}${esc(row.saved_by_name)} · ${esc(format_time(row.saved_on))} · ${esc(
				__("Version {0}", [row.current_version])
			)} · ${esc(format_size(row.file_size))}</div>
			${found}
		</div>
	</div>`;
}

export function version_row(version, { current, shown }) {
	const marks = [
		version.number === current ? `<span class="meeting-pill green">${esc(__("Current"))}</span>` : "",
		version.conflict ? `<span class="meeting-pill orange">${esc(__("Kept beside"))}</span>` : "",
		version.sealed ? `<span class="meeting-pill blue">${esc(__("Sealed"))}</span>` : "",
	].join(" ");
	const reason = version.reason ? `<div class="meeting-document-reason">${esc(version.reason)}</div>` : "";
	return `<li class="${version.number === shown ? "shown" : ""}">
		<button type="button" class="btn btn-link btn-sm" data-version="${version.number}">${esc(
			__("Version {0}", [version.number])
		)}</button> ${marks}
		<div class="text-muted small">${esc(version.author_name)} · ${esc(format_time(version.saved_on))} · ${esc(
			format_size(version.size)
		)}</div>${reason}
	</li>`;
}

export function method_address(method, args) {
	const query = new URLSearchParams(
		Object.entries(args).filter(([, value]) => value !== undefined && value !== null)
	);
	return `/api/method/meeting_crm.documents.api.${method}?${query}`;
}

export const call = (method, args, options) =>
	meeting_crm.call(`meeting_crm.documents.api.${method}`, args, options);
