"""What is known about identity providers, as data: whoever learns more adds a row.

Patterns are regular expressions. Those of `KNOWN_EXCEPTIONS` match the text
`BASE ISSUER`, where BASE is the well-known URL up to `/.well-known/`.
"""

from __future__ import annotations

from typing import NamedTuple

# OpenID Connect Discovery 1.0 section 4; RFC 8414 section 3.
WELL_KNOWN_SUFFIXES = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")
GUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
ENTRA = (
    r"login\.(?:microsoftonline\.(?:com|us|de)|microsoft\.com|windows\.net"
    r"|partner\.microsoftonline\.cn|chinacloudapi\.cn)"
)
ENTRA_V1 = r"sts\.(?:windows\.net|chinacloudapi\.cn)"
_TENANT_HINT = (
    "Use the document of one tenant: https://login.microsoftonline.com/TENANT-ID/v2.0"
    "/.well-known/openid-configuration, with the directory (tenant) ID in place of TENANT-ID."
)


class Product(NamedTuple):
    """One value of `type`: the hosts that are the vendor's own, and how its URLs look to a person."""

    title: str
    hosts: tuple[str, ...]
    issuer: str
    audience: str


PRODUCTS: dict[str, Product] = {
    "okta": Product(
        title="Okta",
        hosts=("okta.com", "oktapreview.com", "okta-emea.com", "okta-gov.com", "okta.mil"),
        issuer="https://DOMAIN.okta.com/oauth2/SERVER",
        audience="Security > API > Authorization Servers > Settings > Audience",
    ),
    "microsoft": Product(
        title="Microsoft Entra ID",
        hosts=(
            "microsoftonline.com",
            "microsoftonline.us",
            "microsoftonline.de",
            "partner.microsoftonline.cn",
            "chinacloudapi.cn",
            "login.windows.net",
            "sts.windows.net",
            "b2clogin.com",
            "ciamlogin.com",
        ),
        issuer="https://login.microsoftonline.com/TENANT-ID/v2.0",
        audience="App registrations > Overview > Application (client) ID, or Expose an API > App ID URI",
    ),
    "auth0": Product(
        title="Auth0",
        hosts=("auth0.com", "auth0app.com"),
        issuer="https://TENANT.auth0.com/",
        audience="Applications > APIs > Settings > Identifier",
    ),
    "asgardeo": Product(
        title="Asgardeo",
        hosts=("asgardeo.io",),
        issuer="https://api.asgardeo.io/t/ORGANIZATION/oauth2/token",
        audience="Applications > Protocol > Client ID, or the audience that is configured there",
    ),
    "keycloak": Product(
        title="Keycloak",
        hosts=(),
        issuer="https://HOST/realms/REALM",
        audience="Client scopes > Mappers > Audience",
    ),
    "pingfederate": Product(
        title="PingFederate",
        hosts=("pingone.com", "pingone.eu", "pingone.ca", "pingone.asia", "pingone.com.au"),
        issuer="https://HOST",
        audience="Applications > Access Token Management > Audience Claim Value",
    ),
    "forgerock": Product(
        title="ForgeRock",
        hosts=("forgeblocks.com",),
        issuer="https://HOST:443/am/oauth2/realms/root/realms/REALM",
        audience="Native Consent > OAuth2 Clients > Client ID",
    ),
    "custom": Product(
        title="another provider",
        # Vendors with a name of their own that have no type: a declared type other than custom is wrong.
        hosts=(
            "accounts.google.com",
            "securetoken.google.com",
            "appleid.apple.com",
            "onelogin.com",
            "gitlab.com",
            "token.actions.githubusercontent.com",
            "salesforce.com",
            "facebook.com",
            "linkedin.com",
            "paypal.com",
            "jumpcloud.com",
            "identity.oraclecloud.com",
            "accounts.ondemand.com",
        ),
        issuer="https://HOST/PATH",
        audience="the value of `aud` in a token",
    ),
}


class Quirk(NamedTuple):
    """What makes `rule` speak: the issuer, and where given the audience, matches."""

    rule: str
    issuer: str
    audience: str | None
    message: str
    hint: str | None = None


QUIRKS: dict[str, tuple[Quirk, ...]] = {
    "microsoft": (
        Quirk(
            rule="CFG-11",
            issuer=rf"\Ahttps://{ENTRA_V1}/",
            audience=rf"\A{GUID}\Z",
            message="the issuer is that of v1 tokens, the audience (a client ID) is that of v2 tokens",
        ),
        Quirk(
            rule="CFG-11",
            issuer=r"/v2\.0/?\Z",
            audience=r"\Aapi://",
            message="the issuer is that of v2 tokens, the audience (an App ID URI) is that of v1 tokens",
        ),
        Quirk(
            rule="URL-11",
            issuer=rf"\Ahttps://(?:{ENTRA}|{ENTRA_V1})/(?:common|organizations|consumers)(?:/|\Z)",
            audience=None,
            message="no token has this issuer: it names all tenants, not one",
            hint=_TENANT_HINT,
        ),
    ),
    "okta": (
        Quirk(
            rule="CFG-12",
            issuer=r"\A(?!.*/oauth2/)",
            audience=None,
            message="the issuer has no /oauth2/: access tokens of the org server cannot be verified",
        ),
    ),
    "auth0": (
        Quirk(
            rule="CFG-14",
            issuer=r"[^/]\Z",
            audience=None,
            message="the issuer does not end with a slash",
        ),
    ),
}


class KnownException(NamedTuple):
    """A provider whose document names another issuer than its URL, and why that is so."""

    pattern: str
    why: str
    hint: str | None = None


KNOWN_EXCEPTIONS: tuple[KnownException, ...] = (
    KnownException(
        pattern=rf"https://{ENTRA}/(?:common|organizations|consumers)(?:/v2\.0)? https://\S+/\{{tenantid\}}/\S*",
        why="Entra ID serves a template here, because the document is for all tenants",
        hint=_TENANT_HINT,
    ),
    KnownException(
        pattern=rf"https://{ENTRA}/(?P<tenant>{GUID}) https://{ENTRA_V1}/(?P=tenant)/",
        why="this is Entra ID's v1 document: v1 tokens carry an issuer on sts.windows.net",
        hint="For v2 tokens use the well-known URL with /v2.0; for v1 tokens write the served issuer.",
    ),
    KnownException(
        pattern=rf"https://{ENTRA}/(?!{GUID})[^/ ]+ https://{ENTRA_V1}/{GUID}/",
        why="this is Entra ID's v1 document: v1 tokens carry an issuer on sts.windows.net",
        hint="For v2 tokens use the well-known URL with /v2.0; for v1 tokens write the served issuer.",
    ),
    KnownException(
        pattern=rf"https://(?P<host>{ENTRA})/(?!{GUID})[^/ ]+/v2\.0 https://(?P=host)/{GUID}/v2\.0",
        why="Entra ID names a tenant by its ID in the issuer, never by its domain",
        hint=_TENANT_HINT,
    ),
    KnownException(
        pattern=rf"https://{ENTRA}/(?P<tenant>{GUID})/v2\.0 https://login\.microsoftonline\.com/(?P=tenant)/v2\.0",
        why="this host is an older name of Entra ID, which issues tokens as login.microsoftonline.com",
        hint="Use the well-known URL on login.microsoftonline.com.",
    ),
    KnownException(
        pattern=rf"https://(?P<host>[a-z0-9-]+\.b2clogin\.com|login\.microsoftonline\.com)/\S+"
        rf" https://(?P=host)/(?:tfp/)?{GUID}/(?:[^/ ]+/)?v2\.0/",
        why="Azure AD B2C leaves the policy out of the issuer, and names the tenant by its ID",
    ),
    KnownException(
        pattern=rf"https://[a-z0-9-]+\.ciamlogin\.com/\S+ https://(?P<tenant>{GUID})\.ciamlogin\.com"
        r"/(?P=tenant)/v2\.0",
        why="Entra External ID puts the tenant's ID into the host of the issuer",
    ),
    KnownException(
        pattern=r"https://[a-z0-9-]+\.onelogin\.com/oidc https://openid-connect\.onelogin\.com/oidc",
        why="OneLogin's first OpenID version has one issuer for all accounts",
        hint="Use version 2: https://ACCOUNT.onelogin.com/oidc/2/.well-known/openid-configuration",
    ),
    KnownException(
        pattern=r"https://idcs-[0-9a-f]+\.identity\.oraclecloud\.com(?::443)? https://identity\.oraclecloud\.com/",
        why="Oracle Identity Cloud has one issuer for all instances unless it is configured otherwise",
    ),
    KnownException(
        pattern=r"https://(?P<host>[^/: ]+)(?::443)?/(?P<path>\S*?oauth2)"
        r"/(?:realms/root/)?(?:realms/)?(?P<realm>\S+)"
        r" https://(?P=host)(?::443)?/(?P=path)/(?:realms/root/)?(?:realms/)?(?P=realm)",
        why="ForgeRock writes the realm in a short form and the port 443 into the issuer",
    ),
    KnownException(
        pattern=r"https://(?P<host>[^/ ]+)(?P<org>(?:/t/[^/ ]+)?)(?:/oauth2/oidcdiscovery)?"
        r" https://(?P=host)(?P=org)/oauth2/token",
        why="WSO2 Identity Server takes its token endpoint for the issuer",
        hint="Use the document below the issuer: ISSUER/.well-known/openid-configuration",
    ),
    KnownException(
        pattern=r"https://(?P<host>[^/ ]+) https://(?P=host)/oauth/token",
        why="UAA (Cloud Foundry, SAP) takes its token endpoint for the issuer",
    ),
    KnownException(
        pattern=r"https://[a-z0-9-]+\.okta(?:preview|-emea)?\.com(?P<server>/oauth2/[^/ ]+)"
        r" https://[^/ ]+(?P=server)",
        why="this authorization server of Okta is set to issue tokens with its custom domain",
        hint="Use the well-known URL on the custom domain.",
    ),
    KnownException(
        pattern=r"https?://[^/ ]+(?P<realm>(?:/auth)?/realms/[^/ ]+) https?://[^/ ]+(?P=realm)",
        why="Keycloak issues tokens with its frontend host name, whatever host was asked",
        hint="Use the well-known URL on the host of the issuer, if that host is yours.",
    ),
    KnownException(
        pattern=r"https://kubernetes\.default\.svc https://kubernetes\.default\.svc\.cluster\.local",
        why="Kubernetes issues tokens with the long form of its own name",
    ),
    KnownException(
        pattern=r"https://developer\.api\.intuit\.com https://oauth\.platform\.intuit\.com/op/v1",
        why="Intuit serves its document on another host than its issuer",
    ),
    KnownException(
        pattern=r"https://(?:www|limited)\.facebook\.com https://(?:www\.|limited\.)?facebook\.com",
        why="Facebook has one issuer for both of its login hosts",
    ),
    KnownException(
        pattern=r"https://www\.paypalobjects\.com https://www\.paypal\.com",
        why="PayPal serves its document from the host of its static files",
    ),
    KnownException(
        pattern=r"https://www\.linkedin\.com/oauth https://www\.linkedin\.com",
        why="LinkedIn served its document below /oauth with an issuer without path",
    ),
)

# Left-over placeholders, by the host that they stand beside: what to write instead.
INSTEAD: tuple[tuple[str, str], ...] = (
    (rf"//(?:{ENTRA}|{ENTRA_V1})/|[a-z0-9]\.b2clogin\.com/", _TENANT_HINT),
    (r"auth0", "Put your Auth0 domain in: https://TENANT.auth0.com/"),
    (r"asgardeo\.io", "Put your organization in: https://api.asgardeo.io/t/ORGANIZATION/oauth2/token"),
    (r"/realms/", "Put your realm in: https://HOST/realms/REALM"),
    (r"cognito", "Put your region and user pool in: https://cognito-idp.REGION.amazonaws.com/POOL-ID"),
    (r"securetoken\.google\.com", "Put your project in: https://securetoken.google.com/PROJECT-ID"),
    (r"okta|/oauth2/", "Put domain and authorization server in: https://DOMAIN.okta.com/oauth2/default"),
)

# Issuers without a token endpoint, by host: why, and what to do.
_WORKLOADS = (
    "This provider issues tokens to workloads and has no token endpoint; "
    "write `token_endpoint` if the registry demands one, no token is ever asked for there."
)
NO_TOKEN_ENDPOINT: tuple[tuple[str, str], ...] = (
    (r"cognito-idp\.", "A user pool without a domain has no token endpoint: give the pool a domain."),
    (r"actions\.githubusercontent\.|kubernetes|oidc\.eks\.|oidc\.circleci\.|bitbucket\.org", _WORKLOADS),
    (r"buildkite\.com|terraform\.io|container\.googleapis\.|prod-aks\.azure\.", _WORKLOADS),
    (r"securetoken\.google\.com", "Firebase has no token endpoint that clients may use for this issuer."),
    (r"facebook\.com", "Facebook publishes no token endpoint for its ID tokens."),
)
