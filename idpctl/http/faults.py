"""What can go wrong between a URL and its answer, in words that do not describe our network."""

from __future__ import annotations

from idpctl.http.rules import TLS, UNREACHABLE


class FaultError(Exception):
    """There is no usable answer: `rule` and `reason` become an `Unreachable`. Never leaves the package."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule
        self.reason = reason


class LostError(FaultError):
    """The connection broke; on a connection that was kept alive this says nothing about the server."""

    def __init__(self) -> None:
        # Refused, reset, unreachable and silent closing are one and the same to an outsider.
        super().__init__(UNREACHABLE, "the connection failed")


class LateError(FaultError):
    """The total time is over."""

    def __init__(self, seconds: float) -> None:
        super().__init__(UNREACHABLE, f"no complete answer within {round(seconds, 2):g} s")


class AbandonedError(FaultError):
    """The run is over, and this request with it."""

    def __init__(self) -> None:
        super().__init__(UNREACHABLE, "the request was abandoned")


# X509_V_ERR_* of OpenSSL's x509_vfy.h: stable numbers, unlike the texts.
_CERTIFICATE = {
    9: "is not valid yet",
    10: "has expired",
    18: "is self-signed",
    19: "is signed by an authority that is not trusted here",
    20: "is signed by an authority that is not trusted here",
    21: "is signed by an authority that is not trusted here",
    62: "is for another host",
    64: "is for another host",
}


def distrust(verify_code: int) -> FaultError:
    """Return the fault for a certificate that OpenSSL refused with `verify_code`."""
    return FaultError(TLS, f"the server's certificate {_CERTIFICATE.get(verify_code, 'is not acceptable')}")


def no_handshake() -> FaultError:
    """Return the fault for a TLS handshake that failed before any certificate was judged."""
    return FaultError(TLS, "the TLS handshake failed")
