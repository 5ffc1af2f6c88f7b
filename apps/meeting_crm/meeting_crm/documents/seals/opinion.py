"""What a file's signatures are worth, in words, for anybody who brings the file. Nothing of it is kept."""

from zoneinfo import ZoneInfo

import frappe
from babel.dates import format_datetime
from frappe import _
from frappe.utils import get_system_timezone

from meeting_crm.documents import blobs
from meeting_crm.documents.errors import FileTooLargeError, SealError
from meeting_crm.documents.permissions import VERSION
from meeting_crm.documents.rules import hash_content
from meeting_crm.documents.seals import signing, verification
from meeting_crm.documents.seals.service import get_roots

MAX_SIZE = 20 * 1024 * 1024


def give(content: bytes) -> dict:
	"""{verdict, summary, signatures, hints}. `verdict` is `valid` only when every signature is."""
	if not content:
		frappe.throw(_("The file is empty. Choose the PDF that you want to have looked at."), exc=SealError)
	if len(content) > MAX_SIZE:
		frappe.throw(_("The file is larger than {0} MB.").format(MAX_SIZE // 1024 // 1024), exc=FileTooLargeError)
	report = verification.verify(content, get_roots())
	filed = _find_filed(hash_content(content))
	verdict = _decide(report)
	return {
		"verdict": verdict,
		"summary": _summarise(verdict),
		"signatures": [_describe(found) for found in report.signatures],
		"hints": _give_hints(report, filed),
		"is_filed": bool(filed),
	}


def _decide(report: verification.Report) -> str:
	if report.state != verification.SIGNED:
		return report.state
	order = (
		verification.CHANGED,
		verification.CHANGED_AFTER,
		verification.UNKNOWN_SIGNER,
		verification.EXPIRED,
		verification.VALID,
	)
	return min((found.verdict for found in report.signatures), key=order.index)


def _summarise(verdict: str) -> str:
	return {
		verification.VALID: _("The signatures are valid. The file is as it was signed."),
		verification.CHANGED: _("This file was changed: it is not what was signed."),
		verification.CHANGED_AFTER: _("Something was added or changed after signing. Ask for the signed file itself."),
		verification.EXPIRED: _(
			"The file is as it was signed, but the seal's certificate has expired, and no time stamp proves when it was signed."
		),
		verification.UNKNOWN_SIGNER: _(
			"The file is as it was signed, but this system does not know who issued the signer's certificate. The name alone proves nothing."
		),
		verification.UNSIGNED: _("This PDF holds no signature."),
		verification.TRACES: _(
			"This PDF holds traces of a signature that has been removed or destroyed. Do not rely on it; ask for the signed file itself."
		),
		verification.NOT_PDF: _("This is no PDF file. Only PDF files are looked at here."),
		verification.ENCRYPTED: _("This PDF is protected by a password. Save it without the password and try again."),
		verification.UNREADABLE: _("This PDF is damaged and cannot be read."),
	}[verdict]


def _describe(found: verification.Found) -> dict:
	return {
		"verdict": found.verdict,
		"words": _summarise_one(found),
		"signer": found.signer,
		"company": found.company,
		"issuer": found.issuer,
		"signed_on": _format(found.signed_on),
		"time_is_proved": found.time_is_proved,
	}


def _summarise_one(found: verification.Found) -> str:
	return {
		verification.VALID: _("Valid"),
		verification.CHANGED: _("Changed"),
		verification.CHANGED_AFTER: _("Changed after signing"),
		verification.EXPIRED: _("Certificate expired on {0}").format(_format(found.certificate_ended_on)),
		verification.UNKNOWN_SIGNER: _("Issued by {0}, unknown here").format(found.issuer),
	}[found.verdict]


def _format(instant) -> str:
	if not instant:
		return ""
	local = instant.astimezone(ZoneInfo(get_system_timezone()))
	return format_datetime(local, "yyyy-MM-dd HH:mm z", locale="en")


def _find_filed(sha256: str):
	"""The sealed version with these very bytes, and the number of signatures of the newest sealed one of that document."""
	row = frappe.db.get_value(VERSION, {"sha256": sha256, "sealed": 1}, ["document", "number"], as_dict=True)
	if not row:
		return None
	newest = frappe.get_all(  # why: only a number of it is told
		VERSION, {"document": row.document, "sealed": 1}, ["number", "sha256"], order_by="number desc", limit=1
	)[0]
	row.is_newest = newest.number == row.number
	row.signatures = signing.count_signatures(blobs.read(newest.sha256))
	return row


def _give_hints(report: verification.Report, filed) -> list[str]:
	hints = []
	if filed and not filed.is_newest and filed.signatures > len(report.signatures):
		hints.append(
			_("A later version with {0} signatures is filed here; this file holds {1}.").format(
				filed.signatures, len(report.signatures)
			)
		)
	elif filed:
		hints.append(_("It is the very file that is filed here."))
	elif report.state == verification.SIGNED:
		hints.append(_("This file is not among those filed here. The signatures speak for themselves."))
	if report.empty_fields and report.signatures:
		hints.append(_("{0} fields for signatures are still empty.").format(report.empty_fields))
	if any(found.verdict == verification.VALID and not found.time_is_proved for found in report.signatures):
		hints.append(_("The time of signing is the signer's own clock; no time stamp proves it."))
	return hints
