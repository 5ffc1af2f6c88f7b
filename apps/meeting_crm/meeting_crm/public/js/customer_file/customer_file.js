import { Timeline } from "./timeline.js";
import { show_affiliates } from "./affiliates.js";
import { make_head, make_people, make_side } from "./parts.js";
import { show_credit } from "./credit.js";

const REFRESH_EVERY = 60 * 1000;

/** The overview of a customer: head with clock, people, one timeline, next steps and what hangs on the file. */
export class CustomerFile {
	constructor(frm, wrapper) {
		this.frm = frm;
		this.$wrapper = $(wrapper).empty().addClass("meeting-file");
		this.$head = $('<div class="meeting-file-head"></div>').appendTo(this.$wrapper);
		this.$people = $('<section class="meeting-file-people"></section>').appendTo(this.$wrapper);
		this.$timeline = $('<section class="meeting-file-timeline"></section>').appendTo(this.$wrapper);
		this.$side = $('<section class="meeting-file-side"></section>').appendTo(this.$wrapper);
		this.timeline = new Timeline(this.$timeline, {
			get_customer: () => this.frm.doc.name,
			on_note: () => this.refresh(),
		});
		this.bind();
		setInterval(() => this.refresh_if_visible(), REFRESH_EVERY);
		$(document).on("meeting:protection-over", () => this.refresh_if_visible());
		$(document).on(meeting_crm.ACTIVITY_CHANGED, (_event, customer) => {
			if (customer === this.frm.doc?.name) this.refresh();
		});
	}

	refresh_if_visible() {
		const is_shown = document.visibilityState === "visible" && cur_frm === this.frm;
		if (is_shown && !this.frm.is_new()) this.refresh();
	}

	/** Saving waits for it: what one of our functions changed a moment ago is brought into the form first. */
	refresh() {
		this.frm.meeting_taking_over = this.load();
		return this.frm.meeting_taking_over;
	}

	async load() {
		const customer = this.frm.doc.name;
		try {
			const [state] = await Promise.all([
				meeting_crm.call("meeting_crm.customer_file.api.get_cockpit", { customer }),
				this.timeline.reload(customer),
			]);
			if (customer === this.frm.doc.name) await this.show(state);
		} catch (error) {
			if (error.name !== "ServerError") throw error;
			this.$head.html(meeting_crm.problem(error.message));
		}
	}

	async show(state) {
		this.state = state;
		meeting_crm.clock.sync(state.now);
		this.$head.html(make_head(this.frm.doc, state));
		show_credit(this.$head, this.frm.doc.name);
		this.$people.html(make_people(this.frm.doc, state));
		this.$side.html(make_side(state));
		if (this.frm.footer) this.frm.footer.wrapper.toggle(false);
		this.timeline.set_writable(state.may.write);
		this.apply_rights(state.may);
		this.frm.trigger("add_actions");
		if (state.modified !== this.frm.doc.modified) await meeting_crm.take_over(this.frm);
	}

	/** Frappe knows what the role may do; whether this very file may be changed is known here. */
	apply_rights(may) {
		const { frm } = this;
		const [write, share] = [may.write ? 1 : 0, may.share ? 1 : 0];
		if (write && frm.save_disabled) frm.enable_save();
		else if (!write) frm.disable_save();
		const info = frappe.model.get_docinfo(frm.doctype, frm.docname);
		if (!info || (info.permissions?.write === write && info.permissions?.share === share)) return;
		info.permissions = { ...info.permissions, write, share };
		frm.perm = frappe.perm.get_perm(frm.doctype, frm.doc);
		frm.refresh_fields();
	}

	/** Those of the reader's own that still run. */
	get_running_claims() {
		return this.state.claims.filter(
			({ workflow_state, holder, protected_until }) =>
				holder === frappe.session.user &&
				workflow_state !== "Signed" &&
				meeting_crm.clock.milliseconds_left(protected_until) > 0
		);
	}

	/** The projects the company is held in: the one in which its holder works now comes first. */
	get_projects() {
		const now = meeting_crm.get_remembered_project();
		return (this.state?.claims || [])
			.map(({ project, project_name }) => ({ name: project, project_name }))
			.sort((one, other) => (other.name === now) - (one.name === now));
	}

	bind() {
		this.$wrapper.on("click", "[data-copy]", (event) => {
			event.preventDefault();
			frappe.utils.copy_to_clipboard(event.currentTarget.dataset.copy);
		});
		this.$wrapper.on("click", "[data-record]", () => this.record_activity());
		this.$wrapper.on("click", "[data-plan]", () => this.plan_activity());
		this.$wrapper.on("click", "[data-new]", (event) => this.make_record(event.currentTarget.dataset.new));
		this.$wrapper.on("click", "[data-finish]", (event) => {
			const step = this.state.next_steps.find((row) => row.name === event.currentTarget.dataset.finish);
			meeting_crm.finish_activity(step);
		});
		this.$wrapper.on("click", "[data-extend]", (event) => {
			const claim = this.state.claims.find((row) => row.name === event.currentTarget.dataset.extend);
			meeting_crm.extend([claim], { on_done: () => this.refresh() });
		});
		this.$wrapper.on("click", "[data-sharing]", () => this.share());
		this.$wrapper.on("click", "[data-affiliates]", () => this.link_affiliates());
	}

	record_activity() {
		meeting_crm.record_activity(this.describe());
	}

	plan_activity() {
		meeting_crm.plan_activity(this.describe());
	}

	describe() {
		return {
			customer: this.frm.doc.name,
			customer_name: this.frm.doc.customer_name,
			projects: this.get_projects(),
		};
	}

	link_affiliates() {
		show_affiliates({
			enterprise: this.frm.doc.enterprise,
			enterprise_name: this.frm.doc.customer_name,
			may_write: this.state.may.write,
			on_done: () => this.refresh(),
		});
	}

	share() {
		meeting_crm.show_sharing({
			customer: this.frm.doc.name,
			customer_name: this.frm.doc.customer_name,
			may_share: this.state.may.share,
			on_done: () => this.refresh(),
		});
	}

	make_record(doctype) {
		const [project] = this.get_projects();
		frappe.new_doc(doctype, { customer: this.frm.doc.name, project: project?.name });
	}
}
