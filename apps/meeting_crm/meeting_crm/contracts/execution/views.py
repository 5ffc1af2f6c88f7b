"""What a department reads of an execution: named fields, put together by the server. Finance gets no person's identity number,
diet, ethnicity or mobile; logistics gets no amount, title or account; neither gets the customer file."""

import frappe
from frappe import _
from frappe.utils import flt, getdate

from meeting_crm.contracts.execution import deliverables, identity
from meeting_crm.contracts.execution.rules import FINANCE, NO_ROOM, get_nights

FINANCE_FIELDS = (
	"unit_name", "handler", "notes", "contract_amount", "participation_fee", "publicity_fee", "accommodation_fee", "total",
	"fee_per_head", "difference_reason", "title_type", "title", "tax_number", "invoice_type", "invoice_email", "title_address",
	"title_phone", "title_bank", "title_account", "recipient", "recipient_mobile", "courier_address",
)  # fmt: skip
LOGISTICS_FIELDS = ("unit_name", "address", "handler", "handler_mobile", "notes", "no_attendees")
ATTENDEE_FIELDS = (
	"name", "person_name", "gender", "ethnicity", "position", "mobile", "housing", "arrive_on", "leave_on", "share_with",
	"is_family", "diet", "badge_kind", "fee_paid_by", "wishes",
)  # fmt: skip
DELIVERABLE_FIELDS = (
	"name", "type", "text", "quantity", "specification", "colour", "place", "signed_by", "deadline", "declined",
)  # fmt: skip


def get_view(execution, department: str) -> dict:
	common = {
		"name": execution.name,
		"contract": execution.contract,
		"project": execution.project,
		"project_name": frappe.get_cached_value("Meeting Project", execution.project, "project_name"),
		"holder_name": frappe.utils.get_fullname(execution.holder) if execution.holder else "",
		"status": execution.status,
		"submitted_on": execution.submitted_on,
	}
	return {**common, **(_get_finance(execution) if department == FINANCE else _get_logistics(execution))}


def _get_finance(execution) -> dict:
	paying = [row for row in execution.attendees if row.fee_paid_by == "Self"]
	return {
		**{field: execution.get(field) for field in FINANCE_FIELDS},
		"heads": len(execution.attendees),
		"heads_paying_themselves": len(paying),
		"nights": sum(_get_nights(row) for row in execution.attendees),
		"priced": [
			{"type": row.type, "quantity": row.quantity, "amount": row.amount}
			for row in execution.deliverables
			if flt(row.amount) and not row.declined
		],
	}


def _get_nights(row) -> int:
	if row.housing in (None, "", NO_ROOM) or not (row.arrive_on and row.leave_on):
		return 0
	return max(0, get_nights(getdate(row.arrive_on), getdate(row.leave_on)))


def _get_logistics(execution) -> dict:
	works = deliverables.describe_works(execution.name)
	rooms = get_rooms_of(execution.name)
	return {
		**{field: execution.get(field) for field in LOGISTICS_FIELDS},
		"attendees": [
			{
				**{field: row.get(field) for field in ATTENDEE_FIELDS},
				"id_number": identity.mask(row.id_number),
				"nights": _get_nights(row),
				"room": rooms.get(row.name),
			}
			for row in execution.attendees
		],
		"deliverables": [
			{
				**{field: row.get(field) for field in DELIVERABLE_FIELDS},
				"file_name": (row.file or "").rsplit("/", 1)[-1],
				"work": works.get(row.name),
			}
			for row in execution.deliverables
		],
		"booths": frappe.get_all(
			"Meeting Booth", {"execution": execution.name}, ["name", "hall", "number", "state"], order_by="hall, number"
		),
	}


def get_rooms_of(execution: str) -> dict[str, str]:
	"""{attendee: hotel, room}, for whoever was placed."""
	rows = frappe.db.sql(
		"""select guest.attendee, room.hotel, room.room_number, room.hotel_number
		from `tabMeeting Room Guest` guest join `tabMeeting Room` room on room.name = guest.room
		where guest.execution = %s order by guest.arrive_on, room.room_number""",
		(execution,),
		as_dict=True,
	)
	return {row.attendee: say_room(row) for row in rows}


def say_room(room) -> str:
	hotel = frappe.get_cached_value("Meeting Hotel", room.hotel, "hotel_name")
	return " ".join(filter(None, [hotel, room.hotel_number or _("Room {0}").format(room.room_number)]))
