import frappe
from frappe import _
from frappe.model.document import Document

from meeting_crm.gate.request import UnknownCommandError, find_function


class MeetingGateSettings(Document):
	def validate(self) -> None:
		self.check_commands()
		self.warn()

	def check_commands(self) -> None:
		for row in self.commands:
			row.command = row.command.strip()
			try:
				found = find_function(row.command)
			except UnknownCommandError:
				frappe.throw(
					_("Row {0}: there is no command {1}. Write the full name, as the refused command shows it.").format(
						row.idx, frappe.bold(frappe.utils.escape_html(row.command))
					),
					title=_("Unknown command"),
				)
			row.command = found

	def warn(self) -> None:
		before = self.get_doc_before_save()
		known = {(row.who, row.command) for row in before.commands} if before else set()
		added = [row for row in self.commands if (row.who, row.command) not in known]
		if added:
			frappe.msgprint(
				_(
					"You open {0} to a whole group. The framework may answer it about all records of the site, whoever asks: try it with an ordinary account before you rely on it."
				).format(", ".join(frappe.bold(frappe.utils.escape_html(row.command)) for row in added)),
				title=_("Open to more people"),
				indicator="orange",
			)
