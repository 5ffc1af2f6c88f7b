"""The sentences of refused steps: what is wrong, why, and what to do now."""

from datetime import datetime
from typing import NoReturn

import frappe
from frappe import _
from frappe.utils import escape_html

from meeting_crm.claims import errors
from meeting_crm.claims.rules import SIGNED, get_cooldown_end
from meeting_crm.core.wording import format_instant
from meeting_crm.meeting_projects.rules import ProjectRules, Reason


def bold(text: str) -> str:
	return frappe.bold(escape_html(str(text)))


def throw_already_held(project: frappe._dict, standing: frappe._dict, claimer: str) -> NoReturn:
	"""Says the status alone: who holds it is no business of others (A2)."""
	name = bold(project.project_name)
	if standing.holder == claimer:
		message = _("You hold this company in the project {0} already. Open it in your protected companies.")
	elif standing.phase == SIGNED:
		message = _("Somebody signed this company in the project {0}. Choose another company or another project.")
	else:
		message = _(
			"Somebody is negotiating with this company in the project {0}. It returns to the pool when their protection ends; choose another one meanwhile."
		)
	frappe.throw(message.format(name), title=_("Already held"), exc=errors.AlreadyHeldError)


def throw_claim_refused(
	obstacle: Reason,
	project: frappe._dict,
	rules: ProjectRules,
	holder: str,
	last_ended_on: datetime | None,
	now: datetime,
) -> NoReturn:
	name = bold(project.project_name)
	if obstacle is Reason.DAILY_MAXIMUM:
		frappe.throw(
			_(
				"You have reached today's maximum of {0} new companies in the project {1}. Go on tomorrow, or ask your manager to assign the company to you."
			).format(rules.daily_maximum, name),
			title=_("Daily maximum reached"),
			exc=errors.DailyMaximumError,
		)
	if obstacle is Reason.CLAIMED_TOO_OFTEN:
		frappe.throw(
			_(
				"You have claimed this company {0} times in the project {1}, which is the most allowed. Leave it to a colleague, or ask your manager to assign it to you."
			).format(rules.max_claims_per_person, name),
			title=_("Claimed too often"),
			exc=errors.ClaimedTooOftenError,
		)
	frappe.throw(
		_(
			"You lost this company in the project {0} a short time ago and may claim it again from {1}. Until then it is open to your colleagues."
		).format(name, format_instant(get_cooldown_end(rules, last_ended_on, now))),
		title=_("Too early to claim back"),
		exc=errors.CoolDownError,
	)


def throw_contract_stands(claim) -> NoReturn:
	frappe.throw(
		_("{0} was signed by the contract {1}. Cancel that contract: the protection then runs on.").format(
			bold(claim.enterprise_name), bold(claim.contract)
		),
		title=_("Contract in force"),
		exc=errors.ClaimOverError,
	)


def throw_payment_stands(claim) -> NoReturn:
	frappe.throw(
		_("{0} was signed by the payment {1}. Let finance refund or cancel it: the protection then runs on.").format(
			bold(claim.enterprise_name), bold(claim.payment)
		),
		title=_("Payment in force"),
		exc=errors.ClaimOverError,
	)


def throw_step_refused(obstacle: Reason, claim, rules: ProjectRules | None = None) -> NoReturn:
	"""Why a claim cannot be extended, signed, given up or reopened."""
	name = bold(claim.enterprise_name)
	if obstacle is Reason.EXTENSIONS_USED_UP:
		frappe.throw(
			_(
				"All {0} extensions that one person has in this project are used. Sign {1} before {2}, or let it return to the pool."
			).format(rules.max_extensions, name, format_instant(claim.protected_until)),
			title=_("No extensions left"),
			exc=errors.ExtensionsUsedUpError,
		)
	message = {
		Reason.SIGNED: _(
			"{0} is signed: it stays with its holder in this project and needs no protection. To change that, cancel the contract."
		),
		Reason.PROTECTED: _("The protection of {0} still runs: there is nothing to reopen."),
		Reason.EXPIRED: _(
			"The protection of {0} ended on {1}, and the company returned to the pool. If nobody holds it, claim it there again."
		),
		Reason.DEAD: _(
			"{0} was marked dead on {2}. Reopen the claim while its protection runs, or claim the company from the pool."
		),
		Reason.RELEASED: _("{0} was released on {2}. If nobody holds it, claim it from the pool again."),
	}[obstacle]
	frappe.throw(
		message.format(
			name,
			format_instant(claim.protected_until),
			format_instant(claim.ended_on) if claim.ended_on else "",
		),
		title=_("Claim is over") if obstacle is not Reason.PROTECTED else _("Claim Is Running"),
		exc=errors.ClaimOverError,
	)
