"""What happens by itself."""

import frappe
from frappe.utils import add_days, cint, nowdate

from meeting_crm.contracts.execution import late_changes
from meeting_crm.contracts.execution.rules import RUNNING
from meeting_crm.contracts.execution.service import CLOSED, set_status
from meeting_crm.contracts.execution.tasks import DONE, get_execution_status
from meeting_crm.core.log import log, log_many


def close_finished() -> None:
	"""After the meeting, an execution of which every step of both departments is done stays as it is. Run again, it finds none."""
	names = frappe.db.sql_list(
		"""select execution.name from `tabMeeting Execution` execution
		join `tabMeeting Project` project on project.name = execution.project
		where execution.status in %(running)s and project.end_date < %(today)s
			and exists (select 1 from `tabMeeting Department Task` task where task.execution = execution.name)
			and not exists (select 1 from `tabMeeting Department Task` task
				where task.execution = execution.name and task.status != %(done)s)
		order by execution.name""",
		{"running": RUNNING, "today": nowdate(), "done": DONE},
	)
	for name in names:
		execution = frappe.get_doc("Meeting Execution", name, for_update=True)
		before = execution.status
		if before in RUNNING and get_execution_status(name) == "Confirmed":
			set_status(execution, CLOSED)
			log("Changed", "Meeting Execution", name, {"status": before}, {"status": CLOSED})


def erase_id_numbers() -> None:
	"""Identity numbers are for the hotel alone: some days after the meeting they are gone. Run again, it finds none."""
	days = cint(frappe.db.get_single_value("Meeting Execution Settings", "id_number_days"))
	if not days:
		return
	late_changes.erase_persons(add_days(nowdate(), -days))
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
