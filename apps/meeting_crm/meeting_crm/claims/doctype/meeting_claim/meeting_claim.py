import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, get_datetime, now_datetime

from meeting_crm.claims import rules, service
from meeting_crm.claims.errors import ClaimOverError
from meeting_crm.core.database import drop_index
from meeting_crm.core.errors import GuardedFieldError
from meeting_crm.core.problems import take_back_message

GUARDED_FIELDS = (
	"project",
	"project_name",
	"enterprise",
	"enterprise_name",
	"customer",
	"holder",
	"source",
	"phase",
	"claimed_on",
	"protected_from",
	"protected_until",
	"extended_days",
	"rules",
	"signed_on",
	"contract",
	"payment",
	"payment_held_days",
	"payment_hold_used",
	"ended_on",
	"end_reason",
	"active_key",
)


class MeetingClaim(Document):
	"""One person's hold on an enterprise in one project. Every write from outside the services meets the rules here:
	REST, workflow actions, data import, bulk edit."""

	def before_insert(self):
		self.refuse_foreign_insert()

	def validate(self):
		if self.flags.by_service:
			return
		self.guard_fields()
		self.follow_workflow()

	def on_update(self):
		service.finish_step(self)

	def on_trash(self):
		self.refuse_deletion()

	def before_print(self, settings=None):
		self.sub_heading = self.enterprise_name

	def validate_workflow(self):
		"""B6: the workflow decides what people may press; what the rules themselves do (expiry, signature by a
		contract) needs no transition."""
		if not self.flags.by_service:
			super().validate_workflow()

	def db_update(self):
		"""A claim that is reopened meets whoever claimed the company a moment ago."""
		try:
			super().db_update()
		except frappe.UniqueValidationError:
			take_back_message()
			service.make_room(self)
			super().db_update()

	def refuse_foreign_insert(self):
		if not self.flags.by_service:
			frappe.throw(
				_(
					"A claim is made by claiming the company in the pool or the duplicate check, by entering it, or by assigning it. It cannot be written by hand."
				),
				title=_("Not by hand"),
				exc=GuardedFieldError,
			)

	def refuse_deletion(self):
		frappe.throw(
			_("Claims are the history of who held a company and are never deleted. Release the claim instead."),
			title=_("Not deletable"),
			exc=GuardedFieldError,
		)

	def refuse_submission(self):
		frappe.throw(
			_("A claim is neither submitted nor cancelled. Use its buttons: sign, extend, mark dead, release."),
			title=_("Not by hand"),
			exc=GuardedFieldError,
		)

	def guard_fields(self):
		previous = self.get_doc_before_save()
		if self.docstatus != previous.docstatus:
			self.refuse_submission()
		is_ending = self.workflow_state != previous.workflow_state
		for field in GUARDED_FIELDS:
			if field == "end_reason" and is_ending:
				continue
			if not self.is_same(field, previous):
				frappe.throw(
					_(
						"{0} of a claim follows from the rules and cannot be changed by hand. Use the buttons of the claim, or the project's settings."
					).format(frappe.bold(_(self.meta.get_label(field)))),
					title=_("Not by hand"),
					exc=GuardedFieldError,
				)
			self.set(field, previous.get(field))

	def is_same(self, field, previous) -> bool:
		old, new = previous.get(field), self.get(field)
		if self.meta.get_field(field).fieldtype == "Datetime" and old and new:
			try:
				return get_datetime(old) == get_datetime(new)
			except ValueError:
				return False
		return cstr(old) == cstr(new)

	def follow_workflow(self):
		"""What a changed state means (B6). Any state but Signed, Dead and Released counts as negotiating."""
		previous = self.get_doc_before_save()
		if self.workflow_state == previous.workflow_state:
			return
		now, phase = now_datetime(), rules.get_phase(self.workflow_state)
		if previous.phase == rules.NEGOTIATING and phase == rules.NEGOTIATING:
			service.prepare_state_change(self, previous.workflow_state, now)
		elif previous.phase == rules.NEGOTIATING and phase == rules.SIGNED:
			service.prepare_signature(self, self.contract, None, now)
		elif previous.phase == rules.NEGOTIATING:
			service.prepare_end(self, service.require_reason(self.end_reason), now)
		elif previous.phase == rules.SIGNED and phase == rules.NEGOTIATING:
			service.prepare_signature_cancelled(self, now)
		elif previous.phase == rules.ENDED and phase == rules.NEGOTIATING:
			service.prepare_reopening(self, service.require_reason(self.end_reason), now)
		else:
			frappe.throw(
				_("A claim that is {0} cannot become {1}. Reopen it first.").format(
					frappe.bold(_(previous.workflow_state)), frappe.bold(_(self.workflow_state))
				),
				exc=ClaimOverError,
			)


INDEXES = (
	("holder", "claimed_on"),
	("project", "holder", "claimed_on", "source"),
	("project", "claimed_on", "holder", "source"),
	("holder", "phase", "claimed_on", "protected_until", "project"),
	("project", "phase", "protected_until", "holder"),
	("project", "signed_on", "holder"),
	("project", "ended_on", "holder"),
	("phase", "claimed_on"),
	("enterprise", "project", "holder"),
)
FORMER_INDEXES = (
	"project_holder_claimed_on_index",
	"project_claimed_on_holder_index",
	"project_claimed_on_index",
	"project_phase_protected_until_index",
	"project_signed_on_index",
	"project_ended_on_index",
	"customer_phase_index",
	"holder_phase_protected_until_index",
	"phase_protected_until_index",
)


def on_doctype_update():
	"""Lists by holder or project, newest first; per person what is claimed, protected, signed, ended by day, read from the index alone;
	the sweep; what became of one enterprise; which claims protect a customer file."""
	for fields in INDEXES:
		frappe.db.add_index("Meeting Claim", list(fields))
	for index in FORMER_INDEXES:
		drop_index("Meeting Claim", index)
