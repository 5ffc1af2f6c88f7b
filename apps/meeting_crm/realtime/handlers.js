// Loaded by the realtime server for each socket of a signed-in person.
//
// The server asks who a browser is only when it connects. Here its socket follows its session: it hears of the end at
// once, closes, and is asked again each minute in case the message was lost.

const { createHash } = require("node:crypto");

const ENDED = "meeting_session_ended";
const ASK_EVERY = 60_000;
const STILL_THERE = "/api/method/meeting_crm.administration.api.is_signed_in";

function readSessionId(cookies = "") {
	const pair = cookies.split(/;\s*/).find((text) => text.startsWith("sid="));
	return pair && decodeURIComponent(pair.slice("sid=".length));
}

module.exports = function follow_session(socket) {
	const sessionId = readSessionId(socket.request.headers.cookie);
	if (!sessionId) return;
	socket.join(`session:${createHash("sha256").update(sessionId).digest("hex")}`);

	// The page hears why it is over, then the connection goes.
	socket.onAnyOutgoing((event) => {
		if (event === ENDED) setTimeout(() => socket.disconnect(true), 50);
	});

	const timer = setInterval(async () => {
		const answer = await socket.frappe_request(STILL_THERE).catch(() => null);
		if (answer && (answer.status === 401 || answer.status === 403)) socket.disconnect(true);
	}, ASK_EVERY);
	socket.on("disconnect", () => clearInterval(timer));
};
