"""Who is here (E1). A session's record in Redis says when, from where and with what its owner last asked for something; it
is named by the SHA-256 of its secret, which is never shown or logged."""

from datetime import datetime, timedelta
from hashlib import sha256

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.sessions import get_expired_threshold, get_expiry_in_seconds
from frappe.utils import get_datetime, now_datetime

from meeting_crm.administration import levels, rules
from meeting_crm.administration.devices import describe_device
from meeting_crm.core.counters import is_marked, mark
from meeting_crm.core.log import log

RECENT = timedelta(minutes=15)
ENDED_FOR_SECONDS = 7 * 24 * 3600
ENDED = "meeting_ended_session:"
EVENT = "meeting_session_ended"


def get_name(sid: str) -> str:
	return sha256(sid.encode()).hexdigest()


def get_room(session: str) -> str:
	return f"session:{session}"


def note_request() -> None:
	"""Before a request of a signed-in person: the framework writes the session's record after it anyway. An ended session whose
	last request was on its way would come back with that write: it is refused here."""
	session = getattr(frappe.local, "session_obj", None)
	if not session or frappe.session.user == "Guest" or not frappe.session.data.get("user"):
		return
	if is_marked(ENDED + get_name(frappe.session.sid)):
		_refuse_ended()
	frappe.session.data.update(
		last_ip=frappe.local.request_ip,
		device=describe_device(frappe.get_request_header("User-Agent")),
		last_action=_get_action(),
	)


def _refuse_ended() -> None:
	frappe.cache.hdel("session", frappe.session.sid)
	frappe.local.session_obj = None  # why: the framework would write its record anew
	frappe.local.login_manager.clear_cookies()
	frappe.set_user("Guest")
	frappe.throw(_("Your session was ended. Sign in again."), frappe.SessionExpired)


def _get_action() -> str:
	command = frappe.form_dict.get("cmd") or frappe.request.path.removeprefix("/api/method/")
	return command[:140]


def note_sign_in(login_manager=None) -> None:
	"""When a session begins."""
	frappe.session.data.update(
		signed_in_on=frappe.utils.now(),
		last_ip=frappe.local.request_ip,
		device=describe_device(frappe.get_request_header("User-Agent")),
	)


def is_recent(moment: datetime | str) -> bool:
	return now_datetime() - get_datetime(moment) < RECENT


def get_sessions() -> list[frappe._dict]:
	"""Every living session: those in Redis, and those that only the table still knows."""
	found = {}
	for sid, record in (frappe.cache.hgetall("session") or {}).items():
		sid = sid.decode() if isinstance(sid, bytes) else sid
		session = _read(sid, record)
		if session:
			found[sid] = session
	sessions = DocType("Sessions")
	rows = (
		frappe.qb.from_(sessions)
		.where((sessions.lastupdate > get_expired_threshold()) & (sessions.user != "Guest"))
		.select(sessions.sid, sessions.user, sessions.lastupdate)
		.run(as_dict=True)
	)
	for row in rows:
		found.setdefault(row.sid, frappe._dict(sid=row.sid, user=row.user, last_seen=get_datetime(row.lastupdate)))
	return sorted(found.values(), key=lambda session: session.last_seen, reverse=True)


def _read(sid: str, record: dict) -> frappe._dict | None:
	data = (record or {}).get("data") or {}
	if not data.get("last_updated") or data.get("user") in (None, "Guest"):
		return None
	last_seen = get_datetime(data["last_updated"])
	if (now_datetime() - last_seen).total_seconds() > get_expiry_in_seconds(data.get("session_expiry")):
		return None
	return frappe._dict(
		sid=sid,
		user=data["user"],
		last_seen=last_seen,
		signed_in_on=data.get("signed_in_on"),
		ip_address=data.get("last_ip") or data.get("session_ip"),
		device=data.get("device"),
		last_action=data.get("last_action"),
	)


def get_last_seen() -> dict[str, datetime]:
	seen: dict[str, datetime] = {}
	for session in get_sessions():
		seen.setdefault(session.user, session.last_seen)
	return seen


def get_online_users() -> list[dict]:
	sessions = get_sessions()
	user = DocType("User")
	names = {session.user for session in sessions} or {""}
	people = {
		row.name: row
		for row in frappe.qb.from_(user)
		.where(user.name.isin(list(names)))
		.select(user.name, user.full_name, user.user_image, user.meeting_department)
		.run(as_dict=True)
	}
	actor = rules.Account(frappe.session.user, levels.get_level())
	levels_of = {name: levels.get_level(name) for name in names if name}
	return [
		{
			"session": get_name(session.sid),
			"user": session.user,
			"full_name": people[session.user].full_name,
			"department": people[session.user].meeting_department,
			"ip_address": session.ip_address,
			"device": session.device,
			"signed_in_on": session.signed_in_on,
			"last_seen": str(session.last_seen),
			"last_action": session.last_action,
			"is_recent": is_recent(session.last_seen),
			"is_current": session.sid == frappe.session.sid,
			"may_end": rules.may_manage(actor, rules.Account(session.user, levels_of[session.user]), rules.END_SESSION),
		}
		for session in sessions
		if session.user in people
	]


def end_session(name: str) -> dict:
	"""The page and its socket are dead within a second; the person's other devices stay."""
	session = next((session for session in get_sessions() if get_name(session.sid) == name), None)
	if not session:
		frappe.throw(_("This session is over already."), frappe.DoesNotExistError)
	levels.require_management(session.user, rules.END_SESSION)
	_end(session)
	return {"user": session.user}


def end_sessions_of(user: str) -> None:
	for session in get_sessions():
		if session.user == user and session.sid != frappe.session.sid:
			_end(session)


def _end(session) -> None:
	name = get_name(session.sid)
	frappe.db.delete("Sessions", {"sid": session.sid})
	log(
		"Session Ended",
		"User",
		session.user,
		before={"session": name[:12], "device": session.device, "ip_address": session.ip_address},
	)
	frappe.db.after_commit.add(lambda: _forget(session.sid, name))


def _forget(sid: str, name: str) -> None:
	mark(ENDED + name, ENDED_FOR_SECONDS)
	frappe.cache.hdel("session", sid)
	frappe.cache.hdel("last_db_session_update", sid)
	frappe.publish_realtime(EVENT, {"session": name}, room=get_room(name))
