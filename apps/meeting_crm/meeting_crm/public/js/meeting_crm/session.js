/** An administrator ended this session: nothing of it stays on the screen. */
export function leave_when_ended() {
	frappe.realtime.on("meeting_session_ended", () => {
		window.onbeforeunload = null;
		window.location.replace(`/login?${new URLSearchParams({ "redirect-to": window.location.pathname })}`);
	});
}
