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
			const [answer] = await Promise.all([
				super.fetch(start, page_length),
				start ? null : this.show_sum(),
			]);
			return answer;
		}

		async show_sum() {
			const { project, holder, text } = this.get_question();
			const sum = await meeting_crm.call("meeting_crm.claims.api.sum_signed", {
				project,
				holder,
				text,
			});
			this.$sum.text(sum ? __("Contracts together: {0}", [format_currency(sum)]) : "");
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
