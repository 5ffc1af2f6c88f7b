import frappe
from frappe import _
from frappe.model.document import Document


class MeetingProjectRules(Document):
	"""The rules of a project as they held from one instant on. Never changed afterwards."""

	def before_save(self):
		if not self.is_new():
			frappe.throw(_("Earlier rules are history. Change the project to make new ones."))

	def on_trash(self):
		frappe.throw(_("Rules that claims were made under cannot be deleted."))


def on_doctype_update():
	frappe.db.add_unique("Meeting Project Rules", ["project", "version"])
