from contextlib import contextmanager

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, now_datetime

from meeting_crm.core.errors import ClaimsBusyError
from meeting_crm.core.names import make_name
from meeting_crm.meeting_projects import service
from meeting_crm.meeting_projects.calendar import get_last_announced_year
from meeting_crm.meeting_projects.rules import ProjectRules

YEARS = range(1970, 2201)
"""Of a project's dates: clocks that start or end beyond them cannot be computed."""


@contextmanager
def telling_of_busy_claims():
	"""New rules move claims that people are changing: who loses a deadlock against them is told to save again."""
	try:
		yield
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		frappe.throw(
			_("Claims of this project were changing at the same instant, so nothing was saved. Save again."),
			title=_("Try again"),
			exc=ClaimsBusyError,
		)


class MeetingProject(Document):
	"""One meeting or exhibition edition being sold, with its rules and members (B1)."""

	def onload(self):
		self.set_onload("last_announced_year", get_last_announced_year())

	def load_from_db(self):
		"""REST locks the project before it saves, and may lose a deadlock there already."""
		with telling_of_busy_claims():
			return super().load_from_db()

	def save(self, *args, **kwargs):
		with telling_of_busy_claims():
			return super().save(*args, **kwargs)

	def validate(self):
		self.validate_dates()
		self.validate_numbers()
		self.validate_rules()
		self.validate_previous_project()
		self.validate_members()
		self.validate_production_closings()
		self.set_rules_version()

	def on_update(self):
		self.record_rules()
		self.sync_members()

	def validate_production_closings(self):
		products = [row.product for row in self.production_closings]
		for product in set(products):
			if products.count(product) > 1:
				frappe.throw(
					_("{0} has two last days for changes. Keep one.").format(frappe.bold(_(product))),
					title=_("Production"),
				)

	def on_trash(self):
		self.delete_own_records()

	def validate_dates(self):
		for field in ("start_date", "end_date"):
			day = getdate(self.get(field))
			if not day or day.year not in YEARS:
				frappe.throw(
					_("{0}: write a day between {1} and {2}.").format(
						frappe.bold(_(self.meta.get_label(field))), YEARS.start, YEARS.stop - 1
					),
					title=_("Dates"),
				)
		if getdate(self.end_date) < getdate(self.start_date):
			frappe.throw(_("The project ends before it starts. Correct one of the dates."), title=_("Dates"))

	def validate_numbers(self):
		"""Over REST and from lists a number comes as anything."""
		for field in (*service.RULE_FIELDS, "closed", "keep_claim_rules"):
			try:
				self.set(field, int(self.get(field) or 0))
			except (ValueError, TypeError, OverflowError):
				frappe.throw(
					_("{0}: write a whole number.").format(frappe.bold(_(self.meta.get_label(field)))),
					title=_("These rules cannot work"),
				)

	def validate_rules(self):
		service.require_rules_that_work(ProjectRules.of(self))

	def validate_previous_project(self):
		if self.previous_project and self.previous_project == self.name:
			frappe.throw(_("A project cannot be its own previous project. Choose another one."))

	def validate_members(self):
		seen = set()
		for member in self.members:
			if member.user in seen:
				frappe.throw(
					_("{0} is listed twice among the members. Remove one of the rows.").format(
						frappe.bold(member.user)
					),
					title=_("Member twice"),
				)
			if member.manager == member.user:
				frappe.throw(
					_("{0} cannot be their own manager. Choose another one or leave it empty.").format(
						frappe.bold(member.user)
					),
					title=_("Manager"),
				)
			seen.add(member.user)

	def set_rules_version(self):
		previous = self.get_doc_before_save()
		self.flags.old_rules = ProjectRules.of(previous) if previous else None
		self.flags.has_new_rules = ProjectRules.of(self) != self.flags.old_rules
		if self.flags.has_new_rules:
			self.rules_version = make_name(20)
		elif previous:
			self.rules_version = previous.rules_version

	def record_rules(self):
		if self.flags.has_new_rules:
			service.record_rules(self, now_datetime())

	def sync_members(self):
		previous = self.get_doc_before_save()
		users, former = get_people(self), get_people(previous) if previous else set()
		if users != former:
			service.sync_user_permissions(self.name, users, former)

	def delete_own_records(self):
		service.sync_user_permissions(self.name, set(), get_people(self))
		frappe.db.delete("Meeting Project Rules", {"project": self.name})


def get_people(project) -> set[str]:
	return {person for member in project.members for person in (member.user, member.manager) if person}


def on_doctype_update():
	frappe.db.add_index("Meeting Project", ["closed", "start_date", "end_date"])
