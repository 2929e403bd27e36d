"""The rules on what a provider's discovery document says, and whether it is used."""

from __future__ import annotations

from idpctl.errors import Severity
from idpctl.rules.base import Rule

DISCOVERY_RULES = (
    Rule(
        id="DSC-01",
        severity=Severity.ERROR,
        title="The document was not answered with status 200",
        hint="Correct the well-known URL; redirects are not followed.",
        source="OpenID Connect Discovery 1.0 section 4.2; RFC 8414 section 3.2",
        suppressible=False,
    ),
    Rule(
        id="DSC-02",
        severity=Severity.ERROR,
        title="The answer is not one strict JSON object",
        hint="Look at the answer with another client; the operator of the provider has to correct it.",
        source="OpenID Connect Discovery 1.0 section 4.2; RFC 8259 sections 4 and 8.1; RFC 7493",
        suppressible=False,
    ),
    Rule(
        id="DSC-03",
        severity=Severity.WARNING,
        title="The answer is not labelled as JSON",
        hint="The operator of the provider should serve it as application/json.",
        source="OpenID Connect Discovery 1.0 section 4.2; RFC 8414 section 3.2",
    ),
    Rule(
        id="DSC-04",
        severity=Severity.ERROR,
        title="A member of the document has the wrong type",
        hint="Override the field in the configuration, or have the provider corrected.",
        source="OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2",
        suppressible=False,
    ),
    Rule(
        id="DSC-05",
        severity=Severity.ERROR,
        title="The issuer does not belong to the well-known URL",
        hint="Check the URL. If tokens carry this issuer, use its own well-known URL, or write `issuer`.",
        source="OpenID Connect Discovery 1.0 section 4.3; RFC 8414 sections 3.1 and 3.3",
    ),
    Rule(
        id="DSC-06",
        severity=Severity.ERROR,
        title="The override is almost the served issuer",
        hint="Write the issuer exactly as it is served, or leave it out: tokens are compared byte for byte.",
        source="OpenID Connect Core 1.0 section 3.1.3.7",
    ),
    Rule(
        id="DSC-07",
        severity=Severity.WARNING,
        title="This provider is known to serve another issuer",
        hint="Write `issuer` as it stands in the tokens.",
        source="the documents of these providers, against OpenID Connect Discovery 1.0 section 4.3",
    ),
    Rule(
        id="DSC-08",
        severity=Severity.ERROR,
        title="The document lacks an endpoint",
        hint="Write the endpoint in the configuration if the provider has one.",
        source="OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2",
        suppressible=False,
    ),
    Rule(
        id="DSC-09",
        severity=Severity.WARNING,
        title="An endpoint is on another host than the issuer",
        hint="Make sure that the other host belongs to the same provider.",
        source="RFC 8414 section 6.2; RFC 9700 section 4.4",
    ),
    Rule(
        id="DSC-10",
        severity=Severity.ERROR,
        title="The document hands out an endpoint on http, loopback or a private network",
        hint="Override the endpoint, or allow the network on the command line with --allow-network CIDR.",
        source="RFC 8414 section 2; OWASP Server-Side Request Forgery Prevention",
        suppressible=False,
    ),
    Rule(
        id="DSC-11",
        severity=Severity.WARNING,
        title="Tokens are signed with a shared secret, or not at all",
        hint="Choose an asymmetric algorithm at the provider: no key set verifies these tokens.",
        source="RFC 8725 section 3.2; OpenID Connect Discovery 1.0 section 3",
    ),
    Rule(
        id="DSC-12",
        severity=Severity.WARNING,
        title="An override differs from what the provider serves",
        hint="Remove the override if the served value is right.",
        source="OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2",
    ),
    Rule(
        id="DSC-13",
        severity=Severity.INFO,
        title="Access tokens carry another issuer than ID tokens",
        hint="Override `issuer` if access tokens are to be exchanged.",
        source="AD FS, `access_token_issuer` of the discovery document",
    ),
    Rule(
        id="DSC-20",
        severity=Severity.ERROR,
        title="Discovery is skipped, and an endpoint is not written in the configuration",
        hint="Run with --discovery live, or write issuer, token_endpoint and jwks_endpoint.",
        source="idpctl: absent is not empty",
        suppressible=False,
    ),
    Rule(
        id="SCH-01",
        severity=Severity.ERROR,
        title="The resolved provider does not satisfy schemas/endpoints.schema.json",
        hint="Correct the value, or the document that it comes from.",
        source="JSON Schema Draft 2020-12",
        suppressible=False,
    ),
    Rule(
        id="SCH-02",
        severity=Severity.ERROR,
        title="The discovery document does not satisfy schemas/discovery.schema.json",
        hint="Tell the operator of the provider, or override the endpoints.",
        source="OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2",
    ),
)
