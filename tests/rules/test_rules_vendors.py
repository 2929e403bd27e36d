"""What well-known providers serve, by their shape: no false errors on healthy ones, no silence on others."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from idpctl import providers
from idpctl.resolve import resolve
from idpctl.rules import check
from idpctl.rules.urls import UrlPolicy
from tests.rules.running import answer, provider

GUID = "6c1a5a2e-0000-4000-8000-000000000001"
ENTRA = "https://login.microsoftonline.com"
OIDC = "/.well-known/openid-configuration"
POLICY = UrlPolicy()


class Case(NamedTuple):
    """`url` without its suffix; endpoints of None are not served; a path stands for the issuer's host."""

    url: str
    issuer: str
    token: str | None
    jwks: str
    expected: str = ""
    suffix: str = OIDC
    kind: str | None = None
    members: dict[str, Any] = {}  # noqa: RUF012 - never written to


def plain(base: str, at: str = "/token", jwks: str = "/keys", slash: str = "", **more: Any) -> Case:
    """Return a provider whose endpoints are below its issuer."""
    return Case(base, base + slash, base + at, base + jwks, **more)


HEALTHY = {
    "apple": plain("https://appleid.apple.com", "/auth/token", "/auth/keys"),
    "salesforce": plain("https://login.salesforce.com", "/services/oauth2/token", "/id/keys"),
    "salesforce domain": plain("https://acme.my.salesforce.com", "/services/oauth2/token", "/id/keys"),
    "pingone": plain("https://auth.pingone.eu/e1/as", "/token", "/jwks"),
    "pingfederate": plain("https://sso.example.com", "/as/token.oauth2", "/pf/JWKS", kind="pingfederate"),
    "slack": plain("https://slack.com", "/api/openid.connect.token", "/openid/connect/keys"),
    "linkedin": plain("https://www.linkedin.com/oauth", "/v2/accessToken", "/openid/jwks"),
    "docusign": plain("https://account.docusign.com", "/oauth/token", "/.well-known/jwks.json", "/"),
    "login.gov": plain(
        "https://secure.login.gov", "/api/openid_connect/token", "/api/openid_connect/certs", "/"
    ),
    "github": plain("https://github.com/login/oauth", "/access_token", "/.well-known/jwks"),
    "jumpcloud": plain("https://oauth.id.jumpcloud.com", "/oauth2/token", "/.well-known/jwks.json", "/"),
    "onelogin 2": plain("https://acme.onelogin.com/oidc/2", "/token", "/certs"),
    "gov.uk": plain("https://oidc.account.gov.uk", "/token", "/.well-known/jwks.json", "/"),
    "yahoo japan": plain("https://auth.login.yahoo.co.jp/yconnect/v2", "/token", "/jwks"),
    "kanidm": plain("https://idm.example.com/oauth2/openid/acme", "/token", "/public_key.jwk"),
    "zitadel": plain("https://acme.zitadel.cloud", "/oauth/v2/token", "/oauth/v2/keys"),
    "supabase": plain("https://acme.supabase.co/auth/v1", "/oauth/token", "/.well-known/jwks.json"),
    "duo": plain("https://sso-1.sso.duosecurity.com/oidc/D1", "/token", "/jwks"),
    "curity": plain("https://idp.example.com:8443/oauth/v2/oauth-anonymous", "/token", "/jwks"),
    "okta custom domain": plain(
        "https://login.example.com/oauth2/aus1", "/v1/token", "/v1/keys", kind="okta"
    ),
    "okta rfc 8414": plain(
        "https://acme.okta.com/oauth2/default",
        "/v1/token",
        "/v1/keys",
        suffix="/.well-known/oauth-authorization-server",
    ),
    "auth0 custom domain": plain(
        "https://login.example.com", "/oauth/token", "/.well-known/jwks.json", "/", kind="auth0"
    ),
    "keycloak": plain("https://kc.example.com/realms/acme", "/x/token", "/x/certs", kind="keycloak"),
    "keycloak 16": plain("https://kc.example.com/auth/realms/acme", "/x/token", "/x/certs", kind="keycloak"),
    "entra us": plain(f"https://login.microsoftonline.us/{GUID}/v2.0", "/token", "/keys"),
    "entra china": plain(f"https://login.partner.microsoftonline.cn/{GUID}/v2.0", "/token", "/keys"),
    "asgardeo eu": plain("https://api.eu.asgardeo.io/t/acme/oauth2/token", "", "/jwks"),
    "google": Case(
        "https://accounts.google.com",
        "https://accounts.google.com",
        "https://oauth2.googleapis.com/token",
        "https://www.googleapis.com/oauth2/v3/certs",
    ),
    "line": Case(
        "https://access.line.me",
        "https://access.line.me",
        "https://api.line.me/oauth2/v2.1/token",
        "https://api.line.me/oauth2/v2.1/certs",
    ),
    "amazon": Case(
        "https://www.amazon.com",
        "https://www.amazon.com",
        "https://api.amazon.com/auth/o2/token",
        "https://api.amazon.com/auth/o2/keys",
    ),
    "dropbox": Case(
        "https://www.dropbox.com",
        "https://www.dropbox.com",
        "https://api.dropboxapi.com/oauth2/token",
        "https://www.dropbox.com/.well-known/jwks",
    ),
    "cognito with a domain": Case(
        "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A",
        "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A",
        "https://acme.auth.eu-west-1.amazoncognito.com/oauth2/token",
        "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A/.well-known/jwks.json",
    ),
    "entra keys of all tenants": Case(
        f"{ENTRA}/{GUID}/v2.0",
        f"{ENTRA}/{GUID}/v2.0",
        f"{ENTRA}/{GUID}/oauth2/v2.0/token",
        f"{ENTRA}/common/discovery/v2.0/keys",
    ),
    "b2c with tfp": Case(
        "https://acme.b2clogin.com/tfp/a/b2c_1_x/v2.0",
        "https://acme.b2clogin.com/tfp/a/b2c_1_x/v2.0/",
        "https://acme.b2clogin.com/a/oauth2/v2.0/token?p=b2c_1_x",
        "https://acme.b2clogin.com/a/discovery/v2.0/keys?p=b2c_1_x",
    ),
    "rfc 8414 with a path": Case(
        "https://mcp.example.com",
        "https://mcp.example.com/acme",
        "https://mcp.example.com/acme/token",
        "https://mcp.example.com/acme/keys",
        suffix="/.well-known/oauth-authorization-server/acme",
    ),
    "extra members": plain(
        "https://idp.example.com",
        members={
            "tenant_region_scope": None,
            "x": [{"y": {}}],
            "mtls_endpoint_aliases": {"a": "b"},
            "n": 1.5,
        },
    ),
}
ODD = {
    "facebook": Case(
        "https://www.facebook.com",
        "https://www.facebook.com",
        None,
        "https://www.facebook.com/.well-known/oauth/openid/jwks/",
        "error DSC-08 warning URL-13",
        suffix=f"{OIDC}/",
    ),
    "eks": Case(
        "https://oidc.eks.eu-west-1.amazonaws.com/id/A1",
        "https://oidc.eks.eu-west-1.amazonaws.com/id/A1",
        None,
        "https://oidc.eks.eu-west-1.amazonaws.com/id/A1/keys",
        "error DSC-08",
    ),
    "okta org server": plain(
        "https://acme.okta.com", "/oauth2/v1/token", "/oauth2/v1/keys", expected="warning CFG-12"
    ),
    "auth0 as okta": plain(
        "https://acme.eu.auth0.com", slash="/", kind="okta", expected="warning CFG-12 CFG-13"
    ),
    "franceconnect": plain(
        "https://fc.example.fr/api/v1",
        expected="warning DSC-11",
        members={"id_token_signing_alg_values_supported": ["HS256"]},
    ),
    "fusionauth": Case(
        "https://auth.example.com",
        "acme.com",
        "https://auth.example.com/oauth2/token",
        "https://auth.example.com/.well-known/jwks.json",
        "error DSC-05 URL-01",
    ),
    "vault": plain("https://vault:8200/v1/identity/oidc/provider/default", expected="warning URL-12"),
    "keys elsewhere": Case(
        "https://idp.example.com",
        "https://idp.example.com",
        "https://idp.example.com/token",
        "https://idp.example.net/keys",
        "warning DSC-09",
    ),
    "issuer without its path": Case(
        "https://tara.example.ee/oidc",
        "https://tara.example.ee",
        "https://tara.example.ee/oidc/token",
        "https://tara.example.ee/oidc/jwks",
        "error DSC-05",
    ),
    "endpoints on http": Case(
        "https://idp.example.com",
        "https://idp.example.com",
        "http://idp.example.com/token",
        "https://idp.example.com/keys",
        "error DSC-10",
    ),
    "an attacker's": Case(
        "https://evil.example.net",
        "https://accounts.google.com",
        "https://evil.example.net/token",
        "https://evil.example.net/keys",
        "error DSC-05 warning DSC-09",
    ),
    "an issuer for the document": plain(
        "https://acme.okta.com/oauth2/default", suffix="", expected="error DSC-05 URL-13"
    ),
}


def verdict(case: Case) -> str:
    url = case.url + case.suffix
    host = case.url.partition("://")[2].partition("/")[0]
    kind = case.kind or providers.owner_of(host) or "custom"
    declared = provider(well_known_url=url, type=kind, allowed_token_audience=GUID)
    served = {"issuer": case.issuer, "token_endpoint": case.token, "jwks_uri": case.jwks, **case.members}
    members = {name: value for name, value in served.items() if value is not None}
    document, found = check.check_document(declared, answer(url, members), POLICY)
    found += check.check_declared(declared, POLICY)
    desired = resolve(declared, document)
    if desired is not None:
        found += check.check_resolved(desired, document, POLICY)
    parts = []
    for severity in ("error", "warning"):
        ids = sorted({problem.rule for problem in found if problem.severity == severity})
        parts += [severity, *ids] if ids else []
    return " ".join(parts)


@pytest.mark.parametrize("name", HEALTHY)
def test_healthy_providers_pass_without_a_warning(name: str) -> None:
    assert verdict(HEALTHY[name]) == ""


@pytest.mark.parametrize("name", ODD)
def test_the_others_are_told_what_is_wrong(name: str) -> None:
    assert verdict(ODD[name]) == ODD[name].expected
