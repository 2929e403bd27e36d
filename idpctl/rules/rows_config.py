"""The rules on what is written, on what is resolved, and across providers."""

from __future__ import annotations

from idpctl.errors import Severity
from idpctl.rules.base import Rule

CONFIG_RULES = (
    Rule(
        id="CFG-01",
        severity=Severity.ERROR,
        title="A mandatory field is empty",
        hint="Write a value: name, audience, well-known URL, issuer, token and JWKS endpoint are mandatory.",
        source="WSO2 API Manager Admin API v4, KeyManager; the form of WSO2 Choreo",
        suppressible=False,
    ),
    Rule(
        id="CFG-02",
        severity=Severity.ERROR,
        title="A value has another type than the field",
        hint="Quote the value if text was meant.",
        source="YAML 1.2.2 section 10.3, the core schema",
        suppressible=False,
    ),
    Rule(
        id="CFG-03",
        severity=Severity.ERROR,
        title="A key is written twice",
        hint="Keep one of the two.",
        source="YAML 1.2.2 section 3.2.1.3; RFC 8259 section 4",
        suppressible=False,
    ),
    Rule(
        id="CFG-04",
        severity=Severity.ERROR,
        title="Two providers have the same issuer",
        hint="Keep one of them: the gateway finds the provider of a token by its `iss` alone.",
        source="WSO2 API Manager, token exchange; RFC 9068 section 4",
    ),
    Rule(
        id="CFG-05",
        severity=Severity.WARNING,
        title="Two issuers differ only by a final slash, case, default port or spelling of the host",
        hint="Issuers are compared byte for byte: one of the two probably never matches a token.",
        source="OpenID Connect Core 1.0 section 3.1.3.7; RFC 3986 section 6.2",
    ),
    Rule(
        id="CFG-06",
        severity=Severity.ERROR,
        title="A name is the issuer of another provider",
        hint="Give the provider another name: the gateway looks for `iss` among the names too.",
        source="WSO2 API Manager, token exchange: by issuer, then by name",
    ),
    Rule(
        id="CFG-07",
        severity=Severity.ERROR,
        title="The issuer is the gateway's own",
        hint="Register the issuer of the tokens to be exchanged, not the one that the gateway issues.",
        source="RFC 8693 section 2.1: the subject token is another issuer's",
    ),
    Rule(
        id="CFG-08",
        severity=Severity.INFO,
        title="Several issuers share one audience",
        hint="Nothing to do if these providers guard the same API.",
        source="RFC 9068 section 4",
    ),
    Rule(
        id="CFG-09",
        severity=Severity.ERROR,
        title="A name can be taken for another, or is hard to type",
        hint="Use letters, digits, `-`, `_` and `.`: a name cannot be changed once created.",
        source="WSO2 API Manager: names are compared without case on some databases; Unicode TR 36",
    ),
    Rule(
        id="CFG-10",
        severity=Severity.ERROR,
        title="The audience has white space or invisible characters",
        hint="Copy the audience again: it is compared byte for byte with `aud` of a token.",
        source="RFC 7519 section 4.1.3",
    ),
    Rule(
        id="CFG-11",
        severity=Severity.WARNING,
        title="Issuer and audience belong to different token versions of Entra ID",
        hint="See `accessTokenAcceptedVersion` of the API: null or 1 issues v1 tokens, 2 issues v2 tokens.",
        source="Microsoft identity platform, access tokens: v1.0 and v2.0",
    ),
    Rule(
        id="CFG-12",
        severity=Severity.WARNING,
        title="The issuer is Okta's org authorization server",
        hint="Use a custom authorization server: https://DOMAIN/oauth2/default or https://DOMAIN/oauth2/ID.",
        source="Okta, authorization servers: tokens of the org server can be verified by Okta alone",
    ),
    Rule(
        id="CFG-13",
        severity=Severity.WARNING,
        title="The issuer's host belongs to another type of provider",
        hint="Correct `type`: it cannot be modified once created.",
        source="WSO2 API Manager Admin API v4, KeyManager `type`; the providers' own documentation",
    ),
    Rule(
        id="CFG-14",
        severity=Severity.WARNING,
        title="The issuer of Auth0 has lost its final slash",
        hint="Auth0 writes `iss` with a final slash: https://TENANT.auth0.com/",
        source="Auth0, access tokens: `iss`",
    ),
    Rule(
        id="CFG-15",
        severity=Severity.ERROR,
        title="`suppress` names a rule that does not exist",
        hint="List the rules with: idpctl explain",
        source="idpctl: a misspelt rule would suppress nothing",
        suppressible=False,
    ),
    Rule(
        id="CFG-16",
        severity=Severity.ERROR,
        title="`suppress` gives no reason",
        hint="Say why the rule does not count here: reviewers read it.",
        source="idpctl: whoever reviews the file has to know why",
        suppressible=False,
    ),
    Rule(
        id="CFG-17",
        severity=Severity.ERROR,
        title="`suppress` names a rule that cannot be suppressed",
        hint="Correct what the rule finds; it leaves no value that could be used, or guards the network.",
        source="idpctl: the file under review must not weaken what protects its reader",
        suppressible=False,
    ),
)
