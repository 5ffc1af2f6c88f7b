"""The desk's date and time fields work with and without seconds, whatever build of the picker Frappe came with."""

import pytest

pytestmark = pytest.mark.browser

OPEN_DIALOG = """(format) => {
	frappe.boot.sysdefaults.time_format = format;
	frappe.sys_defaults.time_format = format;
	window.dialog = new frappe.ui.Dialog({
		title: "Dates",
		fields: [
			{ fieldname: "moment", fieldtype: "Datetime", label: "Moment" },
			{ fieldname: "time", fieldtype: "Time", label: "Time" },
		],
	});
	dialog.show();
}"""


@pytest.fixture
def desk(browser_page):
	page = browser_page("Administrator", lang="en", password="admin")
	page.goto("/app/user")
	page.wait_for_function("window.cur_list")
	return page


@pytest.mark.parametrize("time_format, shown", [("HH:mm:ss", "14:05:09"), ("HH:mm", "14:05")])
def test_a_moment_shows_in_the_time_format(desk, time_format, shown):
	desk.evaluate(OPEN_DIALOG, time_format)
	desk.evaluate("dialog.set_value('moment', '2026-03-02 14:05:09')")
	desk.wait_for_function("dialog.fields_dict.moment.$input.val()")
	assert desk.evaluate("dialog.fields_dict.moment.$input.val()").endswith(shown)
	assert desk.evaluate("dialog.get_value('moment')").startswith(f"2026-03-02 {shown}")


def test_sliders_change_hours_minutes_and_seconds(desk, screenshot):
	desk.evaluate(OPEN_DIALOG, "HH:mm:ss")
	desk.evaluate("dialog.set_value('moment', '2026-03-02 14:05:09')")
	desk.wait_for_function("dialog.fields_dict.moment.$input.val()")
	desk.evaluate("dialog.fields_dict.moment.datepicker.show()")
	for name, value in (("hours", 8), ("minutes", 30), ("seconds", 45)):
		desk.evaluate(
			"([name, value]) => dialog.fields_dict.moment.datepicker.timepicker[`$${name}`].val(value).trigger('input')",
			[name, value],
		)
	screenshot(desk, "date-picker")
	assert desk.evaluate("dialog.fields_dict.moment.$input.val()").endswith("08:30:45")
	assert desk.evaluate("dialog.get_value('moment')") == "2026-03-02 08:30:45"


def test_a_chosen_day_keeps_the_time(desk):
	desk.evaluate(OPEN_DIALOG, "HH:mm:ss")
	desk.evaluate("dialog.set_value('moment', '2026-03-02 14:05:09')")
	desk.wait_for_function("dialog.fields_dict.moment.$input.val()")
	desk.evaluate("dialog.fields_dict.moment.datepicker.show()")
	desk.locator(".datepicker.active [data-date='20'][data-month='2']").click()
	assert desk.evaluate("dialog.get_value('moment')").startswith("2026-03-20 14:05")
