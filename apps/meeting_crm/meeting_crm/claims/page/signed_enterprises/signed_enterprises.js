frappe.pages["signed-enterprises"].on_page_load = (wrapper) => {
	const { claim_columns } = meeting_crm;
	const { esc, format_time } = meeting_crm.format;

	class SignedScreen extends meeting_crm.ClaimListScreen {
		constructor() {
			super(wrapper, { title: __("Signed List"), kind: "signed" });
		}

		get_columns() {
			return [
				claim_columns.company(() => this.text),
				{
					label: __("Signed On"),
					width: "minmax(116px, 1.2fr)",
					render: (row) => esc(format_time(row.signed_on)),
				},
				claim_columns.amount(),
				claim_columns.contact(),
				claim_columns.holder(),
				claim_columns.contract(),
			];
		}

		make_top() {
			super.make_top();
			this.$sum = $('<span class="meeting-terms text-muted"></span>').insertBefore(this.$actions);
		}

		async fetch(start, page_length) {
			const answer = await super.fetch(start, page_length, "meeting_crm.contracts.api.get_signed");
			if (!start)
				this.$sum.text(
					answer.sum ? __("Contracts together: {0}", [format_currency(answer.sum)]) : ""
				);
			return answer;
		}

		get_choices() {
			return {
				"": [__("Newest claim first"), { order: "claimed_on" }],
				signed: [__("Newest signature first"), { order: "signed_on" }],
			};
		}

		read_route(options) {
			return options.month ? "signed" : "";
		}

		get_actions() {
			return [];
		}

		get_empty_state() {
			return {
				title: __("Nothing is signed in this project yet"),
				text: __("A protected company moves here with its first contract or payment."),
				actions: [
					{
						label: __("Protected Enterprises"),
						primary: true,
						run: () => frappe.set_route("protected-enterprises"),
					},
				],
			};
		}
	}

	new SignedScreen();
};
