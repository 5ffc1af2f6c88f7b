const NOT_MERGED = ["name", "doctype", "__unsaved", "__islocal", "__last_sync_on", "idx"];

const is_same = (one, other) => JSON.stringify(one ?? "") === JSON.stringify(other ?? "");

/**
 * Brings what is stored now into the document of an open form and leaves what a person changed in it and did not save yet.
 * `before` is the document as the form read it, `stored` as it is now; `tables` are the names of its table fields.
 */
export function merge_edits(doc, before, stored, tables) {
	for (const field of Object.keys(stored)) {
		if (NOT_MERGED.includes(field)) continue;
		if (tables.includes(field)) doc[field] = merge_rows(doc[field], before[field], stored[field]);
		else if (field === "modified" || is_same(doc[field], before[field])) doc[field] = stored[field];
	}
	return doc;
}

/** Rows that came or went elsewhere come and go here; a row that was edited here keeps the edit. */
function merge_rows(rows = [], before = [], stored = []) {
	const known = new Map(before.map((row) => [row.name, row]));
	const now = new Map(stored.map((row) => [row.name, row]));
	const kept = rows.filter(
		(row) => !known.has(row.name) || now.has(row.name) || !is_same_row(row, known.get(row.name))
	);
	kept.forEach((row) => {
		const [old, fresh] = [known.get(row.name), now.get(row.name)];
		if (!old || !fresh) return;
		for (const field of Object.keys(fresh)) {
			if (!NOT_MERGED.includes(field) && is_same(row[field], old[field])) row[field] = fresh[field];
		}
	});
	const here = new Set(rows.map((row) => row.name));
	const merged = [...kept, ...stored.filter((row) => !known.has(row.name) && !here.has(row.name))];
	merged.forEach((row, place) => (row.idx = place + 1));
	return merged;
}

function is_same_row(row, other) {
	return Object.keys(other).every(
		(field) => NOT_MERGED.includes(field) || is_same(row[field], other[field])
	);
}
