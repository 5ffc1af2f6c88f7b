"""What the screens ask about customer files. Reads only."""

from datetime import datetime

import frappe
from frappe.query_builder import DocType
from frappe.utils import now_datetime


def get_shared_files(user: str, since: datetime, limit: int = 20) -> list[dict]:
	"""Files that colleagues shared with `user` since then and that are still shared, newest first."""
	share, file, sharer = DocType("DocShare"), DocType("Meeting Customer"), DocType("User")
	return (
		frappe.qb.from_(share)
		.join(file)
		.on(file.name == share.share_name)
		.left_join(sharer)
		.on(sharer.name == share.owner)
		.select(
			share.share_name.as_("customer"),
			file.customer_name,
			sharer.full_name.as_("shared_by"),
			share.creation.as_("shared_on"),
			share.meeting_shared_until.as_("until"),
		)
		.where((share.share_doctype == "Meeting Customer") & (share.user == user) & (share.creation >= since))
		.where(share.meeting_shared_until.isnull() | (share.meeting_shared_until > now_datetime()))
		.orderby(share.creation, order=frappe.qb.desc)
		.limit(limit)
		.run(as_dict=True)
	)
