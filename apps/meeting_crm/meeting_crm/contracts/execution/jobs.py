"""What happens by itself."""

import frappe
from frappe.utils import add_days, cint, nowdate

from meeting_crm.core.log import log_many


def erase_id_numbers() -> None:
	"""Identity numbers are for the hotel alone: some days after the meeting they are gone. Run again, it finds none."""
	days = cint(frappe.db.get_single_value("Meeting Execution Settings", "id_number_days"))
	if not days:
		return
	rows = frappe.db.sql(
		"""select person.name, execution.name from `tabMeeting Attendee` person
		join `tabMeeting Execution` execution on execution.name = person.parent and person.parenttype = 'Meeting Execution'
		join `tabMeeting Project` project on project.name = execution.project
		where person.id_number is not null and project.end_date < %s""",
		(add_days(nowdate(), -days),),
	)
	if not rows:
		return
	frappe.db.sql(
		"update `tabMeeting Attendee` set id_number = null where name in %(names)s",
		{"names": [name for name, _parent in rows]},
	)
	executions = sorted({parent for _name, parent in rows})
	log_many(("Changed", "Meeting Execution", name, None, {"identity_numbers": "erased"}) for name in executions)
	for name in executions:
		frappe.clear_document_cache("Meeting Execution", name)
