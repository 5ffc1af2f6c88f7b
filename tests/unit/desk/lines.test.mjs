import assert from "node:assert/strict";
import { test } from "node:test";

import {
	find_comment_changes,
	find_edits,
	read_line,
	read_lines,
} from "../../../apps/meeting_crm/editors/word/lines.js";

const mark = (name, attrs = {}) => ({ type: { name }, attrs });
const text = (content, ...marks) => ({
	isText: true,
	isLeaf: true,
	text: content,
	marks,
	type: { name: "text" },
});
const leaf = (name, ...marks) => ({ isLeaf: true, isAtom: true, marks, type: { name } });

function branch(name, attrs, children) {
	const descendants = (visit) =>
		children.forEach((child) => {
			if (visit(child) !== false && child.descendants) child.descendants(visit);
		});
	return { type: { name }, attrs, marks: [], isLeaf: false, isAtom: false, descendants };
}

const paragraph = (paraId, children, attrs = {}) => branch("paragraph", { paraId, ...attrs }, children);
const line = (id, words, end = "") => ({ id, pieces: [[words, ""]], end });

test("a line has the marks of its pieces and of its end, and one sign for each object", () => {
	const read = read_line(
		paragraph(
			"A",
			[
				text("甲方"),
				text("应付", mark("bold")),
				text("定金", mark("deletion")),
				text("6", mark("insertion"), mark("deletion")),
				leaf("hardBreak", mark("insertion")),
				leaf("image"),
				text("1", mark("footnoteRef")),
			],
			{ pPrIns: {} }
		)
	);
	assert.deepEqual(read, {
		id: "A",
		pieces: [
			["甲方应付", ""],
			["定金", "d"],
			["6", "id"],
			["\n", "i"],
			["\ufffc\ufffc", ""],
		],
		end: "i",
	});
});

test("paragraphs are found in tables and boxes too", () => {
	const doc = branch("doc", {}, [
		paragraph("A", []),
		branch("table", {}, [branch("tableCell", {}, [paragraph("B", [text("x")])])]),
	]);
	assert.deepEqual(
		read_lines(doc).map(({ id }) => id),
		["A", "B"]
	);
});

test("only what changed is sent, and a new line goes with the one that follows", () => {
	const old = [line("A", "甲"), line("B", "乙"), line("C", "丙")];
	assert.deepEqual(find_edits(old, old), []);
	const changed = line("B", "乙方");
	assert.deepEqual(find_edits(old, [old[0], changed, old[2]]), [{ old: ["B"], new: [changed] }]);
	const added = line("N", "", "i");
	assert.deepEqual(find_edits(old, [old[0], added, old[1], old[2]]), [
		{ old: ["B"], new: [added, old[1]] },
	]);
	const parts = [line("B", "乙", "i"), line("N", "方")];
	assert.deepEqual(find_edits(old, [old[0], ...parts, old[2]]), [{ old: ["B"], new: parts }]);
	const joined = line("C", "乙丙");
	assert.deepEqual(find_edits(old, [old[0], joined]), [{ old: ["B", "C"], new: [joined] }]);
	const ends = [line("A", "甲方"), old[1], line("C", "丙方")];
	assert.deepEqual(
		find_edits(old, ends).map((edit) => edit.old),
		[["A"], ["C"]]
	);
});

test("comments are told with their places, answers with what they answer", () => {
	const doc = branch("doc", {}, [
		paragraph("A", [text("𠮷野"), text("家", mark("comment", { commentId: 4 }))]),
		paragraph("B", [text("乙", mark("comment", { commentId: 4 })), text("丙")]),
	]);
	const say = (id, words, more = {}) => ({
		id,
		content: [{ content: [{ content: [{ type: "text", text: words }] }] }],
		...more,
	});
	const old = [say(1, "旧"), say(2, "旧二")];
	const now = [say(5, "答", { parentId: 4 }), say(1, "旧", { done: true }), say(4, "新"), say(9, "无处")];
	assert.deepEqual(find_comment_changes(old, now, doc), {
		new: [
			{ id: 4, text: "新", start: ["A", 2], end: ["B", 1] },
			{ id: 5, text: "答", parent: 4 },
		],
		settled: { 1: true },
		gone: [2],
	});
});
