"""The site's own certificate authority for seals: a root for ten years, a certificate for each seal for three. Knows no
Frappe."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

KEY_BITS = 3072
ROOT_DAYS, SEAL_DAYS = 3650, 1095
DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
MAX_NAME = 64
"""What X.520 allows a name."""


@dataclass(frozen=True)
class Issued:
	"""PEM, and what people read of it."""

	certificate: bytes
	key: bytes
	subject: str
	organisation: str
	serial: str
	valid_from: datetime
	valid_to: datetime


def make_root(organisation: str, now: datetime | None = None) -> Issued:
	key = _make_key()
	name = _make_name(f"{organisation} 电子签章根证书", organisation)
	builder = _start(name, name, key, now, ROOT_DAYS, authority=True)
	usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
	builder = builder.add_extension(usage, critical=True)
	return _finish(builder, key, key)


def issue(
	common_name: str, organisation: str, root: Issued, now: datetime | None = None, days: int = SEAL_DAYS
) -> Issued:
	key = _make_key()
	above = x509.load_pem_x509_certificate(root.certificate)
	builder = _start(_make_name(common_name, organisation), above.subject, key, now, days, authority=False)
	usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
	builder = builder.add_extension(usage, critical=True)
	purposes = x509.ExtendedKeyUsage([DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION])
	builder = builder.add_extension(purposes, critical=False)
	issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(above.public_key())  # type: ignore[arg-type]
	builder = builder.add_extension(issuer, critical=False)
	return _finish(builder, key, serialization.load_pem_private_key(root.key, password=None))


def _make_key() -> rsa.RSAPrivateKey:
	return rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)


def _make_name(common_name: str, organisation: str) -> x509.Name:
	return x509.Name(
		[
			x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
			x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:MAX_NAME]),
			x509.NameAttribute(NameOID.COMMON_NAME, common_name[:MAX_NAME]),
		]
	)


def _start(
	subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, now: datetime | None, days: int, authority: bool
) -> x509.CertificateBuilder:
	first = (now or datetime.now(timezone.utc)) - timedelta(minutes=5)
	return (
		x509.CertificateBuilder()
		.subject_name(subject)
		.issuer_name(issuer)
		.public_key(key.public_key())
		.serial_number(x509.random_serial_number())
		.not_valid_before(first)
		.not_valid_after(first + timedelta(days=days))
		.add_extension(x509.BasicConstraints(authority, 0 if authority else None), critical=True)
		.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
	)


def _finish(builder: x509.CertificateBuilder, key: rsa.RSAPrivateKey, signing_key) -> Issued:
	certificate = builder.sign(signing_key, hashes.SHA256())
	encoding = serialization.Encoding.PEM
	private = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
	return describe(certificate.public_bytes(encoding), private)


def describe(certificate: bytes, key: bytes) -> Issued:
	loaded = x509.load_pem_x509_certificate(certificate)
	return Issued(
		certificate=certificate,
		key=key,
		subject=_read(loaded.subject, NameOID.COMMON_NAME),
		organisation=_read(loaded.subject, NameOID.ORGANIZATION_NAME),
		serial=f"{loaded.serial_number:x}",
		valid_from=loaded.not_valid_before,
		valid_to=loaded.not_valid_after,
	)


def _read(name: x509.Name, part: x509.ObjectIdentifier) -> str:
	values = name.get_attributes_for_oid(part)
	return str(values[0].value) if values else ""
