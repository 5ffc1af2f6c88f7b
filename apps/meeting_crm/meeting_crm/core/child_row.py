import frappe
from frappe.model.document import Document


class ChildRow(Document):
	"""A row of a record, shown to whoever may read that record, also where it is read by its own name: Frappe 15.55 knows
	no record then and asks for the role alone."""

	def load_from_db(self):
		super().load_from_db()
		self.parent_doc = frappe.get_doc(self.parenttype, self.parent)
		return self
