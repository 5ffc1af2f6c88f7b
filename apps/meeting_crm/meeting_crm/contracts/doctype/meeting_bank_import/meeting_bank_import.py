from frappe.model.document import Document

from meeting_crm.contracts import bank


class MeetingBankImport(Document):
	def validate(self):
		bank.check_file(self)

	def after_insert(self):
		bank.read(self)
