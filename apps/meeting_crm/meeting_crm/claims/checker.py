"""Looks for contradictions between claims, files, shares, counters, extensions, journal and log. Reads only. For administrators:
a button on the claims list, or `bench --site … execute meeting_crm.claims.checker.check`."""

import frappe
from frappe import _
from frappe.utils import now_datetime

from meeting_crm.claims import rules
from meeting_crm.claims.locks import get_account_name
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
	"dates": (
		"A claim lacks the date of its start, end or signature",
		"""select claim.name from `tabMeeting Claim` claim where claim.claimed_on is null or claim.protected_until is null
			or claim.protected_from is null or (claim.phase = 'Ended') != (claim.ended_on is not null)
			or (claim.phase = 'Signed' and claim.signed_on is null)""",
	),
	"enterprise": (
		"A claim points at an enterprise or project that is gone",
		"""select claim.name from `tabMeeting Claim` claim
			left join `tabMeeting Enterprise` enterprise on enterprise.name = claim.enterprise
			left join `tabMeeting Project` project on project.name = claim.project
			where enterprise.name is null or project.name is null""",
	),
	"file": (
		"A claim has no customer file of the same enterprise",
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


def check() -> dict:
	"""{findings: [{check, text, name}], checked: {claims, files, …}}; no finding means no contradiction."""
	values = {"now": now_datetime()}
	findings = [
		{"check": check, "text": _(text), "name": name}
		for check, (text, query) in CONTRADICTIONS.items()
		for name in frappe.db.sql_list(f"{query} limit {SHOWN}", values)
	]
	findings += [{"check": "clock", "text": _(CLOCK), "name": name} for name in _get_wrong_clocks(values["now"])]
	findings += [{"check": "account", "text": _(ACCOUNT), "name": name} for name in _get_foreign_accounts()]
	if not _has_unique_key():
		findings.append({"check": "unique_key", "text": _(UNIQUE_KEY), "name": "Meeting Claim"})
	return {"findings": findings, "checked": _count()}


CLOCK = "A running claim does not end when its rules say"
ACCOUNT = "An account is not under the name it is locked by"
UNIQUE_KEY = "The unique key that keeps a second holder out is missing"


def _get_wrong_clocks(now) -> list[str]:
	rows = frappe.db.sql(
		"""select name, rules, protected_from, extended_days, protected_until from `tabMeeting Claim`
		where phase = 'Negotiating' and protected_until > %s""",
		(now,),
		as_dict=True,
	)
	versions = projects.get_rules_of_versions([row.rules for row in rows])
	return [
		row.name
		for row in rows
		if not row.rules
		or rules.get_protection_end(
			row.protected_from, versions[row.rules].protection_days + row.extended_days, versions[row.rules]
		)
		!= row.protected_until
	][:SHOWN]


def _get_foreign_accounts() -> list[str]:
	rows = frappe.db.sql("select name, project, user from `tabMeeting Claim Account`")
	return [name for name, project, user in rows if name != get_account_name(project, user)][:SHOWN]


def _has_unique_key() -> bool:
	return bool(
		frappe.db.sql(
			"""select 1 from information_schema.statistics where table_schema = database()
			and table_name = 'tabMeeting Claim' and column_name = 'active_key' and non_unique = 0"""
		)
	)


def _count() -> dict[str, int]:
	return {
		doctype: frappe.db.count(doctype)
		for doctype in ("Meeting Claim", "Meeting Customer", "Meeting Claim Event", "Meeting Protection Extension")
	}
