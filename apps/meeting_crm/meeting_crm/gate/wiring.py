"""What `gate` tells Frappe's hooks: see `core/gathering.py`. AUTH_HOOKS, AFTER_REQUEST, ON_LOGIN, CLASSES, METHODS and
LOGS are its alone."""

LOGGED = ("Meeting Gate Settings",)

AUTH_HOOKS = ["meeting_crm.gate.service.check_request"]

AFTER_REQUEST = ["meeting_crm.gate.answers.add_headers"]

ON_LOGIN = ["meeting_crm.gate.visitors.set_real_address", "meeting_crm.gate.logins.check_address"]

CLASSES = {"File": "meeting_crm.gate.files.GuardedFile"}

SUBMITTABLE = ("Meeting Contract", "Meeting Contract Change", "Meeting Invoice", "Meeting Payment", "Meeting Quotation")

EVENTS = {
	"File": {"before_validate": ["meeting_crm.gate.files.guard", "meeting_crm.gate.kept_files.refuse_change"]},
	"DocShare": {"validate": ["meeting_crm.gate.sharing.check_share"]},
	"Activity Log": {"before_insert": ["meeting_crm.gate.logins.note_failure"]},
	**{
		doctype: {event: ["meeting_crm.gate.kept_files.fix_files"] for event in ("on_submit", "on_update_after_submit")}
		for doctype in SUBMITTABLE
	},
}

CONDITIONS = {
	"File": "meeting_crm.gate.attachments.file_condition",
	"Tag Link": "meeting_crm.gate.attachments.tag_condition",
	"Document Follow": "meeting_crm.gate.attachments.follow_condition",
}

CHECKS = {"File": "meeting_crm.gate.attachments.has_file_permission"}

METHODS = {
	"frappe.desk.reportview.get": "meeting_crm.gate.replacements.get_page",
	"frappe.desk.reportview.get_count": "meeting_crm.gate.replacements.get_number",
	"frappe.client.get": "meeting_crm.gate.replacements.get_document",
	"frappe.client.validate_link": "meeting_crm.gate.replacements.validate_link",
	"frappe.client.get_count": "meeting_crm.gate.replacements.get_count",
	"frappe.desk.reportview.export_query": "meeting_crm.gate.exports.export_list",
	"frappe.desk.query_report.export_query": "meeting_crm.gate.exports.export_report",
	"frappe.desk.search.get_link_title": "meeting_crm.gate.replacements.get_link_title",
	"frappe.core.doctype.user.user.reset_password": "meeting_crm.gate.logins.reset_password",
	"frappe.desk.query_report.get_data_for_custom_field": "meeting_crm.gate.replacements.get_data_for_custom_field",
	"frappe.utils.print_format.report_to_pdf": "meeting_crm.gate.replacements.report_to_pdf",
	"frappe.utils.global_search.search": "meeting_crm.gate.replacements.search",
	"frappe.desk.listview.get_group_by_count": "meeting_crm.gate.replacements.get_group_by_count",
	"frappe.desk.doctype.tag.tag.get_tagged_docs": "meeting_crm.gate.replacements.get_tagged_docs",
	"frappe.desk.doctype.tag.tag.get_documents_for_tag": "meeting_crm.gate.replacements.get_documents_for_tag",
}

LOGS = {"Meeting Refused Command": 180}
