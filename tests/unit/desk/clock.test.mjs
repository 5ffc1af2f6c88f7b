import assert from "node:assert/strict";
import { test } from "node:test";

import { as_person, script, SITE_ZONE } from "./desk.mjs";

const clock = await script("meeting_crm/clock.js");
const MINUTE = 60 * 1000;
const DAY = 24 * 60 * MINUTE;

/** The site's naive time so many milliseconds after the server's now. */
function after(milliseconds) {
	return moment(clock.now() + milliseconds)
		.tz(SITE_ZONE)
		.format("YYYY-MM-DD HH:mm:ss.SSS");
}

function is_near(found, wanted) {
	assert.ok(Math.abs(found - wanted) < 2000, `${found} is not ${wanted}`);
}

test("the server's clock counts, however wrong the person's own is", (t) => {
	t.after(() => clock.sync(moment().tz(SITE_ZONE).format("YYYY-MM-DD HH:mm:ss.SSS")));
	clock.sync("2030-06-01 12:00:00");
	is_near(clock.now(), Date.parse("2030-06-01T12:00:00+08:00"));
	is_near(clock.milliseconds_left("2030-06-01 13:00:00"), 60 * MINUTE);
	clock.sync(undefined);
	is_near(clock.now(), Date.parse("2030-06-01T12:00:00+08:00"));
});

test("the person's time zone moves no end", () => {
	const until = after(DAY);
	as_person({ zone: "America/New_York" }, () => is_near(clock.milliseconds_left(until), DAY));
});

test("what is left is told in days, hours, minutes, and never as nothing", () => {
	assert.equal(clock.describe_left(after(4 * DAY - MINUTE)), "4 days left");
	assert.equal(clock.describe_left(after(DAY + MINUTE)), "2 days left");
	assert.equal(clock.describe_left(after(125.5 * MINUTE)), "2 h 5 min left");
	assert.equal(clock.describe_left(after(59.5 * MINUTE)), "59 min left");
	assert.equal(clock.describe_left(after(5000)), "1 min left");
	assert.equal(clock.describe_left(after(-1)), "Protection is over");
});

test("red under three days, amber under five, over at the end", () => {
	const state = (milliseconds) => /meeting-clock (\w+)/.exec(clock.clock(after(milliseconds)))[1];
	assert.equal(state(6 * DAY), "calm");
	assert.equal(state(5 * DAY - MINUTE), "amber");
	assert.equal(state(3 * DAY - MINUTE), "red");
	assert.equal(state(-1), "over");
});

test("a clock shows its reason as text and is nothing without an end", () => {
	assert.equal(clock.clock(null), "");
	assert.match(clock.clock(after(DAY), { reason: '"><img>' }), /title="&quot;&gt;&lt;img&gt;"/);
	assert.match(clock.clock(after(DAY), { claim: "C-1" }), /role="button".*data-meeting-claim="C-1"/);
	assert.doesNotMatch(clock.clock(after(DAY), { short: true }), /meeting-clock-end/);
});
