"""Whom TLS believes: the authorities of the system, and those that the operator adds. Nothing disables it."""

from __future__ import annotations

import ssl
from threading import Thread
from typing import TYPE_CHECKING

from idpctl.errors import InvalidInputError
from idpctl.text import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path


class SharedContext(ssl.SSLContext):
    """A client context that many threads connect with at once.

    httpcore sets the protocol list anew for every connection; on a shared context OpenSSL would free
    it under the hands of another thread. It is set once, before the context is shared.
    """

    def offer_http11(self) -> None:
        """Offer HTTP/1.1 alone."""
        super().set_alpn_protocols(["http/1.1"])

    def set_alpn_protocols(self, alpn_protocols: Iterable[str]) -> None:
        """Leave the list as it is."""


def client_context(ca_bundle: Path | None = None) -> ssl.SSLContext:
    """Return the one context of a run; raise InvalidInputError where `ca_bundle` cannot be used.

    The system's authorities are those that OpenSSL finds (SSL_CERT_FILE and SSL_CERT_DIR are
    honoured); where there are none, those of certifi.
    """
    context = SharedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.offer_http11()
    context.load_default_certs()
    if not context.cert_store_stats()["x509_ca"] and ssl.get_default_verify_paths().capath is None:
        import certifi

        context.load_verify_locations(certifi.where())
    if ca_bundle is not None:
        _add(context, ca_bundle)
    return context


def prepare(ca_bundle: Path | None = None) -> Callable[[], ssl.SSLContext]:
    """Begin to make the context in a thread, and return a function that waits for it.

    Reading some 140 authorities takes 20 ms without the interpreter's lock: time to import the rest in.
    """
    made: list[ssl.SSLContext | Exception] = []

    def make() -> None:
        try:
            made.append(client_context(ca_bundle))
        except Exception as error:  # noqa: BLE001 - raised again where the context is asked for
            made.append(error)

    thread = Thread(target=make, name="idpctl-trust", daemon=True)
    thread.start()

    def context() -> ssl.SSLContext:
        thread.join()
        if isinstance(made[0], Exception):
            raise made[0]
        return made[0]

    return context


def _add(context: ssl.SSLContext, bundle: Path) -> None:
    try:
        context.load_verify_locations(bundle)
    except ssl.SSLError as error:
        raise InvalidInputError(
            f"{quote(str(bundle))} holds no certificate",
            hint="Give the authority's certificate in PEM form (-----BEGIN CERTIFICATE-----).",
            where="--ca-bundle",
        ) from error
    except OSError as error:
        reason = error.strerror or "it is no file"
        raise InvalidInputError(
            f"{quote(str(bundle))} cannot be read: {reason}", where="--ca-bundle"
        ) from error
