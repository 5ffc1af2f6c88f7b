"""PAdES signatures with pyHanko. Knows no Frappe; the seam for other services is `sign`."""

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

from asn1crypto import keys, pem, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from PIL import Image
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from meeting_crm.documents.seals.pages import Place

TIMESTAMP_SECONDS = 5
DIGEST = "sha256"


@dataclass(frozen=True)
class Identity:
	"""A seal's certificate with its key and the certificates above it, all PEM."""

	certificate: bytes
	key: bytes
	chain: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Signature:
	"""What is signed with: the picture, its place, and what the signature says."""

	picture: bytes
	place: Place
	field: str
	company: str
	reason: str
	location: str = ""


@dataclass(frozen=True)
class Signed:
	content: bytes
	timestamped: bool
	timestamp_problem: str | None = None


def sign(pdf: bytes, identity: Identity, signature: Signature, timestamp_url: str | None = None) -> Signed:
	"""A new signature on top of those that are there. Without an answer of the time-stamp service within five seconds it is
	signed without: a seal must not wait for somebody else's server."""
	problem = None
	if timestamp_url:
		try:
			return Signed(
				_sign(pdf, identity, signature, HTTPTimeStamper(timestamp_url, timeout=TIMESTAMP_SECONDS)), True
			)
		except Exception as error:  # why: whatever the service does, the seal goes on
			problem = f"{type(error).__name__}: {error}"[:200]
	return Signed(_sign(pdf, identity, signature, None), False, problem)


def _sign(pdf: bytes, identity: Identity, signature: Signature, timestamper) -> bytes:
	writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
	place = signature.place
	box = tuple(round(value) for value in (place.left, place.bottom, place.right, place.top))
	fields.append_signature_field(writer, SigFieldSpec(signature.field, on_page=place.page, box=box))
	metadata = signers.PdfSignatureMetadata(
		field_name=signature.field,
		subfilter=SigSeedSubFilter.PADES,
		md_algorithm=DIGEST,
		reason=signature.reason or None,
		location=signature.location or None,
		name=signature.company,
	)
	signer = signers.PdfSigner(
		metadata, _make_signer(identity), stamp_style=_make_style(signature.picture), timestamper=timestamper
	)
	return signer.sign_pdf(writer).getvalue()


def _make_signer(identity: Identity) -> signers.SimpleSigner:
	registry = SimpleCertificateStore()
	registry.register_multiple(load_certificates(identity.chain))
	key = load_pem_private_key(identity.key, password=None)
	return signers.SimpleSigner(
		signing_cert=load_certificates([identity.certificate])[0],
		signing_key=keys.PrivateKeyInfo.load(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())),
		cert_registry=registry,
	)


def load_certificates(contents: Iterable[bytes]) -> list[x509.Certificate]:
	return [x509.Certificate.load(pem.unarmor(content)[2]) for content in contents]


def _make_style(picture: bytes) -> TextStampStyle:
	middle = SimpleBoxLayoutRule(
		x_align=AxisAlignment.ALIGN_MID, y_align=AxisAlignment.ALIGN_MID, margins=Margins(0, 0, 0, 0)
	)
	return TextStampStyle(
		stamp_text=" ",
		background=PdfImage(Image.open(BytesIO(picture)).convert("RGBA")),
		background_opacity=1,
		background_layout=middle,
		border_width=0,
	)


def count_signatures(pdf: bytes) -> int:
	"""Raises what pyHanko raises for a file that it cannot read."""
	return len(list(PdfFileReader(BytesIO(pdf), strict=False).embedded_regular_signatures))
