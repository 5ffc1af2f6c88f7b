import assert from "node:assert/strict";
import { test } from "node:test";

import { script } from "./desk.mjs";

const { VirtualList } = await script("meeting_crm/virtual_list.js");
const ROWS = (start, length) => Array.from({ length }, (_, n) => ({ name: `row ${start + n}` }));

/** The list's own working, without a page to draw on. */
class List extends VirtualList {
	make() {
		this.view = { scrollTop: 0, clientHeight: 360 };
		this.$element = { addClass() {}, removeClass() {} };
		this.$head = { outerHeight: () => 36, find: () => ({ prop() {} }) };
		this.drawn = 0;
	}
	show_state(error) {
		this.error = error;
	}
	draw() {
		this.drawn += 1;
	}
}

function make(number, options = {}) {
	const asked = [];
	const list = new List({
		columns: [{ label: "Name", width: "1fr", render: (row) => row.name }],
		get_key: (row) => row.name,
		fetch: async (start, length) => {
			asked.push(start);
			return ROWS(start, Math.max(0, Math.min(length, number - start)));
		},
		...options,
	});
	return { list, asked };
}

test("of many rows only those on the screen and a few more are drawn", async () => {
	const { list } = make(5000);
	await list.reload();
	assert.deepEqual(list.get_window(), { first: 0, last: 30 });
	list.view.scrollTop = 36 * 50;
	assert.deepEqual(list.get_window(), { first: 40, last: 70 });
	assert.deepEqual(list.get_pages(90, 210), [0, 1, 2]);
	assert.deepEqual(list.get_pages(0, 100), [0]);
	assert.deepEqual(list.get_pages(0, 0), []);
});

test("the number is known when a page is not full", async () => {
	const { list } = make(150);
	await list.reload();
	assert.equal(list.is_total_known, false);
	assert.equal(list.describe_foot(), "100+ companies");
	await list.load_page(1);
	assert.deepEqual([list.total, list.is_total_known], [150, true]);
	assert.equal(list.describe_foot(), "150 companies");
});

test("exactly one full page ends with the empty one after it", async () => {
	const { list } = make(100);
	await list.reload();
	await list.load_page(1);
	assert.deepEqual([list.total, list.is_total_known], [100, true]);
});

test("a server's own total is taken as it is, and counted on a click", async () => {
	const fetch = async (start, length) => ({ rows: ROWS(start, length), total: 1000, is_more: true });
	const { list } = make(0, { fetch, count: async () => 1234 });
	await list.reload();
	assert.match(list.describe_foot(), /^<button.*1,000\+ companies<\/button>$/);
	await list.count_all();
	assert.equal(list.describe_foot(), "1,234 companies");
	await list.load_page(1);
	assert.equal(list.total, 1234, "a page that is read later does not forget what was counted");
});

test("an answer to an older question is thrown away", async () => {
	const answers = [];
	const { list } = make(0, { fetch: () => new Promise((resolve) => answers.push(resolve)) });
	const old = list.reload();
	const current = list.reload();
	answers[1]([{ name: "new" }]);
	await current;
	answers[0](ROWS(0, 100));
	await old;
	assert.deepEqual(list.get_loaded(), [{ name: "new" }]);
	assert.equal(list.total, 1);
});

test("reading again asks for the pages on the screen and keeps the choice", async () => {
	const { list, asked } = make(500, { on_select() {} });
	await list.reload();
	await list.load_page(1);
	list.toggle(list.get_row(3));
	list.view.scrollTop = 36 * 150;
	asked.length = 0;
	await list.refresh();
	assert.deepEqual(asked, [100]);
	assert.deepEqual([...list.selected.keys()], ["row 3"]);
});

test("a range is chosen in either direction, and only of rows that are there", async () => {
	const chosen = [];
	const { list } = make(150, { on_select: (rows) => chosen.splice(0, chosen.length, ...rows) });
	await list.reload();
	list.select_range(99, 97);
	assert.deepEqual(
		chosen.map(({ name }) => name),
		["row 97", "row 98", "row 99"]
	);
	list.select_range(99, 104);
	assert.equal(chosen.length, 3);
	list.deselect("row 98");
	assert.equal(chosen.length, 2);
});

test("keys stop at both ends and scroll along", async () => {
	const { list } = make(50);
	await list.reload();
	list.move_to(-Infinity);
	assert.equal(list.active, 0);
	list.move_to(Infinity);
	assert.equal(list.active, 49);
	assert.equal(list.view.scrollTop, 50 * 36 + 36 - 360);
	list.move_to(0);
	assert.equal(list.view.scrollTop, 0);
});
