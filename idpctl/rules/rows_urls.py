"""The rules on URLs: they look at the raw string, before any parser repairs it."""

from __future__ import annotations

from idpctl.errors import Severity
from idpctl.rules.base import Rule

URL_RULES = (
    Rule(
        id="URL-01",
        severity=Severity.ERROR,
        title="Not an absolute https URL",
        hint="Write https://; only on a loopback literal http is possible, with --allow-loopback-http.",
        source="OpenID Connect Core 1.0 section 2 (`iss`); RFC 8414 section 2; RFC 8252 section 7.3",
        suppressible=False,
        suppressible_on=("issuer",),
    ),
    Rule(
        id="URL-02",
        severity=Severity.ERROR,
        title="The URL holds a user name or password",
        hint="Remove everything before the `@`, and change the password: it was written down.",
        source="RFC 3986 section 3.2.1; RFC 9110 section 4.2.4",
        suppressible=False,
    ),
    Rule(
        id="URL-03",
        severity=Severity.ERROR,
        title="The URL has a fragment",
        hint="Remove the `#` and what follows, also where nothing follows.",
        source="OpenID Connect Core 1.0 section 2 (`iss`); RFC 6749 section 3.2",
    ),
    Rule(
        id="URL-04",
        severity=Severity.ERROR,
        title="The URL has a query",
        hint="An issuer has no query, not even a bare `?`; other endpoints may have one.",
        source="OpenID Connect Core 1.0 section 2 (`iss`); RFC 8414 section 2; Azure AD B2C uses ?p=POLICY",
    ),
    Rule(
        id="URL-05",
        severity=Severity.ERROR,
        title="The URL holds a character that no URL has",
        hint="Copy the URL again: no control or invisible character, space or backslash, no `%` in the host.",
        source="RFC 3986 sections 2 and 3.2.2",
        suppressible=False,
    ),
    Rule(
        id="URL-06",
        severity=Severity.ERROR,
        title="Host or port is empty or impossible",
        hint="Write https://HOST/PATH, with a port from 1 to 65535 where one is needed.",
        source="RFC 3986 section 3.2; RFC 1035 section 2.3.4; RFC 6335 section 6",
        suppressible=False,
    ),
    Rule(
        id="URL-07",
        severity=Severity.ERROR,
        title="An IPv4 address in an odd form",
        hint="Write the host's name, or the address as four plain decimal numbers.",
        source="RFC 3986 section 7.4; WHATWG URL section 3.5",
        suppressible=False,
    ),
    Rule(
        id="URL-08",
        severity=Severity.WARNING,
        title="The host is an IP address",
        hint="Use a name: certificates and providers move.",
        source="RFC 9110 section 4.3.4",
    ),
    Rule(
        id="URL-09",
        severity=Severity.WARNING,
        title="The host has letters beyond ASCII",
        hint="Compare the host letter by letter with the one that you mean: some letters look the same.",
        source="RFC 5890 section 2.3.2.1; Unicode TR 39",
    ),
    Rule(
        id="URL-10",
        severity=Severity.WARNING,
        title="The URL is written in an unusual form",
        hint="Nothing is normalised: keep the bytes if the provider really uses them.",
        source="RFC 3986 section 6.2; OpenID Connect Discovery 1.0 section 4.3",
    ),
    Rule(
        id="URL-11",
        severity=Severity.ERROR,
        title="A template was left in the URL",
        hint="Put the real value where the placeholder is.",
        source="Microsoft identity platform, OpenID Connect: /common serves `{tenantid}`",
    ),
    Rule(
        id="URL-12",
        severity=Severity.WARNING,
        title="The host is known only inside one network",
        hint="Use a name that the gateway can resolve too.",
        source="RFC 6762 appendix G; RFC 8375; RFC 6761",
    ),
    Rule(
        id="URL-13",
        severity=Severity.WARNING,
        title="The well-known URL does not end as discovery documents do",
        hint="It ends with /.well-known/openid-configuration or /.well-known/oauth-authorization-server.",
        source="OpenID Connect Discovery 1.0 section 4; RFC 8414 section 3",
    ),
    Rule(
        id="URL-14",
        severity=Severity.ERROR,
        title="Programs disagree about the host",
        hint="Write the URL plainly: https://HOST/PATH",
        source="RFC 3986 section 3.2 against WHATWG URL section 4.4",
        suppressible=False,
    ),
)
