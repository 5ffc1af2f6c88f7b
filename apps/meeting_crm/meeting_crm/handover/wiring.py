"""What `handover` tells Frappe's hooks: see `core/gathering.py`."""

LOGGED = ("Meeting Handover",)

EVENTS = {
	"User": {
		"on_update": ["meeting_crm.handover.service.offer_handover"],
	},
}
