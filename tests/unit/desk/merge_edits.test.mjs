import assert from "node:assert/strict";
import { test } from "node:test";

import { script } from "./desk.mjs";

const { merge_edits } = await script("meeting_crm/merge_edits.js");

const stored = { name: "A", modified: 1, address: "old", email: "a@b.c", remarks: [{ name: "r1", note: "first", idx: 1 }] };
const copy = (value) => JSON.parse(JSON.stringify(value));

test("what was typed stays, what was changed elsewhere comes", () => {
	const doc = { ...copy(stored), address: "typed" };
	const merged = merge_edits(doc, stored, { ...copy(stored), modified: 2, email: "new@b.c", address: "elsewhere" }, ["remarks"]);
	assert.deepEqual([merged.address, merged.email, merged.modified], ["typed", "new@b.c", 2]);
});

test("rows come and go as they did elsewhere, and an edited row keeps its edit", () => {
	const now = copy(stored);
	now.remarks = [{ name: "r2", note: "second", idx: 1 }];
	assert.deepEqual(
		merge_edits(copy(stored), stored, now, ["remarks"]).remarks.map((row) => row.name),
		["r2"]
	);
	const edited = copy(stored);
	edited.remarks[0].note = "typed";
	edited.remarks.push({ name: "new-1", note: "mine", idx: 2 });
	const merged = merge_edits(edited, stored, now, ["remarks"]).remarks;
	assert.deepEqual(
		merged.map((row) => [row.note, row.idx]),
		[
			["typed", 1],
			["mine", 2],
			["second", 3],
		]
	);
});
