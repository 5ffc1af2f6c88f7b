// The realtime server: carries what Frappe publishes in Redis to the browsers that may hear it.
//
// Each site is a namespace, "/<site>". Who a browser is, and what it may listen to, is always asked of the web
// process with the browser's own session cookie: this server grants nothing by itself.

const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const { createClient } = require("redis");
const { Server } = require("socket.io");

const bench = process.env.FRAPPE_BENCH_ROOT || path.resolve(__dirname, "..", "..");
const config = JSON.parse(fs.readFileSync(path.join(bench, "sites", "common_site_config.json"), "utf8"));
const port = Number(process.env.FRAPPE_SOCKETIO_PORT || config.socketio_port || 9000);
const webPort = Number(process.env.FRAPPE_WEB_PORT || config.webserver_port || 8000);
const redisUrl = process.env.FRAPPE_REDIS_QUEUE || config.redis_queue;

const SYSTEM_ROOM = "all";
const WEBSITE_ROOM = "website";

function readSessionId(cookieHeader = "") {
	const pair = cookieHeader.split(/;\s*/).find((text) => text.startsWith("sid="));
	return pair && decodeURIComponent(pair.slice("sid=".length));
}

function hostName(address) {
	try {
		return new URL(address.includes("://") ? address : `http://${address}`).hostname;
	} catch {
		return null;
	}
}

/** Call a function of Frappe as the owner of the session; the answer's `message`, or an error for any refusal. */
function askFrappe(site, sessionId, method, parameters = {}) {
	const query = new URLSearchParams(parameters);
	return new Promise((resolve, reject) => {
		const request = http.get(
			{
				host: "127.0.0.1",
				port: webPort,
				path: `/api/method/${method}?${query}`,
				headers: { Cookie: `sid=${encodeURIComponent(sessionId)}`, "X-Frappe-Site-Name": site },
				timeout: 10_000,
			},
			(response) => {
				let body = "";
				response.setEncoding("utf8");
				response.on("data", (part) => (body += part));
				response.on("end", () => {
					if (response.statusCode !== 200)
						return reject(new Error(`${method} answered ${response.statusCode}`));
					try {
						resolve(JSON.parse(body).message);
					} catch {
						reject(new Error(`${method} gave no JSON`));
					}
				});
			}
		);
		request.on("timeout", () => request.destroy(new Error(`${method} did not answer in time`)));
		request.on("error", reject);
	});
}

/** Lets a browser in when its page and this server have the same host name and its session is alive. */
async function authenticate(socket, next) {
	const { headers } = socket.request;
	if (headers.origin && hostName(headers.origin) !== hostName(headers.host || "")) {
		return next(new Error("The page and the realtime server have different host names."));
	}
	const sessionId = readSessionId(headers.cookie);
	if (!sessionId) return next(new Error("No session cookie came with the request. Log in first."));
	const site = socket.nsp.name.slice(1);
	try {
		const { user, user_type } = await askFrappe(site, sessionId, "frappe.realtime.get_user_info");
		socket.data = { site, sessionId, user, userType: user_type };
		next();
	} catch (error) {
		next(new Error(`The session could not be checked: ${error.message}`));
	}
}

/** What apps want of each socket: <app>/realtime/handlers.js, as newer frameworks load it. */
function loadAppHandlers() {
	const apps = fs
		.readFileSync(path.join(bench, "sites", "apps.txt"), "utf8")
		.split(/\s+/)
		.filter(Boolean);
	return apps
		.map((app) => path.join(bench, "apps", app, "realtime", "handlers.js"))
		.filter((file) => fs.existsSync(file))
		.map((file) => require(file));
}

/** As newer frameworks give it to those handlers: a request with the socket's own session. */
function addRequest(socket) {
	const { site, sessionId } = socket.data;
	socket.frappe_request = (address) =>
		fetch(`http://127.0.0.1:${webPort}${address}`, {
			headers: { Cookie: `sid=${encodeURIComponent(sessionId)}`, "X-Frappe-Site-Name": site },
			signal: AbortSignal.timeout(10_000),
		});
}

const docRoom = (doctype, name) => `doc:${doctype}/${name}`;
const openDocRoom = (doctype, name) => `open_doc:${doctype}/${name}`;

async function joinIfAllowed(socket, room, method, parameters) {
	const { site, sessionId } = socket.data;
	const isAllowed = await askFrappe(site, sessionId, method, parameters).catch(() => false);
	if (isAllowed) socket.join(room);
	return isAllowed;
}

async function tellViewers(namespace, doctype, name) {
	const room = openDocRoom(doctype, name);
	const sockets = await namespace.in(room).fetchSockets();
	const users = [...new Set(sockets.map((socket) => socket.data.user))];
	namespace.to(room).emit("doc_viewers", { doctype, docname: name, users });
}

function listen(socket) {
	const { user, userType } = socket.data;
	const namespace = socket.nsp;
	const opened = new Map();

	socket.join(`user:${user}`);
	socket.join(WEBSITE_ROOM);
	if (userType === "System User") socket.join(SYSTEM_ROOM);

	socket.on("doctype_subscribe", (doctype) =>
		joinIfAllowed(socket, `doctype:${doctype}`, "frappe.realtime.can_subscribe_doctype", { doctype })
	);
	socket.on("doctype_unsubscribe", (doctype) => socket.leave(`doctype:${doctype}`));

	socket.on("doc_subscribe", (doctype, docname) =>
		joinIfAllowed(socket, docRoom(doctype, docname), "frappe.realtime.can_subscribe_doc", {
			doctype,
			docname,
		})
	);
	socket.on("doc_unsubscribe", (doctype, docname) => socket.leave(docRoom(doctype, docname)));

	socket.on("doc_open", async (doctype, docname) => {
		const room = openDocRoom(doctype, docname);
		if (!(await joinIfAllowed(socket, room, "frappe.realtime.can_subscribe_doc", { doctype, docname })))
			return;
		opened.set(room, [doctype, docname]);
		await tellViewers(namespace, doctype, docname);
	});
	socket.on("doc_close", async (doctype, docname) => {
		const room = openDocRoom(doctype, docname);
		if (!opened.delete(room)) return;
		socket.leave(room);
		await tellViewers(namespace, doctype, docname);
	});

	// A task's id is a secret known only to who started it.
	for (const event of ["task_subscribe", "progress_subscribe"]) {
		socket.on(event, (task) => socket.join(`task_progress:${task}`));
	}
	socket.on("task_unsubscribe", (task) => socket.leave(`task_progress:${task}`));

	socket.on("disconnect", async () => {
		for (const [doctype, docname] of opened.values()) await tellViewers(namespace, doctype, docname);
	});
}

function forward(io, text) {
	const { event, message, room, namespace } = JSON.parse(text);
	// Build events name no site: every site's pages reload.
	const targets = namespace ? [io.of(`/${namespace}`)] : [...io._nsps.values()];
	for (const target of targets) (room ? target.to(room) : target).emit(event, message);
}

async function subscribe(io) {
	const subscriber = createClient({ url: redisUrl });
	subscriber.on("error", (error) => console.error(`Redis: ${error.message || error.code}`));
	await subscriber.connect();
	await subscriber.subscribe("events", (text) => {
		try {
			forward(io, text);
		} catch (error) {
			console.error(`An event could not be forwarded: ${error.message}`);
		}
	});
}

function main() {
	const server = http.createServer();
	const io = new Server(server, { cors: { origin: true, credentials: true } });
	const sites = io.of(/^\/.+$/);
	sites.use(authenticate);
	sites.on("connection", listen);
	const handlers = loadAppHandlers();
	sites.on("connection", (socket) => {
		addRequest(socket);
		for (const handle of handlers) handle(socket);
	});
	subscribe(io).catch((error) => {
		console.error(`No connection to Redis at ${redisUrl}: ${error.message}`);
		process.exit(1);
	});
	server.listen(port, config.socketio_host || "127.0.0.1", () =>
		console.log(`Realtime server on port ${port}`)
	);
	for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));
}

main();
