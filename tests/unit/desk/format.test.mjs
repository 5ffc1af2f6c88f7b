import assert from "node:assert/strict";
import { test } from "node:test";

import { as_person, script } from "./desk.mjs";

const format = await script("meeting_crm/format.js");
const THIS_YEAR = new Date().getFullYear();

test("a time reads as one says it, with the year only when it is another one", () => {
	const value = `${THIS_YEAR}-03-07 15:04:05`;
	assert.equal(format.format_time(value), "3月7日 15:04");
	assert.equal(
		as_person({ lang: "en" }, () => format.format_time(value)),
		"7 Mar 15:04"
	);
	assert.equal(format.format_time("2019-12-31 23:59:00"), "2019年12月31日 23:59");
	assert.equal(
		as_person({ lang: "en" }, () => format.format_time("2019-12-31 23:59:00")),
		"31 Dec 2019 23:59"
	);
	assert.equal(format.format_time(null), "");
});

test("a time is shown in the person's zone, a day is nobody's to move", () => {
	const tokyo = { zone: "Asia/Tokyo" };
	assert.equal(
		as_person(tokyo, () => format.format_time("2019-12-31 23:30:00")),
		"2020年1月1日 00:30"
	);
	assert.equal(
		as_person(tokyo, () => format.format_day("2019-12-31")),
		"2019年12月31日"
	);
});

test("numbers and amounts have their separators", () => {
	assert.equal(format.format_number(1234567), "1,234,567");
	assert.equal(format.format_number(undefined), "0");
	assert.equal(format.format_money(120000), "¥120,000.00");
	assert.equal(format.format_money(-0.5), "-¥0.50");
	assert.equal(
		as_person({ lang: "en" }, () => format.format_money(12.345)),
		"¥12.35"
	);
});

test("a name that looks like HTML stays text, also between marks", () => {
	assert.equal(format.highlight("<b>公司</b>", "公司"), "&lt;b&gt;<mark>公司</mark>&lt;/b&gt;");
	assert.equal(
		format.pill('"><script>'),
		'<span class="meeting-pill gray">&quot;&gt;&lt;script&gt;</span>'
	);
	assert.equal(format.esc(0), "0");
	assert.equal(format.esc(null), "");
});

test("marks stand on what name and query have in common", () => {
	assert.equal(
		format.highlight("北京会展有限公司", "会展公司"),
		"北京<mark>会展</mark>有限<mark>公司</mark>"
	);
	assert.equal(format.highlight("北京会展", "京"), "北<mark>京</mark>会展");
	assert.equal(format.highlight("北京会展", "京人"), "北京会展");
	assert.equal(format.highlight("ＡＢＣ展览", "abc"), "<mark>ＡＢＣ</mark>展览");
	assert.equal(format.highlight("北京会展", "  "), "北京会展");
});

test("ranges count characters, not halves of them", () => {
	assert.equal(format.mark_ranges("𠮷野展览", [[1, 2]]), "𠮷<mark>野</mark>展览");
	assert.equal(format.mark_ranges("展览", [[0, 2]]), "<mark>展览</mark>");
	assert.equal(format.mark_ranges("展览", []), "展览");
});

test("a link keeps the desk's prefix and encodes what it is given", () => {
	assert.equal(format.link("meeting-customer", { name: "a/b c" }), "/app/meeting-customer/a%2Fb%20c");
	assert.equal(
		format.link("pool", { query: { project: "春季&秋季" } }),
		"/app/pool?project&#x3D;%E6%98%A5%E5%AD%A3%26%E7%A7%8B%E5%AD%A3"
	);
	window.location.pathname = "/desk/today";
	assert.equal(format.link("pool"), "/desk/pool");
	window.location.pathname = "/app/today";
});
