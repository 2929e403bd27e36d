"""The rules of the network: why there is no usable answer. Pure: it can be listed without a network stack."""

from __future__ import annotations

from idpctl.errors import Severity
from idpctl.rules.base import Rule

UNREACHABLE = "NET-01"
REFUSED = "NET-02"
TLS = "NET-03"
UNUSABLE = "NET-04"
BUSY = "NET-05"
PROXY = "NET-06"

NETWORK_RULES: tuple[Rule, ...] = (
    Rule(
        id=UNREACHABLE,
        severity=Severity.ERROR,
        title="The URL gave no answer in time",
        hint="Check the host name, and that this machine may reach it; --timeout gives it more time.",
        source="RFC 8414 section 3.1; OpenID Connect Discovery 1.0 section 4.1",
        suppressible=False,
    ),
    Rule(
        id=REFUSED,
        severity=Severity.ERROR,
        title="The address is not one to contact",
        hint="A loopback or private network has to be allowed on the command line: --allow-network CIDR "
        "(or IDPCTL_ALLOW_NETWORK), never in the configuration. Link-local, metadata, multicast and "
        "reserved addresses are never contacted.",
        source="OWASP Server-Side Request Forgery Prevention; RFC 6890",
        suppressible=False,
    ),
    Rule(
        id=TLS,
        severity=Severity.ERROR,
        title="The server could not prove who it is",
        hint="Correct the host name or the server's certificate; an authority of your own is added with "
        "--ca-bundle FILE. Verification cannot be switched off.",
        source="RFC 8414 section 6.1; RFC 9525",
        suppressible=False,
    ),
    Rule(
        id=UNUSABLE,
        severity=Severity.ERROR,
        title="The answer is too large, encoded, broken off or not HTTP",
        hint="Look at the answer with another client: it has to be the document, whole and uncompressed.",
        source="RFC 9112 section 8; RFC 9110 section 12.5.3",
        suppressible=False,
    ),
    Rule(
        id=BUSY,
        severity=Severity.ERROR,
        title="The server asks to come back later",
        hint="Run again later, or with a smaller --parallelism; --timeout allows a longer wait.",
        source="RFC 6585 section 4; RFC 9110 sections 10.2.3 and 15.6.4",
        suppressible=False,
    ),
    Rule(
        id=PROXY,
        severity=Severity.INFO,
        title="A proxy resolves the names",
        hint="Let the proxy refuse internal addresses, or list hosts to be asked directly in NO_PROXY.",
        source="OWASP Server-Side Request Forgery Prevention; RFC 9110 section 9.3.6",
        suppressible=False,
    ),
)
