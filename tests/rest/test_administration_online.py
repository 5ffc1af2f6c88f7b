"""Online users over HTTP and with real sockets (cases 47 to 49), and what requests leave in the operation log."""

import json
import subprocess
import time
from hashlib import sha256
from pathlib import Path

import frappe
import pytest

from meeting_crm.tests.factories import make_user
from support.site import ROOT, roll_back

LISTEN = """
const { io } = require(process.argv[1]);
const [url, site, sid] = process.argv.slice(2);
const socket = io(`${url}/${site}`, { extraHeaders: { Cookie: `sid=${sid}` }, transports: ["websocket"], reconnection: false });
const say = (what, value) => console.log(JSON.stringify({ what, value, at: Date.now() }));
socket.on("connect", () => say("connect"));
socket.on("connect_error", (error) => say("error", error.message));
socket.on("disconnect", (reason) => { say("disconnect", reason); process.exit(0); });
socket.onAny((event, value) => say("event", [event, value]));
setTimeout(() => process.exit(1), 60000);
"""
ADMIN = "meeting_crm.administration.api."


class Listener:
	def __init__(self, site: str, sid: str):
		self.process = subprocess.Popen(
			[
				"node", "-e", LISTEN, str(ROOT / "apps" / "frappe" / "node_modules" / "socket.io-client"),
				f"http://127.0.0.1:{frappe.conf.socketio_port}", site, sid,
			],
			stdout=subprocess.PIPE,
			text=True,
		)  # fmt: skip
		assert self.read()["what"] == "connect"

	def read(self) -> dict:
		line = self.process.stdout.readline()
		assert line, "the listener ended"
		return json.loads(line)

	def end(self) -> None:
		self.process.kill()


@pytest.fixture
def listen(site, realtime):
	listeners = []

	def start(sid: str) -> Listener:
		listeners.append(Listener(site, sid))
		return listeners[-1]

	yield start
	for listener in listeners:
		listener.end()


def get_name(client) -> str:
	return sha256(client.cookies["sid"].encode()).hexdigest()


def test_an_ended_session_is_dead_within_a_second_and_the_other_device_stays(rest, listen):
	"""Case 47."""
	user, administrator = make_user(), make_user(None, "Meeting Administrator")
	desk, phone, admin = rest(user), rest(user), rest(administrator)
	ended, kept = listen(desk.cookies["sid"]), listen(phone.cookies["sid"])
	rows = {row["session"]: row for row in admin.result(f"{ADMIN}get_online_users")}
	assert rows[get_name(desk)]["user"] == user and rows[get_name(desk)]["may_end"]
	began = time.time()
	admin.result(f"{ADMIN}end_session", session=get_name(desk))
	heard = ended.read()
	assert heard["value"][0] == "meeting_session_ended"
	gone = ended.read()
	assert gone["what"] == "disconnect"
	assert gone["at"] / 1000 - began < 1.0 + 1.0, "one second on an idle machine"
	assert desk.call("frappe.auth.get_logged_user", verb="GET").status_code in (401, 403)
	assert phone.call("frappe.auth.get_logged_user", verb="GET").json()["message"] == user
	frappe.publish_realtime("still_there", {"n": 1}, user=user)
	assert kept.read()["value"][0] == "still_there"


def test_a_request_on_its_way_does_not_bring_an_ended_session_back(rest):
	user, administrator = make_user(), make_user(None, "Meeting Administrator")
	desk, admin = rest(user), rest(administrator)
	record = frappe.cache.hget("session", desk.cookies["sid"])
	admin.result(f"{ADMIN}end_session", session=get_name(desk))
	frappe.cache.hset("session", desk.cookies["sid"], record)  # what a request writes that began before the end
	assert desk.call("frappe.auth.get_logged_user", verb="GET").status_code in (401, 403)
	assert get_name(desk) not in {row["session"] for row in admin.result(f"{ADMIN}get_online_users")}


def test_the_last_activity_is_the_last_request_not_the_sign_in(rest):
	"""Case 48."""
	user, administrator = make_user(), make_user(None, "Meeting Administrator")
	desk, admin = rest(user), rest(administrator)

	def row() -> dict:
		return next(row for row in admin.result(f"{ADMIN}get_online_users") if row["session"] == get_name(desk))

	first = row()
	time.sleep(1.1)
	desk.headers["User-Agent"] = "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36"
	desk.call("frappe.auth.get_logged_user", verb="GET")
	second = row()
	assert second["last_seen"] > first["last_seen"]
	assert second["signed_in_on"] == first["signed_in_on"]
	assert second["device"] == "Chrome 120 · Windows"
	time.sleep(1.1)
	desk.call(f"{ADMIN}is_signed_in", verb="GET")
	assert row()["last_seen"] == second["last_seen"], "the realtime server's question is no activity"
	assert desk.cookies["sid"] not in json.dumps(admin.result(f"{ADMIN}get_online_users"))


def test_level_2_does_not_end_a_session_of_level_1(rest):
	"""Case 49."""
	above, administrator, staff = (
		make_user(None, "System Manager"),
		make_user(None, "Meeting Administrator"),
		make_user(),
	)
	first, admin, colleague = rest(above), rest(administrator), rest(staff)
	rows = {row["session"]: row for row in admin.result(f"{ADMIN}get_online_users")}
	assert not rows[get_name(first)]["may_end"]
	assert admin.call(f"{ADMIN}end_session", session=get_name(first)).status_code == 403
	assert colleague.call(f"{ADMIN}get_online_users").status_code == 403
	assert colleague.call(f"{ADMIN}end_session", session=get_name(admin)).status_code == 403
	assert first.call("frappe.auth.get_logged_user", verb="GET").status_code == 200


def test_disabling_and_another_group_end_the_sessions(rest):
	user, administrator = make_user(), make_user(None, "System Manager")
	desk, admin = rest(user), rest(administrator)
	groups = admin.result(f"{ADMIN}get_choices")["groups"]
	second = next(row["group"] for row in groups if row["level"] == 2)
	admin.result(f"{ADMIN}change_person", user=user, group=second)
	assert desk.call("frappe.auth.get_logged_user", verb="GET").status_code in (401, 403)
	again = rest(user)
	admin.result(f"{ADMIN}set_enabled", user=user, enabled=0)
	assert again.call("frappe.auth.get_logged_user", verb="GET").status_code in (401, 403)


# what requests leave in the log


def operations(user: str) -> list[str]:
	roll_back()
	return frappe.get_all("Meeting Operation Log", {"user": user}, pluck="operation")


def test_what_is_handed_out_is_in_the_log(rest):
	administrator = make_user(None, "System Manager")
	admin = rest(administrator)
	export = {
		"doctype": "Meeting Department",
		"file_format_type": "CSV",
		"title": "x",
		"view": "Report",
		"fields": ["`tabMeeting Department`.`name`"],
		"filters": [],
	}
	assert admin.call("frappe.desk.reportview.export_query", **export).status_code == 200
	assert "Exported" in operations(administrator)
	assert "Signed In" in operations(administrator)
	admin.get(f"{admin.url}/api/method/logout", timeout=60)
	assert "Signed Out" in operations(administrator)


def test_a_refused_sign_in_is_in_the_log(rest):
	user = make_user()
	guest = rest(None)
	answer = guest.post(f"{guest.url}/api/method/login", data={"usr": user, "pwd": "wrong"}, timeout=60)
	assert answer.status_code == 401
	roll_back()
	assert frappe.db.exists(
		"Meeting Operation Log", {"operation": "Sign-in Refused", "reference_doctype": "User", "reference_name": user}
	)


def test_ticks_of_the_permission_manager_are_in_the_log(rest):
	administrator = make_user(None, "System Manager")
	admin = rest(administrator)
	manager = "frappe.core.page.permission_manager.permission_manager."
	arguments = {"doctype": "Meeting Leave", "role": "Meeting Finance", "permlevel": 0}
	assert admin.call(f"{manager}add", parent="Meeting Leave", role="Meeting Finance", permlevel=0).status_code == 200
	assert admin.call(f"{manager}update", ptype="read", value=0, **arguments).status_code == 200
	assert operations(administrator).count("Rights Changed") == 2
	assert admin.call(f"{manager}reset", doctype="Meeting Leave").status_code == 200


def test_the_handlers_are_where_newer_frameworks_look_for_them():
	assert (Path(ROOT) / "apps" / "meeting_crm" / "realtime" / "handlers.js").exists()
