/** What stands for a picture, a field or a formula. */
const OBJECT = "\ufffc";
const SIGNS = { hardBreak: "\n", tab: "\t" };

/** {text, marks} of a leaf: `i` was inserted, `d` is struck out. */
function read_leaf(node) {
	const has = (name) => node.marks.some((mark) => mark.type.name === name);
	const text = node.isText ? (has("footnoteRef") ? OBJECT : node.text) : SIGNS[node.type.name] || OBJECT;
	return { text, marks: (has("insertion") ? "i" : "") + (has("deletion") ? "d" : "") };
}

/** A paragraph as the server names it: {id, pieces: [[text, marks]], end: marks}. */
export function read_line(paragraph) {
	const pieces = [];
	paragraph.descendants((node) => {
		if (!node.isLeaf && !node.isAtom) return true;
		const { text, marks } = read_leaf(node);
		const last = pieces[pieces.length - 1];
		if (last && last[1] === marks) last[0] += text;
		else pieces.push([text, marks]);
		return false;
	});
	const { paraId, pPrIns, pPrDel } = paragraph.attrs;
	return { id: paraId, pieces, end: (pPrIns ? "i" : "") + (pPrDel ? "d" : "") };
}

const written = new WeakMap();

/** All paragraphs of the text, in its order. A paragraph that did not change is not read again. */
export function read_lines(doc) {
	const lines = [];
	doc.descendants((node) => {
		if (node.type.name !== "paragraph") return true;
		if (!written.has(node)) written.set(node, read_line(node));
		lines.push(written.get(node));
		return false;
	});
	return lines;
}

export const is_same = (one, other) =>
	one.id === other.id &&
	one.end === other.end &&
	JSON.stringify(one.pieces) === JSON.stringify(other.pieces);

/** What to send: [{old: ids, new: lines}], for each run of lines between two that are as they were. */
export function find_edits(old, now) {
	const before = new Map(old.map((line) => [line.id, line]));
	const is_kept = (line) => before.has(line.id) && is_same(before.get(line.id), line);
	const kept = new Set(now.filter(is_kept).map(({ id }) => id));
	const edits = [];
	let [from, to] = [0, 0];
	while (from < old.length || to < now.length) {
		const edit = { old: [], new: [] };
		while (from < old.length && !kept.has(old[from].id)) edit.old.push(old[from++].id);
		while (to < now.length && !kept.has(now[to].id)) edit.new.push(now[to++]);
		if (edit.new.length && !edit.old.length && from < old.length) {
			edit.old.push(old[from].id);
			edit.new.push(now[to]);
		}
		if (edit.old.length) edits.push(edit);
		from += 1;
		to += 1;
	}
	return edits;
}

/** Where each comment stands: {number: {start: [id, characters before it], end}}. */
export function find_comments(doc) {
	const places = {};
	doc.descendants((paragraph) => {
		if (paragraph.type.name !== "paragraph") return true;
		let at = 0;
		paragraph.descendants((node) => {
			if (!node.isLeaf && !node.isAtom) return true;
			const end = at + Array.from(read_leaf(node).text).length;
			for (const mark of node.marks) {
				if (mark.type.name !== "comment") continue;
				const place = (places[mark.attrs.commentId] ??= { start: [paragraph.attrs.paraId, at] });
				place.end = [paragraph.attrs.paraId, end];
			}
			at = end;
			return false;
		});
		return false;
	});
	return places;
}

const get_text = (comment) =>
	comment.content
		.map(({ content }) =>
			content
				.flatMap((run) => run.content || [])
				.map(({ text }) => text || "")
				.join("")
		)
		.join("\n");

/** What happened to the comments since they were `old`: {new, settled, gone}. */
export function find_comment_changes(old, now, doc) {
	const places = find_comments(doc);
	const before = new Map(old.map((comment) => [comment.id, comment]));
	const after = new Set(now.map(({ id }) => id));
	const is_placed = ({ id, parentId }) => parentId !== undefined || places[id];
	return {
		new: now
			.filter((comment) => !before.has(comment.id) && is_placed(comment))
			.sort((one, other) => (one.parentId !== undefined) - (other.parentId !== undefined))
			.map((comment) => ({
				id: comment.id,
				text: get_text(comment),
				...(comment.parentId === undefined ? places[comment.id] : { parent: comment.parentId }),
			})),
		settled: Object.fromEntries(
			now
				.filter(({ id, done }) => Boolean(before.get(id)?.done) !== Boolean(done))
				.map(({ id, done }) => [id, Boolean(done)])
		),
		gone: old.filter(({ id }) => !after.has(id)).map(({ id }) => id),
	};
}
