import { setSuggestionMode } from "@eigenpal/docx-editor-core/prosemirror/plugins";
import { Fragment, Slice } from "prosemirror-model";
import { Plugin } from "prosemirror-state";
import { AddMarkStep, RemoveMarkStep } from "prosemirror-transform";

const TRACE_MARKS = new Set(["insertion", "deletion", "comment"]);
const PLAIN = new Set(["doc", "paragraph", "text", "hardBreak", "tab"]);
const FORMATS = [
	"alignment indentLeft indentRight indentFirstLine hangingIndent numPr styleId spaceBefore spaceAfter lineSpacing",
	"pageBreakBefore borders shading tabs bidi outlineLevel",
]
	.join(" ")
	.split(" ");
const FORMAT_KEYS = new Set(["b", "i", "u", "e", "l", "r", "j", "k", "m", "]", "[", "\\"]);
const INPUT_METHOD = 229;
const SETTLED_AFTER = 150;
export const FORMAT = "format";
export const CLOSED = "closed";
export const FOREIGN = "foreign";

/**
 * Lets only text be typed and struck out, in the paragraphs that the server can change, and leaves alone what others did:
 * what a saving would refuse does not happen. What an input method composes is plain text until it is chosen, so it is
 * looked at afterwards; `get_doc` answers the text as it was before.
 */
export function make_guard({ author, is_ready, is_open, on_change, say }) {
	let before = null;
	let timer = null;
	const refuse = (reason) => {
		say(reason);
		return false;
	};
	const settle = (view) => {
		const reason = find_obstacle(before, view.state.doc, author, is_open);
		if (reason) {
			const { doc } = view.state;
			setSuggestionMode(false, view.state, view.dispatch);
			view.dispatch(view.state.tr.replaceWith(0, doc.content.size, before.content));
			setSuggestionMode(true, view.state, view.dispatch, author);
			refuse(reason);
		}
		before = null;
		if (!reason) on_change();
	};
	const plugin = new Plugin({
		filterTransaction(transaction, state) {
			if (!transaction.docChanged || !is_ready() || before) return true;
			if (transaction.steps.some(is_format)) return refuse(FORMAT);
			const reason = find_obstacle(state.doc, transaction.doc, author, is_open);
			return reason ? refuse(reason) : true;
		},
		view: () => ({
			update: (view, former) => is_ready() && !before && view.state.doc !== former.doc && on_change(),
		}),
		props: {
			handleDOMEvents: {
				compositionstart(view) {
					clearTimeout(timer);
					before ??= view.state.doc;
					return false;
				},
				compositionend(view) {
					timer = setTimeout(() => before && settle(view), SETTLED_AFTER);
					return false;
				},
			},
			handleKeyDown(view, event) {
				const is_format =
					(event.ctrlKey || event.metaKey) && FORMAT_KEYS.has(event.key.toLowerCase());
				const in_cells = "$anchorCell" in view.state.selection;
				const writes = event.key.length === 1 || ["Backspace", "Delete", "Enter"].includes(event.key);
				if (is_format || (in_cells && writes && !event.ctrlKey && !event.metaKey)) {
					event.preventDefault();
					return !refuse(FORMAT);
				}
				if (event.keyCode === INPUT_METHOD && !in_cells && !view.state.selection.empty) strike(view);
				return false;
			},
			transformPasted: (slice, view) => make_plain(slice, view.state.schema),
		},
	});
	return { plugin, get_doc: (view) => before || view.state.doc };
}

/** What an input method would replace is struck out before it begins. */
function strike(view) {
	const backspace = new KeyboardEvent("keydown", { key: "Backspace" });
	view.someProp("handleKeyDown", (handle) => handle(view, backspace));
}

const is_format = (step) =>
	(step instanceof AddMarkStep || step instanceof RemoveMarkStep) && !TRACE_MARKS.has(step.mark.type.name);

/** Which of the two documents' blocks differ: one like the other at the beginning and at the end is left out. */
function get_changed(old, now) {
	const shorter = Math.min(old.childCount, now.childCount);
	let first = 0;
	while (first < shorter && old.child(first) === now.child(first)) first += 1;
	let last = 0;
	while (
		last < shorter - first &&
		old.child(old.childCount - 1 - last) === now.child(now.childCount - 1 - last)
	)
		last += 1;
	const take = (doc) =>
		Array.from({ length: doc.childCount - first - last }, (_, at) => doc.child(first + at));
	return [take(old), take(now)];
}

export function find_obstacle(old_doc, new_doc, author, is_open) {
	const [old, now] = get_changed(old_doc, new_doc).map((blocks) => look_at(blocks, author));
	for (const [id, paragraph] of old.paragraphs) {
		const other = now.paragraphs.get(id);
		if (!is_open(id)) {
			if (!other || !paragraph.eq(other)) return CLOSED;
		} else if (other && FORMATS.some((name) => differs(paragraph.attrs[name], other.attrs[name]))) {
			return FORMAT;
		}
	}
	if (old.structure !== now.structure) return FORMAT;
	return old.trace === now.trace ? null : FOREIGN;
}

const differs = (one, other) => one !== other && JSON.stringify(one) !== JSON.stringify(other);

/** What no edit changes: the objects, and each character that is not one's own with who inserted and who struck it out. */
function look_at(blocks, author) {
	const paragraphs = new Map();
	const structure = [];
	const trace = [];
	const add = (node) => {
		if (!PLAIN.has(node.type.name)) structure.push(node.type.name);
		if (node.type.name === "paragraph") paragraphs.set(node.attrs.paraId, node);
		if (!node.isLeaf) return;
		const by = (name) => {
			const mark = node.marks.find(({ type }) => type.name === name);
			return mark && { author: mark.attrs.author };
		};
		const [inserted, deleted] = [by("insertion"), by("deletion")];
		if (inserted?.author === author) return;
		const formats = node.marks
			.filter(({ type }) => !TRACE_MARKS.has(type.name))
			.map((mark) => `${mark.type.name}${JSON.stringify(mark.attrs)}`)
			.join();
		const state = `${inserted?.author ?? ""}|${deleted && deleted.author !== author ? deleted.author : ""}|${formats}`;
		const text = node.isText ? node.text : `<${node.type.name}>`;
		const last = trace[trace.length - 1];
		if (last?.state === state) last.text += text;
		else trace.push({ state, text });
	};
	for (const block of blocks) {
		add(block);
		block.descendants(add);
	}
	return { paragraphs, structure: structure.join(), trace: JSON.stringify(trace) };
}

/** Pasted text without its looks, its pictures and its tables. */
function make_plain(slice, schema) {
	const lines = [];
	let line = "";
	const end = () => {
		lines.push(line);
		line = "";
	};
	slice.content.descendants((node) => {
		if (node.isText) line += node.text.replace(/[\ufffc\n\r]/g, "");
		else if (node.type.name === "tab") line += "\t";
		else if (node.isTextblock && line) end();
		return true;
	});
	end();
	const paragraphs = lines.map((text) =>
		schema.nodes.paragraph.create(
			null,
			text.replace(/\t/g, " ") ? schema.text(text.replace(/\t/g, " ")) : null
		)
	);
	return new Slice(Fragment.from(paragraphs), 1, 1);
}
