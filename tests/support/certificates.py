"""Certificates for loopback servers: one authority that tests trust, and others that nobody does."""

from __future__ import annotations

import ssl
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

import trustme

if TYPE_CHECKING:
    from pathlib import Path

TRUSTED = "the one that tests trust"


@cache
def authority(name: str) -> trustme.CA:
    """Return the certificate authority `name`; only TRUSTED is in the file that tests give to clients."""
    return trustme.CA(organization_name=name)


def trust_file(directory: Path) -> Path:
    """Write the trusted authority into `directory` and return the file, for `ca_bundle`."""
    path = directory / "authority.pem"
    authority(TRUSTED).cert_pem.write_to_path(str(path))
    return path


@cache
def certificate(*names: str, ca: str = TRUSTED, not_after: datetime | None = None) -> ssl.SSLContext:
    """Return a server context for `names` (hosts and addresses), issued by the authority `ca`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    not_before = None if not_after is None else datetime(2000, 1, 1, tzinfo=not_after.tzinfo)
    authority(ca).issue_cert(*names, not_before=not_before, not_after=not_after).configure_cert(context)
    return context


@cache
def self_signed() -> ssl.SSLContext:
    """Return a server context whose certificate vouches for itself."""
    ca = authority("nobody but itself")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with trustme.Blob(ca.private_key_pem.bytes() + ca.cert_pem.bytes()).tempfile() as file:
        context.load_cert_chain(file)
    return context
