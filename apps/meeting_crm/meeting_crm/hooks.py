"""What Frappe asks the app for. Who is asked about a record, an event or a time is said by each room's `wiring.py`."""

from meeting_crm.administration import wiring as administration
from meeting_crm.claims import wiring as claims
from meeting_crm.contracts import wiring as contracts
from meeting_crm.core import gathering as _gathering
from meeting_crm.core import wiring as core
from meeting_crm.credit import wiring as credit
from meeting_crm.customers import wiring as customers
from meeting_crm.documents import wiring as documents
from meeting_crm.enterprises import wiring as enterprises
from meeting_crm.entry import wiring as entry
from meeting_crm.gate import wiring as gate
from meeting_crm.handover import wiring as handover
from meeting_crm.meeting_projects import wiring as meeting_projects
from meeting_crm.sales import wiring as sales

app_name = "meeting_crm"
app_title = "Meeting CRM"
app_publisher = "Meeting CRM contributors"
app_description = "CRM with a customer pool for companies that sell meetings and exhibitions"
app_email = "hello@meeting-crm.example"
app_license = "MIT"

after_install = "meeting_crm.setup.install.after_install"
before_uninstall = "meeting_crm.setup.uninstall.before_uninstall"
after_migrate = ["meeting_crm.setup.desk.name_records_in_english", "meeting_crm.setup.cluster.prepare_tables"]

app_include_js = "meeting_crm.bundle.js"
app_include_css = "meeting_crm.bundle.css"

app_logo_url = "/assets/meeting_crm/images/meeting-crm-logo.svg"

add_to_apps_screen = [
	{
		"name": app_name,
		"logo": app_logo_url,
		"title": app_title,
		"route": "/app/meeting-today",
	}
]

extend_bootinfo = "meeting_crm.setup.boot.extend_bootinfo"

_rooms = (
	core,
	administration,
	meeting_projects,
	enterprises,
	customers,
	claims,
	sales,
	documents,
	contracts,
	entry,
	handover,
	credit,
	gate,
)

logged_doctypes = _gathering.gather_logged(_rooms)
doc_events = _gathering.gather_events(_rooms)
permission_query_conditions = _gathering.gather_by_doctype(_rooms, "CONDITIONS")
has_permission = _gathering.gather_by_doctype(_rooms, "CHECKS")
meeting_runs = _gathering.gather_by_doctype(_rooms, "RUNS")
meeting_kept_doctypes = _gathering.gather_names(_rooms, "KEPT")
meeting_tidy_restored = _gathering.gather_names(_rooms, "TIDYING")

standard_queries = {"Meeting Enterprise": "meeting_crm.entry.api.search_enterprises"}

scheduler_events = {
	"cron": {"* * * * *": _gathering.gather_jobs(_rooms, "every minute")},
	"hourly": _gathering.gather_jobs(_rooms, "hourly"),
	"daily": _gathering.gather_jobs(_rooms, "daily"),
}

calendars = ["Meeting Activity"]

# History: what an import created can be deleted, and its rows go with it.
ignore_links_on_delete = ["Meeting Enterprise Import Row"]

before_request = ["meeting_crm.core.outages.watch"]
after_request = [
	"meeting_crm.administration.restoring.switching.recover_if_interrupted",
	*administration.AFTER_REQUEST,
	*gate.AFTER_REQUEST,
]
before_job = [
	"meeting_crm.administration.restoring.switching.recover_if_interrupted",
	*administration.BEFORE_JOB,
]
on_session_creation = administration.SESSION_HOOKS
on_login = gate.ON_LOGIN
auth_hooks = [*administration.AUTH_HOOKS, *gate.AUTH_HOOKS]

override_doctype_class = gate.CLASSES

default_log_clearing_doctypes = gate.LOGS

override_whitelisted_methods = {
	"frappe.desk.desktop.get_workspace_sidebar_items": "meeting_crm.setup.boot.get_workspace_sidebar_items",
	**gate.METHODS,
}
