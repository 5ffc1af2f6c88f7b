from collections import Counter

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import formatdate, getdate

from meeting_crm.meeting_projects import own_days


class MeetingCalendar(Document):
	def validate(self):
		numbers = Counter(getdate(row.day) for row in self.days)
		twice = sorted(day for day, number in numbers.items() if number > 1)
		if twice:
			frappe.throw(
				_("{0} is listed more than once. Leave one row for each day.").format(formatdate(twice[0])),
				title=_("Listed twice"),
			)
		self.days.sort(key=lambda row: getdate(row.day))
		for number, row in enumerate(self.days, 1):
			row.idx = number

	def on_update(self):
		before = self.get_doc_before_save()
		self.flags.has_new_days = own_days.read_days(before.days if before else ()) != own_days.read_days(self.days)
		own_days.forget()
