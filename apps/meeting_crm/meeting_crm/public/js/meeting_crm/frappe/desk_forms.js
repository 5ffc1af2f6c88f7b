import { esc } from "../format.js";

/** Records that the rules write or that say one thing: to assign, share or attach files to them would lead nowhere. */
const PLAIN = ["Meeting Claim", "Meeting Leave", "Meeting Project Rules", "Meeting Carry Over"];

const WIDE = 992;

export function tidy_forms() {
	$(document).on("form-refresh", (_event, frm) => {
		if (!frm?.doc || !frm.doctype.startsWith("Meeting ")) return;
		hide_mail(frm);
		if (PLAIN.includes(frm.doctype)) close_side_bar(frm);
	});
	$(document).on("refresh-fields", () => {
		if (cur_frm?.doctype.startsWith("Meeting ")) offer_what_is_allowed(cur_frm);
	});
	name_what_is_shared();
	name_foreign_zones_alone();
	ask_nothing_of_readers();
}

/** Whoever may not send a record by e-mail is not offered to write one about it. */
function hide_mail(frm) {
	if (frm.perm[0]?.email) return;
	if (!frm.meta.allow_events_in_timeline) frm.timeline?.timeline_actions_wrapper?.hide();
}

/** To assign, to attach and to share end in a refusal for whoever may only read. */
function offer_what_is_allowed(frm) {
	const { write, share } = frm.perm[0] ?? {};
	frm.$wrapper.find(".add-assignment-btn, .add-attachment-btn").toggleClass("d-none", !write);
	frm.$wrapper.find(".share-doc-btn").toggleClass("d-none", !share);
}

/** What is shared has a title; the name it is kept under tells nobody anything. */
function name_what_is_shared() {
	const share = frappe.ui.form.Share.prototype;
	const show = share.show;
	share.show = function () {
		show.call(this);
		const { doc, meta } = this.frm;
		this.dialog.set_title(__("Share {0} with", [esc(doc[meta.title_field] || doc.name)]));
	};
}

/** The mark of a field that must be filled in is for who can fill it in. */
function ask_nothing_of_readers() {
	const control = frappe.ui.form.ControlInput.prototype;
	const mark = control.set_required;
	control.set_required = function () {
		mark.call(this);
		if (this.disp_status === "Read" && this.doctype?.startsWith("Meeting "))
			$(this.label_area).removeClass("reqd");
	};
}

/** Once: who opens it again wants it. On a phone it is closed anyway. */
function close_side_bar(frm) {
	if (frm.is_side_bar_closed || window.innerWidth < WIDE) return;
	frm.is_side_bar_closed = true;
	frm.page.sidebar?.hide();
}

/** Frappe writes the time zone under each moment. It matters to who lives in another one than the site. */
function name_foreign_zones_alone() {
	const control = frappe.ui.form.ControlDatetime.prototype;
	const describe = control.set_description;
	control.set_description = function () {
		if (this.doctype?.startsWith("Meeting ") && frappe.datetime.is_system_time_zone())
			this.df.hide_timezone = 1;
		return describe.call(this);
	};
}
