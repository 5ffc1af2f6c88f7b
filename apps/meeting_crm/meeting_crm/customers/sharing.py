"""C8: sharing a customer file, or a record that hangs on one, with colleagues, for a time or for good.

It rests on Frappe's DocShare, so that the desk's own Share dialog shows and ends the same shares.
`meeting_shared_until` on DocShare is the instant from which a share is void; every reader compares it with
now, and the row goes at the person's next request.
"""

from datetime import datetime

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.share import add_docshare, remove
from frappe.utils import escape_html, format_datetime, get_datetime, get_fullname, now_datetime

from meeting_crm.core.log import log, log_many
from meeting_crm.core.notifications import get_language, notify
from meeting_crm.core.people import get_superiors
from meeting_crm.customers.permissions import CUSTOMER

TO_THE_MINUTE = "yyyy-MM-dd HH:mm"


def share(doctype: str, name: str, users: list[str], write: bool = False, until: datetime | str | None = None) -> None:
	"""Shares one record with several people, to read or also to write, until an instant or for good.
	Sharing again with somebody replaces what they had."""
	until = get_datetime(until) if until else None
	if until and until <= now_datetime():
		frappe.throw(
			_("{0} is past already. Choose a later end, or leave it empty for a share without end.").format(
				format_datetime(until)
			)
		)
	if not users:
		frappe.throw(_("Nobody is chosen to share with. Choose at least one colleague."))
	for user in dict.fromkeys(users):
		_validate_receiver(user)
		row = add_docshare(doctype, name, user=user, read=1, write=int(write), notify=0)
		row.db_set("meeting_shared_until", until, update_modified=False)
		_tell(doctype, name, user, until)


def _validate_receiver(user: str) -> None:
	enabled, user_type = frappe.db.get_value("User", user, ["enabled", "user_type"]) or (0, None)
	if not enabled or user_type != "System User":
		frappe.throw(_("{0} is no active user. Choose a colleague from the list.").format(escape_html(user)))


def _tell(doctype: str, name: str, user: str, until: datetime | None) -> None:
	if user == frappe.session.user:
		return
	title = frappe.get_doc(doctype, name).get_title()
	sender, language = get_fullname(frappe.session.user), get_language(user)
	subject = (
		_("{0} shares {1} with you until {2}", language).format(sender, title, format_datetime(until, TO_THE_MINUTE))
		if until
		else _("{0} shares {1} with you", language).format(sender, title)
	)
	notify(user, subject, doctype, name)


def revoke(doctype: str, name: str, user: str) -> None:
	"""Ends a share at once, also for pages that stand open. The caller has checked who may."""
	remove(doctype, name, user, flags={"ignore_share_permission": True, "ignore_permissions": True})


def log_share(doc, method: str | None = None) -> None:
	"""DocShare is Frappe's: these events put it into the operation log of the shared record (E7)."""
	if _is_ours(doc):
		log("Shared", doc.share_doctype, doc.share_name, after=_describe(doc))


def log_revocation(doc, method: str | None = None) -> None:
	if _is_ours(doc):
		log("Unshared", doc.share_doctype, doc.share_name, before=_describe(doc))
		_close_open_pages([(doc.user, doc.share_doctype, doc.share_name)])


def _is_ours(doc) -> bool:
	return doc.share_doctype.startswith("Meeting ")


def _describe(doc) -> dict:
	until = doc.get("meeting_shared_until")
	return {"user": doc.user, "write": doc.write, "share": doc.share, "until": str(until) if until else None}


def _close_open_pages(ended: list[tuple[str, str, str]]) -> None:
	for user, doctype, name in ended:
		frappe.publish_realtime("meeting_share_ended", {"doctype": doctype, "name": name}, user=user, after_commit=True)


def end_expired_shares(user: str | None = None) -> int:
	"""Takes away shares that have run out: those of `user` before each of their requests, all of them from
	the scheduler. Commits, because a request that only reads would give them back."""
	share_row = DocType("DocShare")
	query = (
		frappe.qb.from_(share_row)
		.where(share_row.meeting_shared_until <= now_datetime())
		.select(share_row.name, share_row.user, share_row.share_doctype, share_row.share_name)
	)
	expired = (query.where(share_row.user == user) if user else query).run()
	if not expired:
		return 0
	frappe.db.delete("DocShare", {"name": ("in", [row[0] for row in expired])})
	log_many(("Share Ended", doctype, name, {"user": who}, None) for _row, who, doctype, name in expired)
	frappe.db.commit()  # nosemgrep  why: see above
	_close_open_pages([row[1:] for row in expired])
	return len(expired)


def get_access(customer: str) -> list[dict]:
	"""Who sees a file and why: user, full name, reason, right, until. Administrators see every file and
	stand in one row."""
	file = frappe.db.get_value(CUSTOMER, customer, ["owner", "holder", "creation"], as_dict=True)
	rows = []
	if file.holder:
		rows.append(_access(file.holder, _("Holds the customer"), "write"))
		rows.extend(
			_access(user, _("Leads {0}").format(get_fullname(file.holder)), "read")
			for user in get_superiors(file.holder)
		)
	if file.owner != file.holder:
		rows.append(_access(file.owner, _("Wrote the file"), "read"))
	rows.extend(
		_access(
			row.user,
			_("Shared by {0}").format(get_fullname(row.owner)),
			"write" if row.write else "read",
			row.meeting_shared_until,
			shared=True,
		)
		for row in _get_shares(customer)
	)
	rows.append(
		{
			"user": None,
			"full_name": _("Administrators"),
			"why": _("Administrators see every file"),
			"right": "write",
			"until": None,
			"shared": False,
		}
	)
	return rows


def _access(user: str, why: str, right: str, until: datetime | None = None, shared: bool = False) -> dict:
	return {"user": user, "full_name": get_fullname(user), "why": why, "right": right, "until": until, "shared": shared}


def _get_shares(customer: str) -> list:
	return frappe.get_all(  # why: asked by get_access after its own check
		"DocShare",
		filters={"share_doctype": CUSTOMER, "share_name": customer},
		or_filters=[["meeting_shared_until", "is", "not set"], ["meeting_shared_until", ">", now_datetime()]],
		fields=["user", "owner", "write", "meeting_shared_until"],
		order_by="creation",
	)
