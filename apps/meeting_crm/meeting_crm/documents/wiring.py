"""What `documents` tells Frappe's hooks."""

LOGGED = ("Meeting Document", "Meeting Document Folder", "Meeting Document Settings", "Meeting Seal")

CONDITIONS = {
	"Meeting Document": "meeting_crm.documents.permissions.visible_documents_condition",
	"Meeting Document Folder": "meeting_crm.documents.permissions.folder_condition",
	"Meeting Document Version": "meeting_crm.documents.permissions.version_condition",
	"Meeting Document Draft": "meeting_crm.documents.permissions.draft_condition",
	"Meeting Document Link": "meeting_crm.documents.permissions.link_condition",
	"Meeting Seal": "meeting_crm.documents.seals.permissions.seal_condition",
	"Meeting Seal User": "meeting_crm.documents.seals.permissions.person_condition",
	"Meeting Seal Department": "meeting_crm.documents.seals.permissions.department_condition",
	"Meeting Seal Use": "meeting_crm.documents.seals.permissions.use_condition",
}

CHECKS = {
	"Meeting Document": "meeting_crm.documents.permissions.has_document_permission",
	"Meeting Document Folder": "meeting_crm.documents.permissions.has_folder_permission",
	"Meeting Document Version": "meeting_crm.documents.permissions.has_version_permission",
	"Meeting Document Draft": "meeting_crm.documents.permissions.has_draft_permission",
	"Meeting Document Link": "meeting_crm.documents.permissions.has_link_permission",
	"Meeting Seal": "meeting_crm.documents.seals.permissions.has_seal_permission",
	"Meeting Seal Use": "meeting_crm.documents.seals.permissions.has_use_permission",
}

EVENTS = {
	"Meeting Project": {
		"on_update": ["meeting_crm.documents.folders.follow_project"],
		"on_trash": ["meeting_crm.documents.folders.leave_with_project"],
	},
	"Meeting Contract": {
		"on_update": ["meeting_crm.documents.attachments.follow_contract"],
		"on_submit": ["meeting_crm.documents.attachments.follow_contract"],
		"on_update_after_submit": ["meeting_crm.documents.attachments.follow_contract"],
	},
}

JOBS = {"daily": ["meeting_crm.documents.jobs.tidy_up"]}
