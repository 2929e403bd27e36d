from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idpctl import provider_table, providers
from idpctl.rules import host_table
from idpctl.schema.store import load

GUID = "6c1a5a2e-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("acme.okta.com", "okta"),
        ("acme.oktapreview.com", "okta"),
        ("okta.com", "okta"),
        ("acmeokta.com", None),
        ("okta.com.example.net", None),
        ("login.microsoftonline.com", "microsoft"),
        ("sts.windows.net", "microsoft"),
        ("x.blob.core.windows.net", None),
        ("acme.b2clogin.com", "microsoft"),
        ("acme.eu.auth0.com", "auth0"),
        ("api.eu.asgardeo.io", "asgardeo"),
        ("auth.pingone.eu", "pingfederate"),
        ("acme.forgeblocks.com", "forgerock"),
        ("accounts.google.com", "custom"),
        ("idp.example.com", None),
        ("", None),
    ],
)
def test_who_owns_a_host(host: str, expected: str | None) -> None:
    assert providers.owner_of(host) == expected


def test_every_type_of_the_configuration_is_known_and_no_other() -> None:
    types = load("config")["$defs"]["type"]["enum"]
    assert set(provider_table.PRODUCTS) == set(types)
    assert set(load("endpoints")["properties"]["type"]["enum"]) == set(types)
    assert set(provider_table.QUIRKS) <= set(types)


def test_every_product_says_how_its_issuer_looks_and_where_the_audience_is() -> None:
    for product in provider_table.PRODUCTS.values():
        assert product.title
        assert product.issuer.startswith("https://")
        assert product.audience


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("idp.example.com", "example.com"),
        ("a.b.c.example.com", "example.com"),
        ("example.com", "example.com"),
        ("com", "com"),
        ("localhost", "localhost"),
        ("idp.example.co.uk", "example.co.uk"),
        ("example.com.au", "example.com.au"),
        ("co.uk", "co.uk"),
        ("IDP.Example.COM.", "example.com"),
        ("a.b.azurewebsites.net", "b.azurewebsites.net"),
        ("azurewebsites.net", "azurewebsites.net"),
        ("x.blob.core.windows.net", "x.blob.core.windows.net"),
        ("cognito-idp.eu-west-1.amazonaws.com", "eu-west-1.amazonaws.com"),
        ("192.0.2.7", "192.0.2.7"),
        ("[2001:db8::7]", "[2001:db8::7]"),
    ],
)
def test_the_part_that_somebody_registered(host: str, expected: str) -> None:
    assert providers.registrable(host) == expected


@pytest.mark.parametrize(
    ("host", "other", "expected"),
    [
        ("accounts.google.com", "www.googleapis.com", True),
        ("sts.windows.net", "login.microsoftonline.com", True),
        ("cognito-idp.eu-west-1.amazonaws.com", "acme.auth.eu-west-1.amazoncognito.com", True),
        ("www.dropbox.com", "api.dropboxapi.com", True),
        ("google.com", "googleapis.com", True),
        ("accounts.google.com", "login.microsoftonline.com", False),
        ("notgoogle.com", "www.googleapis.com", False),
        ("idp.example.com", "idp.example.net", False),
    ],
)
def test_vendors_with_several_domains(host: str, other: str, expected: bool) -> None:
    assert providers.is_same_family(host, other) is expected
    assert providers.is_same_family(other, host) is expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://idp.example.com/oauth/token", "idp.example.com"),
        ("https://idp.example.com:443/token", "idp.example.com"),
        ("https://idp.example.com:/token", "idp.example.com"),
        ("https://idp.example.com:8443/token", "idp.example.com:8443"),
        ("https://IDP.example.com/token", "idp.example.com"),
        ("https://b\u00fccher.example.com/token", "xn--bcher-kva.example.com"),
        ("https://\u2000/token", "\u2000"),
        ("http://idp.example.com/token", "http://idp.example.com"),
        ("http://idp.example.com:80/token", "http://idp.example.com"),
        ("https://user:pw@idp.example.com/token", "idp.example.com"),
        ("user:pw@idp.example.com", "idp.example.com"),
        ("nonsense", "nonsense"),
        ("", ""),
        (f"https://login.microsoftonline.com/{GUID}/oauth2/v2.0/token", f"login.microsoftonline.com/{GUID}"),
        (f"https://login.microsoftonline.us/{GUID}/v2.0", f"login.microsoftonline.us/{GUID}"),
        (f"https://sts.windows.net/{GUID}/", f"sts.windows.net/{GUID}"),
        (f"https://acme.b2clogin.com/{GUID}/v2.0/", f"acme.b2clogin.com/{GUID}"),
        (f"https://acme.b2clogin.com/tfp/{GUID}/b2c_1/v2.0/", f"acme.b2clogin.com/tfp/{GUID}"),
        ("https://api.asgardeo.io/t/acme/oauth2/token", "api.asgardeo.io/t/acme"),
        ("https://api.asgardeo.io/t/acme/o/b2b/oauth2/token", "api.asgardeo.io/t/acme/o/b2b"),
        ("https://is.example.com:9443/t/acme/oauth2/token", "is.example.com:9443/t/acme"),
        (
            "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A/.well-known/jwks.json",
            "cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A",
        ),
        ("https://kc.example.com/realms/a/protocol/openid-connect/token", "kc.example.com/realms/a"),
        ("https://kc.example.com/auth/realms/a", "kc.example.com/auth/realms/a"),
        (
            "https://am.example.com/am/oauth2/realms/root/realms/a/x",
            "am.example.com/am/oauth2/realms/root/realms/a",
        ),
        ("https://am.example.com:443/am/oauth2/alpha/access_token", "am.example.com/am/oauth2/alpha"),
        ("https://acme.okta.com/oauth2/default/v1/token", "acme.okta.com/oauth2/default"),
        ("https://acme.okta.com/oauth2/aus1/v1/keys", "acme.okta.com/oauth2/aus1"),
        ("https://acme.okta.com/oauth2/v1/token", "acme.okta.com"),
        ("https://acme.okta.com", "acme.okta.com"),
        ("https://login.example.com/oauth2/aus8aus76q8ip/v1/token", "login.example.com/oauth2/aus8aus76q8ip"),
        ("https://login.example.com/oauth2/token", "login.example.com"),
        ("https://auth.pingone.eu/e1/as/token", "auth.pingone.eu/e1"),
        ("https://auth.example.com/application/o/git/", "auth.example.com/application/o/git"),
        ("https://oidc.eks.eu-west-1.amazonaws.com/id/X/keys", "oidc.eks.eu-west-1.amazonaws.com/id/X"),
        ("https://securetoken.google.com/p1", "securetoken.google.com/p1"),
        (
            "https://token.actions.githubusercontent.com/.well-known/jwks",
            "token.actions.githubusercontent.com",
        ),
        ("https://token.actions.githubusercontent.com/acme", "token.actions.githubusercontent.com/acme"),
    ],
)
def test_what_a_change_of_trust_is_judged_by(url: str, expected: str) -> None:
    assert providers.trust_anchor(url) == expected


@given(st.text(max_size=60))
def test_every_text_has_an_anchor(text: str) -> None:
    for url in (text, f"https://{text}", f"https://login.microsoftonline.com/{text}"):
        assert isinstance(providers.trust_anchor(url), str)


@given(st.from_regex(r"[a-z]{1,9}(/[a-z0-9]{1,9}){0,3}", fullmatch=True))
def test_another_host_is_always_another_anchor(rest: str) -> None:
    assert providers.trust_anchor(f"https://a.example.com/{rest}") != providers.trust_anchor(
        f"https://b.example.com/{rest}"
    )


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://login.microsoftonline.com/{tenant}/v2.0", "TENANT-ID"),
        ("https://{domain}.okta.com/oauth2/default", "DOMAIN.okta.com"),
        ("https://YOUR_DOMAIN.auth0.com/", "TENANT.auth0.com"),
        ("https://api.asgardeo.io/t/<org>/oauth2/token", "ORGANIZATION"),
        ("https://kc.example.com/realms/{realm}", "REALM"),
        ("https://cognito-idp.{region}.amazonaws.com/{pool}", "POOL-ID"),
    ],
)
def test_what_to_write_instead_of_a_placeholder(url: str, words: str) -> None:
    hint = providers.instead_of_template(url)
    assert hint is not None
    assert words in hint


def test_an_unknown_provider_has_no_special_advice() -> None:
    assert providers.instead_of_template("https://idp.example.com/{x}") is None
    assert providers.about_token_endpoint("https://idp.example.com/cognito-idp.x") is None
    assert providers.known_exception("https://idp.example.com", "https://idp.example.net") is None


def test_patterns_of_the_table_are_sound() -> None:
    rows = [known.pattern for known in provider_table.KNOWN_EXCEPTIONS]
    rows += [pattern for pattern, _ in (*provider_table.INSTEAD, *provider_table.NO_TOKEN_ENDPOINT)]
    for pattern in (*rows, *host_table.TENANTS):
        assert re.compile(pattern)
    assert all(known.why for known in provider_table.KNOWN_EXCEPTIONS)
