"""Certificates for web servers of tests, signed by an authority that nobody knows."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_AUTHORITY = x509.KeyUsage(
    digital_signature=True, key_cert_sign=True, crl_sign=True,
    content_commitment=False, key_encipherment=False, data_encipherment=False,
    key_agreement=False, encipher_only=False, decipher_only=False,
)  # fmt: skip


class Authority:
    """Signs certificates; its own is in `file`, for those who are to trust it."""

    name = "Test authority"

    def __init__(self, file: Path) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.file = file
        certificate = _builder(self.name, self._key, self.name, self._key, (-1, 30), is_ca=True)
        file.write_bytes(_signed(certificate.add_extension(_AUTHORITY, True), self._key))

    def issue(
        self, *hosts: str, days: tuple[int, int] = (-1, 30), self_signed: bool = False
    ) -> bytes:
        """A key and a certificate for `hosts` (names, IP addresses) in PEM form, valid between
        those days from today."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer, issuer_key = (hosts[0], key) if self_signed else (self.name, self._key)
        builder = _builder(hosts[0], key, issuer, issuer_key, days, is_ca=False)
        names = x509.SubjectAlternativeName([_host(host) for host in hosts])
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return private + _signed(builder.add_extension(names, False), issuer_key)


def _builder(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    days: tuple[int, int],
    *,
    is_ca: bool,
) -> x509.CertificateBuilder:
    today = datetime.now(UTC)
    signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today + timedelta(days=days[0]))
        .not_valid_after(today + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(signer, critical=False)
    )


def _signed(builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey) -> bytes:
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
