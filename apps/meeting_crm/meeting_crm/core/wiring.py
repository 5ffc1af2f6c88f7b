"""What `core` tells Frappe's hooks: see `core/gathering.py`."""

JOBS = {"every minute": ["meeting_crm.core.runs.look_after"]}
