frappe.pages["self-check"].on_page_load = (wrapper) => {
	const { esc } = meeting_crm.format;

	class SelfCheckScreen extends meeting_crm.Screen {
		constructor() {
			super(wrapper, { title: __("Security Self-check"), refresh_every: 5 * 60 * 1000 });
			this.$content = $("<div></div>").appendTo(this.$body);
		}

		async refresh() {
			const rows = await meeting_crm.call("meeting_crm.administration.api.get_self_check");
			const good = rows.filter(({ is_met }) => is_met).length;
			this.$content.html(
				`<p class="text-muted">${esc(
					__(
						"{0} of {1} duties are met. Defaults and duties after 等保 level 2 and the law on personal information.",
						[good, rows.length]
					)
				)}</p><div class="meeting-checks">${rows.map((row) => this.draw(row)).join("")}</div>`
			);
		}

		draw({ duty, is_met, state, how, route }) {
			const action =
				!is_met && route
					? `<a class="btn btn-default btn-xs" href="/app/${esc(route)}">${esc(__("Open Setting"))}</a>`
					: "";
			return `<div class="check ${is_met ? "green" : "red"}"><span class="mark">${is_met ? "✓" : "✗"}</span>
				<div><b>${esc(duty)}</b><p>${esc(state)}</p>${is_met ? "" : `<p class="how">${esc(how)}</p>`}</div>${action}</div>`;
		}
	}

	wrapper.screen = new SelfCheckScreen();
};
