"""What the signatures of a PDF are worth, decided from what pyHanko finds. Knows no Frappe: the words are chosen elsewhere.

Whether the file was changed is decided by the whole line of checks, never by the hash alone: after an incremental change the
hash of the signed part is still right."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from meeting_crm.documents.seals.signing import load_certificates

VALID, CHANGED, CHANGED_AFTER, EXPIRED, UNKNOWN_SIGNER, UNREADABLE = (
	"valid",
	"changed",
	"changed after signing",
	"certificate expired",
	"signer not recognised",
	"unreadable",
)
SIGNED, NOT_PDF, ENCRYPTED, UNSIGNED, TRACES = "signed", "not a pdf", "encrypted", "unsigned", "traces"
OUT_OF_TIME = ("OUT_OF_BOUNDS_NO_POE", "OUT_OF_BOUNDS_NOT_REVOKED", "EXPIRED")
TRACE = b"/ByteRange"


@dataclass(frozen=True)
class Found:
	"""One signature."""

	field: str
	verdict: str
	signer: str = ""
	company: str = ""
	issuer: str = ""
	signed_on: datetime | None = None
	time_is_proved: bool = False
	certificate_ended_on: datetime | None = None
	revision_end: int = 0


@dataclass(frozen=True)
class Report:
	state: str
	signatures: tuple[Found, ...] = ()
	empty_fields: int = 0


def verify(pdf: bytes, roots: Iterable[bytes]) -> Report:
	if b"%PDF-" not in pdf[:1024]:
		return Report(NOT_PDF)
	try:
		reader = PdfFileReader(BytesIO(pdf), strict=False)
		if reader.encrypted:
			return Report(ENCRYPTED)
		signatures = list(reader.embedded_regular_signatures)
		empty = sum(1 for _ in enumerate_sig_fields(reader, filled_status=False))
	except Exception:  # why: a damaged file fails in any place of the reader
		return Report(TRACES if TRACE in pdf else UNREADABLE)
	if not signatures:
		return Report(TRACES if TRACE in pdf else UNSIGNED, empty_fields=empty)
	context_roots = load_certificates(roots)
	return Report(SIGNED, tuple(_check(signature, context_roots) for signature in signatures), empty)


def _check(signature, roots: list) -> Found:
	try:
		context = ValidationContext(trust_roots=roots, allow_fetching=False)
		status = validate_pdf_signature(signature, context)
	except Exception:  # why: a changed byte can break any part, also the unpacking of the page
		return Found(field=signature.field_name, verdict=CHANGED)
	certificate = status.signing_cert
	proved = status.timestamp_validity is not None and bool(status.timestamp_validity.valid)
	signed_on = status.timestamp_validity.timestamp if proved else status.signer_reported_dt
	return Found(
		field=signature.field_name,
		verdict=_decide(status),
		signer=_name(certificate.subject.native, "common_name"),
		company=_name(certificate.subject.native, "organization_name"),
		issuer=_name(certificate.issuer.native, "common_name"),
		signed_on=signed_on,
		time_is_proved=proved,
		certificate_ended_on=certificate.not_valid_after,
		revision_end=_get_end(signature),
	)


def _decide(status) -> str:
	if not (status.intact and status.valid):
		return CHANGED
	if status.modification_level is ModificationLevel.OTHER or not status.docmdp_ok:
		return CHANGED_AFTER
	if status.bottom_line:
		return VALID
	problem = str(status.trust_problem_indic or "").rsplit(".", 1)[-1]
	return EXPIRED if problem in OUT_OF_TIME else UNKNOWN_SIGNER


def _get_end(signature) -> int:
	ranges = [int(value) for value in signature.byte_range]
	return ranges[-2] + ranges[-1]


def _name(names: dict[str, object], part: str) -> str:
	value = names.get(part, "")
	return str(value[0] if isinstance(value, list) else value)


def is_our_own_valid(pdf: bytes, roots: Iterable[bytes], field: str) -> bool:
	"""Before a sealed file is given out: the signature just made must be good, and so must all before it be whole."""
	report = verify(pdf, roots)
	own = [found for found in report.signatures if found.field == field]
	whole = all(found.verdict not in (CHANGED, CHANGED_AFTER, UNREADABLE) for found in report.signatures)
	return report.state == SIGNED and whole and bool(own) and own[0].verdict == VALID
