"""Looks for contradictions between claims, files, shares, counters, extensions, journal and log. Reads only. For administrators:
a button on the claims list, or `bench --site … execute meeting_crm.claims.upkeep.checker.check`."""

import frappe
from frappe import _
from frappe.utils import now_datetime

from meeting_crm.claims.locks import get_account_name
from meeting_crm.meeting_projects import calendar
from meeting_crm.meeting_projects import service as projects

SHOWN = 100
ACTIVE = "(claim.phase = 'Signed' or (claim.phase = 'Negotiating' and claim.protected_until > %(now)s))"

# check: (what it says, select of the names that contradict it)
CONTRADICTIONS = {
	"key": (
		"The key of a claim does not fit its phase",
		"""select claim.name from `tabMeeting Claim` claim where not (claim.active_key <=>
			if(claim.phase = 'Ended', null, concat(claim.project, ':', claim.enterprise)))""",
	),
	"phase": (
		"The phase of a claim does not fit its state",
		"""select claim.name from `tabMeeting Claim` claim where claim.phase is null or claim.phase !=
			case when claim.workflow_state = 'Signed' then 'Signed'
			when claim.workflow_state in ('Dead', 'Released') then 'Ended' else 'Negotiating' end""",
	),
	"docstatus": (
		"A claim is submitted or cancelled, so that nobody can change it",
		"select claim.name from `tabMeeting Claim` claim where claim.docstatus != 0",
	),
	"names": (
		"A claim shows a former name of its project or company",
		"""select claim.name from `tabMeeting Claim` claim
			join `tabMeeting Enterprise` enterprise on enterprise.name = claim.enterprise
			join `tabMeeting Project` project on project.name = claim.project
			where not (claim.enterprise_name <=> enterprise.enterprise_name)
			or not (claim.project_name <=> project.project_name)""",
	),
	"rules": (
		"A claim points at rules that are gone or of another project",
		"""select claim.name from `tabMeeting Claim` claim
			left join `tabMeeting Project Rules` version on version.name = claim.rules
			where not (version.project <=> claim.project)""",
	),
	"project_rules": (
		"The settings of a project are not those of its latest rules",
		f"""select project.name from `tabMeeting Project` project
			left join `tabMeeting Project Rules` version on version.name = project.rules_version
			where not (version.project <=> project.name)
			or {" or ".join(f"not (version.{field} <=> project.{field})" for field in projects.RULE_FIELDS)}""",
	),
	"contract": (
		"The contract of a signed claim is not in force, or is of another claim",
		"""select claim.name from `tabMeeting Claim` claim
			left join `tabMeeting Contract` contract on contract.name = claim.contract
			where claim.phase = 'Signed' and claim.contract is not null
			and (contract.name is null or contract.docstatus != 1 or contract.status = 'Terminated' or not (contract.claim <=> claim.name))""",
	),
	"contract_claim": (
		"A contract is in force, but its claim is not signed",
		"""select contract.name from `tabMeeting Contract` contract
			left join `tabMeeting Claim` claim on claim.name = contract.claim
			where contract.docstatus = 1 and contract.status != 'Terminated' and contract.claim is not null
			and not (claim.phase <=> 'Signed')""",
	),
	"dates": (
		"A claim lacks the date of its start, end or signature",
		"""select claim.name from `tabMeeting Claim` claim where claim.claimed_on is null or claim.protected_until is null
			or claim.protected_from is null or (claim.phase = 'Ended') != (claim.ended_on is not null)
			or (claim.phase = 'Signed' and claim.signed_on is null)""",
	),
	"enterprise": (
		"A claim points to a company or project that no longer exists",
		"""select claim.name from `tabMeeting Claim` claim
			left join `tabMeeting Enterprise` enterprise on enterprise.name = claim.enterprise
			left join `tabMeeting Project` project on project.name = claim.project
			where enterprise.name is null or project.name is null""",
	),
	"file": (
		"A claim has no customer file of the same company",
		"""select claim.name from `tabMeeting Claim` claim
			left join `tabMeeting Customer` file on file.name = claim.customer
			where file.name is null or not (file.enterprise <=> claim.enterprise)""",
	),
	"holder": (
		"The file of a running claim is not held by its holder",
		f"""select claim.name from `tabMeeting Claim` claim join `tabMeeting Customer` file on file.name = claim.customer
			where {ACTIVE} and not (file.holder <=> claim.holder)""",
	),
	"held_file": (
		"A file is held though nothing protects it",
		"""select file.name from `tabMeeting Customer` file
			where file.holder is not null and file.enterprise is not null and file.category in ('Intended', 'Formal')
			and not exists (select 1 from `tabMeeting Claim` claim where claim.customer = file.name
				and claim.holder = file.holder and claim.phase != 'Ended')""",
	),
	"file_copy": (
		"A file's list does not show what its claims say",
		"""select file.name from `tabMeeting Customer` file left join (
				select customer, project, protected_until, signed_on,
					row_number() over (partition by customer order by claimed_on desc, name desc) as place
				from `tabMeeting Claim` where ended_on is null
			) standing on standing.customer = file.name and standing.place = 1
			where file.enterprise is not null and not (file.project <=> standing.project
				and file.protected_until <=> if(standing.signed_on is null, standing.protected_until, null))""",
	),
	"member": (
		"A claim was made by somebody who is no user",
		"""select claim.name from `tabMeeting Claim` claim left join `tabUser` user on user.name = claim.holder
			where user.name is null""",
	),
	"extended_days": (
		"The extensions of a claim do not add up to its days",
		"""select claim.name from `tabMeeting Claim` claim left join (
				select claim, sum(days) as days from `tabMeeting Protection Extension` group by claim
			) extension on extension.claim = claim.name
			where claim.source != 'Handed Over' and ifnull(extension.days, 0) != claim.extended_days""",
	),
	"extensions_used": (
		"A person's counter of extensions is wrong",
		"""select account.name from `tabMeeting Claim Account` account left join (
				select project, holder, count(*) as used from `tabMeeting Protection Extension` group by project, holder
			) extension on extension.project = account.project and extension.holder = account.user
			where ifnull(extension.used, 0) != account.extensions_used""",
	),
	"extension_number": (
		"Extensions of a person leave out a number",
		"""select concat(project, ' ', holder) from `tabMeeting Protection Extension`
			group by project, holder having count(*) != max(number)""",
	),
	"claimed_today": (
		"A person's counter of the day is wrong",
		"""select account.name from `tabMeeting Claim Account` account left join (
				select project, holder, date(claimed_on) as day, count(*) as claimed from `tabMeeting Claim`
				where source in ('Entry', 'Pool', 'Duplicate Check') and claimed_on >= (
					select coalesce(min(day), curdate()) from `tabMeeting Claim Account`)
				group by project, holder, date(claimed_on)
			) counted on counted.project = account.project and counted.holder = account.user and counted.day = account.day
			where account.day is not null and ifnull(counted.claimed, 0) != account.claimed_today""",
	),
	"daily_maximum": (
		"Somebody claimed more than the day's maximum ever allowed",
		"""select concat(claim.project, ' ', claim.holder, ' ', date(claim.claimed_on)) from `tabMeeting Claim` claim
			where claim.source in ('Entry', 'Pool', 'Duplicate Check')
			group by claim.project, claim.holder, date(claim.claimed_on)
			having count(*) > (select max(daily_maximum) from `tabMeeting Project Rules` version
				where version.project = claim.project)""",
	),
	"journal_start": (
		"The journal does not tell how a claim began",
		"""select claim.name from `tabMeeting Claim` claim where not exists (
			select 1 from `tabMeeting Claim Event` event
			where event.claim = claim.name and event.event in ('Claimed', 'Handed Over'))""",
	),
	"journal_end": (
		"The journal does not tell how a claim ended",
		"""select claim.name from `tabMeeting Claim` claim where claim.phase = 'Ended' and not exists (
			select 1 from `tabMeeting Claim Event` event
			where event.claim = claim.name and event.event in ('Marked Dead', 'Released', 'Expired'))""",
	),
	"journal_signature": (
		"The journal does not tell of a signature",
		"""select claim.name from `tabMeeting Claim` claim
			where claim.phase = 'Signed' and claim.source != 'Handed Over' and not exists (
			select 1 from `tabMeeting Claim Event` event where event.claim = claim.name and event.event = 'Signed')""",
	),
	"journal_claim": (
		"The journal or an extension tells of a claim that is gone",
		"""select event.name from `tabMeeting Claim Event` event
			left join `tabMeeting Claim` claim on claim.name = event.claim where claim.name is null""",
	),
	"extension_claim": (
		"The journal or an extension tells of a claim that is gone",
		"""select extension.name from `tabMeeting Protection Extension` extension
			left join `tabMeeting Claim` claim on claim.name = extension.claim where claim.name is null""",
	),
	"log": (
		"The operation log does not know a claim",
		"""select claim.name from `tabMeeting Claim` claim where not exists (
			select 1 from `tabMeeting Operation Log` log
			where log.reference_name = claim.name and log.reference_doctype = 'Meeting Claim' and log.operation = 'Created')""",
	),
	"log_end": (
		"The operation log does not tell how a claim ended",
		"""select claim.name from `tabMeeting Claim` claim where claim.phase = 'Ended' and not exists (
			select 1 from `tabMeeting Operation Log` log
			where log.reference_name = claim.name and log.reference_doctype = 'Meeting Claim'
			and log.operation in ('Changed', 'Released', 'Handed Over'))""",
	),
	"share": (
		"A file is shared that is gone, or with somebody who is no user",
		"""select share.name from `tabDocShare` share left join `tabMeeting Customer` file on file.name = share.share_name
			left join `tabUser` user on user.name = share.user
			where share.share_doctype = 'Meeting Customer' and share.everyone = 0
			and (file.name is null or user.name is null)""",
	),
	"share_log": (
		"The operation log does not know a share",
		"""select share.name from `tabDocShare` share
			where share.share_doctype = 'Meeting Customer' and not exists (
			select 1 from `tabMeeting Operation Log` log
			where log.reference_name = share.share_name and log.reference_doctype = 'Meeting Customer'
			and log.operation = 'Shared')""",
	),
	"sweep": (
		"Protection ran out over ten minutes ago and nobody tidied up: is the scheduler running?",
		"""select claim.name from `tabMeeting Claim` claim
			where claim.phase = 'Negotiating' and claim.protected_until < %(now)s - interval 10 minute""",
	),
}

RECORDS = {
	"project_rules": "Meeting Project",
	"contract_claim": "Meeting Contract",
	"held_file": "Meeting Customer",
	"file_copy": "Meeting Customer",
	"extensions_used": "Meeting Claim Account",
	"extension_number": None,
	"claimed_today": "Meeting Claim Account",
	"daily_maximum": None,
	"journal_claim": "Meeting Claim Event",
	"extension_claim": "Meeting Protection Extension",
	"share": "DocShare",
	"share_log": "DocShare",
	"account": "Meeting Claim Account",
	"unique_key": None,
}
"""What a finding names where it is no claim; None where it names no record."""
TITLES = {
	"Meeting Claim": "enterprise_name",
	"Meeting Contract": "enterprise_name",
	"Meeting Customer": "customer_name",
	"Meeting Project": "project_name",
	"Meeting Protection Extension": "enterprise_name",
}


def check() -> dict:
	"""{findings: [{check, text, name, doctype, title}], checked: {claims, files, …}}; no finding means no contradiction.
	`doctype` is empty where the finding names no record, `title` where the record has none."""
	values = {"now": now_datetime()}
	findings = [
		{"check": check, "text": _(text), "name": name}
		for check, (text, query) in CONTRADICTIONS.items()
		for name in frappe.db.sql_list(f"{query} limit {SHOWN}", values)
	]
	findings += [{"check": "clock", "text": _(CLOCK), "name": name} for name in _get_wrong_clocks(values["now"])]
	findings += [{"check": "account", "text": _(ACCOUNT), "name": name} for name in _get_foreign_accounts()]
	findings += [{"check": "unique_key", "text": _(UNIQUE_KEY), "name": name} for name in _get_lost_keys()]
	_add_records(findings)
	return {"findings": findings, "checked": _count()}


CLOCK = "A running claim does not end when its rules say"
ACCOUNT = "An account is not under the name it is locked by"
UNIQUE_KEY = "A unique key that prevents a second holder, company, file or counter is missing"
KEYS = {
	"Meeting Claim": "active_key",
	"Meeting Enterprise": "name_key",
	"Meeting Customer": "enterprise,holder",
	"Meeting Claim Account": "project,user",
}


def _add_records(findings: list[dict]) -> None:
	names: dict[str, set[str]] = {}
	for finding in findings:
		finding["doctype"] = RECORDS.get(finding["check"], "Meeting Claim")
		names.setdefault(finding["doctype"], set()).add(finding["name"])
	titles = {
		doctype: dict(
			frappe.get_all(
				doctype, {"name": ("in", list(names[doctype]))}, ["name", field], as_list=True, order_by="name"
			)
		)
		for doctype, field in TITLES.items()
		if doctype in names
	}
	for finding in findings:
		finding["title"] = titles.get(finding["doctype"], {}).get(finding["name"])


def _get_wrong_clocks(now) -> list[str]:
	rows = frappe.db.sql(
		"""select name, rules, protected_from, extended_days + payment_held_days as granted_days, protected_until from `tabMeeting Claim`
		where phase = 'Negotiating' and protected_until > %s""",
		(now,),
		as_dict=True,
	)
	kept = set(frappe.get_all("Meeting Project Rules", pluck="name", order_by="name"))
	versions = projects.get_rules_of_versions([row.rules for row in rows if row.rules in kept])
	return [
		row.name
		for row in rows
		if row.rules not in versions
		or calendar.get_protection_end(
			row.protected_from, versions[row.rules].protection_days + row.granted_days, versions[row.rules]
		)
		!= row.protected_until
	][:SHOWN]


def _get_foreign_accounts() -> list[str]:
	rows = frappe.db.sql("select name, project, user from `tabMeeting Claim Account`")
	return [name for name, project, user in rows if name != get_account_name(project, user)][:SHOWN]


def _get_lost_keys() -> list[str]:
	kept = set(
		frappe.db.sql(
			"""select table_name, group_concat(column_name order by seq_in_index) from information_schema.statistics
			where table_schema = database() and non_unique = 0 group by table_name, index_name"""
		)
	)
	return [doctype for doctype, columns in KEYS.items() if (f"tab{doctype}", columns) not in kept]


def _count() -> dict[str, int]:
	return {
		doctype: frappe.db.count(doctype)
		for doctype in ("Meeting Claim", "Meeting Customer", "Meeting Claim Event", "Meeting Protection Extension")
	}
