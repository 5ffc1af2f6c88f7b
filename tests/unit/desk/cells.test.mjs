import assert from "node:assert/strict";
import { test } from "node:test";

import { find_changes, read_typed } from "../../../apps/meeting_crm/editors/excel/cells.js";

test("identity numbers and leading zeros stay text, days and amounts become numbers", () => {
	assert.deepEqual(read_typed({ v: 110101199001011234, t: 2 })?.t, 4);
	assert.deepEqual(read_typed({ v: "110101199001011234" }), { v: "110101199001011234", t: 4 });
	assert.deepEqual(read_typed({ v: "007" }), { v: "007", t: 4 });
	assert.deepEqual(read_typed({ v: "2026年9月1日", s: { bl: 1 } }), {
		v: 46266,
		t: 2,
		s: { bl: 1, n: { pattern: 'yyyy"年"m"月"d"日"' } },
	});
	assert.equal(read_typed({ v: "￥1,200.50" }).v, 1200.5);
	for (const other of ["2026年2月30日", "0", "0.5", "12345678901", "展位", "", null])
		assert.equal(read_typed({ v: other }), null);
});

function make_book(cells) {
	const get = (row, column) => cells[row]?.[column] || {};
	return {
		getSheetBySheetId: () => ({
			getRange: (row, column) => ({
				getCellData: () => get(row, column),
				getFormula: () => get(row, column).f || "",
				getCellStyleData: () => ({
					n: get(row, column).pattern && { pattern: get(row, column).pattern },
				}),
			}),
		}),
	};
}

test("what stands as it stood is no change, a result is one of its own", () => {
	const stored = {
		styles: { x0: { n: { pattern: "0.00" } } },
		sheets: {
			s0: {
				name: "报价",
				cellData: {
					0: { 0: { v: 1, t: 2 }, 1: { v: 2, t: 2, f: "=A1*2", s: "x0" }, 2: { v: "a", t: 1 } },
				},
			},
		},
	};
	const book = make_book([
		[{ v: 1, t: 2 }, { v: 4, t: 2, f: "=A1*2", pattern: "0.00" }, {}, { v: "00123", t: 4 }],
	]);
	const places = [0, 1, 2, 3].map((column) => ["s0", 0, column]);
	const place = { sheet: "报价", row: 1, formula: null, only_result: false, pattern: null };
	assert.deepEqual(
		find_changes(book, stored, places).map(({ change }) => change),
		[
			{ ...place, column: 2, value: 4, formula: "=A1*2", only_result: true },
			{ ...place, column: 3, value: null },
			{ ...place, column: 4, value: "00123" },
		]
	);
});
