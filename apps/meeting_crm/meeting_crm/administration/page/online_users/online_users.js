frappe.pages["online-users"].on_page_load = (wrapper) => {
	const { esc, format_time } = meeting_crm.format;
	const API = "meeting_crm.administration.api.";

	class OnlineScreen extends meeting_crm.Screen {
		constructor() {
			super(wrapper, { title: __("Online Users"), refresh_every: 15 * 1000 });
			this.$count = $('<p class="text-muted"></p>').appendTo(this.$body);
			this.$content = $("<div></div>").appendTo(this.$body);
			this.$content.on("click", "[data-session]", (event) =>
				this.end(event.currentTarget.dataset.session)
			);
		}

		async refresh() {
			this.sessions = await meeting_crm.call(`${API}get_online_users`);
			const people = new Set(
				this.sessions.filter(({ is_recent }) => is_recent).map(({ user }) => user)
			);
			this.$count.text(
				__("{0} people used the system in the last 15 minutes; {1} sessions are open.", [
					people.size,
					this.sessions.length,
				])
			);
			const rows = this.sessions.map((session) => this.draw(session)).join("");
			this.$content.html(`<div class="meeting-scroll"><table class="meeting-people"><thead><tr>
				<th>${esc(__("Person"))}</th><th>${esc(__("Department"))}</th><th>${esc(__("Device"))}</th>
				<th>${esc(__("IP Address"))}</th><th>${esc(__("Signed in"))}</th><th>${esc(__("Last action"))}</th><th></th>
				</tr></thead><tbody>${rows}</tbody></table></div>`);
		}

		draw(session) {
			const dot = `<i class="meeting-dot ${session.is_recent ? "green" : "gray"}"></i>`;
			const end = session.is_current
				? `<span class="meeting-pill blue">${esc(__("This session"))}</span>`
				: session.may_end
					? `<button class="btn btn-default btn-xs" data-session="${esc(session.session)}">${esc(
							__("End Session")
						)}</button>`
					: "";
			return `<tr><td>${dot}${esc(session.full_name)}</td><td>${esc(session.department || "")}</td>
				<td>${esc(session.device || "")}</td><td>${esc(session.ip_address || "")}</td>
				<td>${esc(session.signed_in_on ? format_time(session.signed_in_on) : "")}</td>
				<td>${esc(format_time(session.last_seen))}</td>
				<td class="acts">${end}</td></tr>`;
		}

		end(name) {
			const session = this.sessions.find((row) => row.session === name);
			frappe.confirm(
				esc(
					__(
						"End the session of {0} on {1}? Its page closes within a second; what was typed and not saved is lost.",
						[session.full_name, session.device || session.ip_address]
					)
				),
				async () => {
					try {
						await meeting_crm.call(`${API}end_session`, { session: name });
						frappe.show_alert({ message: esc(__("The session is over.")), indicator: "green" });
					} catch (error) {
						if (error.name !== "ServerError") throw error;
						frappe.show_alert({ message: esc(error.message), indicator: "red" });
					}
					this.update();
				}
			);
		}
	}

	wrapper.screen = new OnlineScreen();
};
