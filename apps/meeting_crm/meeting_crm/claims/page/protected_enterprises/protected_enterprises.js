frappe.pages["protected-enterprises"].on_page_load = (wrapper) => {
	const { claim_columns } = meeting_crm;
	const { esc, format_time } = meeting_crm.format;

	class ProtectedScreen extends meeting_crm.ClaimListScreen {
		constructor() {
			super(wrapper, { title: __("Protected Enterprises"), kind: "protected" });
		}

		get_columns() {
			return [
				claim_columns.company(() => this.text),
				{
					label: __("Protection"),
					width: "minmax(110px, 2fr)",
					render: (row, mark) => this.draw_clock(row, mark),
				},
				claim_columns.contact(),
				claim_columns.last_activity(),
				claim_columns.next_activity(),
				claim_columns.holder(),
			];
		}

		draw_clock(row, mark) {
			if (mark && mark.state === "refused") {
				return `<span class="meeting-refused" title="${esc(mark.message)}">${esc(mark.message)}</span>`;
			}
			return meeting_crm.clock.clock(row.protected_until, {
				reason: describe_reason(row),
				claim: row.name,
			});
		}

		get_choices() {
			return {
				"": [__("Newest claim first"), { order: "claimed_on" }],
				ending: [__("Ending first"), { order: "protected_until" }],
				soon: [
					__("Only ending soon"),
					{ order: "protected_until", ending_within: this.switcher?.project?.reminder_days },
				],
			};
		}

		read_route(options) {
			return options.ending ? "soon" : "";
		}

		get_actions() {
			return [
				{ label: __("Extend"), run: (rows, on_done) => meeting_crm.extend(rows, { on_done }) },
				{
					label: __("Sign"),
					single: true,
					may: meeting_crm.may_sign,
					run: ([row], on_done) => meeting_crm.sign(row, { on_done }),
				},
				{ label: __("Give Back"), run: (rows, on_done) => meeting_crm.release(rows, { on_done }) },
				{ label: __("Mark Dead"), run: (rows, on_done) => meeting_crm.mark_dead(rows, { on_done }) },
			];
		}

		describe_narrowed() {
			const { ending_within } = this.get_question();
			if (typeof ending_within !== "number") return super.describe_narrowed();
			return {
				title: ending_within
					? __("Nothing ends within {0} days", [ending_within])
					: __("This project does not remind of ending protections"),
				text: __("The full list shows what runs longer."),
			};
		}

		get_empty_state() {
			return {
				title: __("No company is protected yet"),
				text: __("Check a name: enter it when it is new, claim it when nobody has it."),
				actions: [
					{
						label: __("Duplicate Check"),
						primary: true,
						run: () => frappe.set_route("duplicate-check"),
					},
					{ label: __("Public Pool"), run: () => frappe.set_route("customer-pool") },
				],
			};
		}
	}

	function describe_reason(row) {
		return __("Protected since {0} ({1}), until {2}", [
			format_time(row.claimed_on),
			__(row.source),
			format_time(row.protected_until),
		]);
	}

	new ProtectedScreen();
};
