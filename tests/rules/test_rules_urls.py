from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from idpctl.rules.catalog import RULES
from idpctl.rules.hits import is_error
from idpctl.rules.hosts import forbidden_kind
from idpctl.rules.url_parts import split
from idpctl.rules.url_rules import explain
from idpctl.rules.url_views import disagree
from idpctl.rules.urls import UrlPolicy, check_url, is_boring, is_usable

STRICT = UrlPolicy()
LOOPBACK = UrlPolicy(allow_loopback_http=True)
INSIDE = UrlPolicy(allow_networks=("10.0.0.0/8", "127.0.0.0/8"))
SECRET = "hunter2"

# What is boring, by field: no finding, and no slow way.
BORING = [
    "https://acme.okta.com/oauth2/default",
    "https://login.microsoftonline.com/6c1a5a2e-0000-4000-8000-000000000001/v2.0",
    "https://acme.eu.auth0.com/",
    "https://api.asgardeo.io/t/acme/oauth2/token",
    "https://idp.example.com:8443/realms/Acme_1/protocol/openid-connect/certs",
    "https://idp.example.com/application/o/acme/jwks/",
    "https://idp.example.com/.well-known/jwks.json",
    "https://a-b.example.co.uk",
    "https://localhosted.locals.homes/~x/v1.2",
]
# What is not boring, and still has nothing wrong with it.
FINE = [
    "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com",
    "https://my_tenant.example.com/token",
    "https://idp.example.com:49152/token",
    "https://idp.example.com/a+b,c;d=e:f/(g)/%C3%BC",
    "https://yourcompany.okta.com/oauth2/default",
    "https://x.arpa/",
    f"https://{'a' * 63}.example.com/{'b' * 300}",
]
BAD: list[tuple[str, str]] = [
    ("idp.example.com/token", "URL-01"),
    ("//idp.example.com/token", "URL-01"),
    ("https:/idp.example.com/token", "URL-01"),
    ("https:idp.example.com", "URL-01"),
    ("urn:acme:issuer", "URL-01"),
    ("ht tps://idp.example.com", "URL-01 URL-05"),
    ("{issuer}/token", "URL-01 URL-11"),
    ("ftp://idp.example.com/x", "URL-01"),
    ("file:///etc/passwd", "URL-01 URL-06"),
    ("http://idp.example.com/x", "URL-01"),
    ("http://127.0.0.1/x", "URL-01 URL-08"),
    ("http://[::1]:8080/x", "URL-01 URL-08"),
    ("http://localhost/x", "URL-01 URL-12"),
    ("http://localhost.example.com/x", "URL-01"),
    ("https://user@idp.example.com/x", "URL-02"),
    ("https://user:hunter2@idp.example.com/x", "URL-02"),
    ("https://@idp.example.com/x", "URL-02"),
    ("https://idp.example.com/x#frag", "URL-03"),
    ("https://idp.example.com/x#", "URL-03"),
    ("https://idp.example.com/x?p=1", "URL-04"),
    ("https://idp.example.com/x?", "URL-04"),
    ("https://idp.example.com/\tx", "URL-05"),
    ("https://idp.example.com/x\n", "URL-05"),
    ("https://idp.example.com/x\0", "URL-05"),
    (" https://idp.example.com/x", "URL-01 URL-05"),
    ("https://idp.example.com/x y", "URL-05"),
    ("https://idp.example.com/x\u00a0y", "URL-05"),
    ("https://idp.example.com/\u202ex", "URL-05"),
    ("https://idp.example.com/\u200bx", "URL-05"),
    ("https://idp.example.com/\ud800", "URL-05"),
    ("https://idp.example.com\\x", "URL-05 URL-14"),
    ("https://%69dp.example.com/x", "URL-05"),
    ("https://", "URL-06"),
    ("https:///x", "URL-06"),
    ("https://:8443/x", "URL-06"),
    ("https://idp.example.com:/x", "URL-06"),
    ("https://idp.example.com:0/x", "URL-06"),
    ("https://idp.example.com:65536/x", "URL-06"),
    ("https://idp.example.com:99999999999999999999/x", "URL-06"),
    ("https://idp.example.com:84x/x", "URL-06"),
    ("https://idp.example.com:\u0664\u0664\u0663/x", "URL-06"),
    ("https://idp.example.com:80:443/x", "URL-06"),
    ("https://idp..example.com/x", "URL-06"),
    ("https://.example.com/x", "URL-06"),
    ("https://idp!.example.com/x", "URL-06"),
    (f"https://{'a' * 64}.example.com/x", "URL-06"),
    (f"https://{'a.' * 126}ab.com/x", "URL-06"),
    ("https://::1/x", "URL-06"),
    ("https://[::1/x", "URL-06 URL-14"),
    ("https://[idp.example.com]/x", "URL-06 URL-14"),
    ("https://[127.0.0.1]/x", "URL-06 URL-14"),
    ("https://\U0001f600.example.com/x", "URL-06"),
    ("https://2130706433/x", "URL-07"),
    ("https://0x7f.1/x", "URL-07"),
    ("https://127.1/x", "URL-07"),
    ("https://0177.0.0.1/x", "URL-07"),
    ("https://127.0.0.1./x", "URL-07 URL-10"),
    ("https://1.2.3.4.5/x", "URL-07"),
    ("https://256.1.1.1/x", "URL-07"),
    ("https://\uff11\uff12\uff17.0.0.1/x", "URL-07"),
    ("https://127\u30020\u30020\u30021/x", "URL-07"),
    ("https://192.0.2.7/x", "URL-08"),
    ("https://[2001:db8::7]/x", "URL-08"),
    ("https://169.254.169.254/x", "URL-08!"),
    ("https://[::ffff:169.254.169.254]/x", "URL-08!"),
    ("https://0.0.0.0/x", "URL-08!"),
    ("https://b\u00fccher.example.com/x", "URL-09"),
    ("https://xn--bcher-kva.example.com/x", "URL-09"),
    ("https://xn--a.example.com/x", "URL-09"),
    ("https://\u0430pple.com/x", "URL-09"),
    ("https://idp.example.com:443/x", "URL-10"),
    ("https://idp.example.com:0443/x", "URL-10"),
    ("HTTPS://idp.example.com/x", "URL-10"),
    ("https://IDP.example.com/x", "URL-10"),
    ("https://idp.example.com./x", "URL-10"),
    ("https://idp.example.com//x", "URL-10"),
    ("https://idp.example.com/a/../x", "URL-10"),
    ("https://idp.example.com/a/.", "URL-10"),
    ("https://idp.example.com/a/%2e%2E/x", "URL-10"),
    ('https://idp.example.com/"x"', "URL-10"),
    ("https://idp.example.com/\u00fc", "URL-10"),
    ("https://login.microsoftonline.com/{tenantid}/v2.0", "URL-11"),
    ("https://login.microsoftonline.com/%7Btenantid%7D/v2.0", "URL-11"),
    ("https://<domain>.okta.com/oauth2/default", "URL-11"),
    ("https://${yourOktaDomain}/oauth2/default", "URL-11"),
    ("https://YOUR_DOMAIN/", "URL-11"),
    ("https://your-tenant.eu.auth0.com/", "URL-11"),
    ("https://login.microsoftonline.com/YOUR_TENANT/v2.0", "URL-11"),
    ("https://securetoken.google.com/$PROJECT_ID", "URL-11"),
    ("https://login.microsoftonline.com/\u2026/v2.0", "URL-10 URL-11"),
    ("https://idp/x", "URL-12"),
    ("https://idp.local/x", "URL-12"),
    ("https://idp.ns.svc/x", "URL-12"),
    ("https://idp.ns.svc.cluster.local/x", "URL-12"),
    ("https://router.home.arpa/x", "URL-12"),
    ("https://foo.localhost/x", "URL-12"),
    ("https://good.example.com\\@evil.example.net/x", "URL-02 URL-05 URL-14"),
    ("https://good.example.com#@evil.example.net/x", "URL-03 URL-14"),
    ("https://good.example.com?@evil.example.net/x", "URL-04 URL-14"),
    ("https://good.example.com\uff0f.evil.example.net/x", "URL-06 URL-14"),
    ("https://good.example.com\t.evil.example.net/x", "URL-05 URL-14"),
]


def shown(url: str, field: str = "issuer", policy: UrlPolicy = STRICT) -> str:
    return " ".join(sorted({hit.rule for hit in check_url(url, field, policy)}))


@pytest.mark.parametrize("url", BORING)
def test_boring_urls_pass_at_once(url: str) -> None:
    assert is_boring(url)
    assert shown(url) == ""
    assert explain(url, "issuer", STRICT) == []


@pytest.mark.parametrize("url", FINE)
def test_unusual_urls_can_be_fine_too(url: str) -> None:
    assert not is_boring(url)
    assert shown(url, "jwks_endpoint") == ""


@pytest.mark.parametrize(("url", "expected"), BAD)
def test_every_oddity_has_its_rule(url: str, expected: str) -> None:
    assert not is_boring(url)
    assert shown(url) == expected.replace("!", "")
    if expected.endswith("!"):
        assert not is_usable(url, "issuer", INSIDE)


@pytest.mark.parametrize(("url", "expected"), BAD)
def test_a_finding_is_never_without_words_and_never_shows_a_secret(url: str, expected: str) -> None:
    for hit in check_url(url.replace("user:", f"user:{SECRET}"), "issuer", STRICT):
        assert hit.rule in expected
        assert SECRET not in hit.message
        assert hit.message.isprintable()
        assert hit.path == "issuer"


@pytest.mark.parametrize(
    "url",
    [
        "https://user:hunter2@idp.example.com/x",
        "https://user:hunt/er2@idp.example.com/x",
        "https://user:hunter2/a@b@idp.example.com/x",
        "user:hunter2@idp.example.com",
        "https:user:hunter2@idp.example.com",
        "https://idp.example.com/x?client_secret=hunter2",
        "https://idp.example.com/x#access_token=hunter2",
        "http://idp.example.com:hunter2@/x",
    ],
)
def test_secrets_stay_out_of_every_message(url: str) -> None:
    hits = check_url(url, "token_endpoint", STRICT)
    assert hits
    assert not any("hunt" in hit.message or "er2" in hit.message for hit in hits)


def test_a_query_is_noted_on_endpoints_and_refused_on_issuers() -> None:
    url = "https://acme.b2clogin.com/acme.onmicrosoft.com/oauth2/v2.0/token?p=B2C_1_signin"
    assert is_usable(url, "token_endpoint", STRICT)
    assert not is_usable(url, "issuer", STRICT)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://idp.example.com/.well-known/openid-configuration", ""),
        ("https://idp.example.com/acme/.well-known/openid-configuration", ""),
        ("https://idp.example.com/.well-known/oauth-authorization-server/acme/x", ""),
        ("https://idp.example.com/.well-known/openid-configuration/acme", ""),
        ("https://idp.example.com/.well-known/openid-configuration?p=B2C_1_signin", "URL-04"),
        ("https://idp.example.com/.well-known/openid-configuration/", "URL-13"),
        ("https://idp.example.com/.well-known/openid_configuration", "URL-13"),
        ("https://idp.example.com/a/.well-known/openid-configuration/b", "URL-13"),
        ("https://idp.example.com/discovery.json", "URL-13"),
        ("https://idp.example.com", "URL-13!"),
        ("https://idp.example.com/", "URL-13!"),
        ("https://acme.okta.com/oauth2/default", "URL-13!"),
        ("https://login.microsoftonline.com/6c1a5a2e-0000-4000-8000-000000000001/v2.0", "URL-13!"),
    ],
)
def test_the_end_of_a_well_known_url(url: str, expected: str) -> None:
    assert shown(url, "well_known_url") == expected.replace("!", "")
    assert is_usable(url, "well_known_url", STRICT) == ("!" not in expected)


def test_an_issuer_in_the_place_of_a_document_is_told_what_to_append() -> None:
    (hit,) = check_url("https://acme.okta.com/oauth2/default", "well_known_url", STRICT)
    assert hit.hint == "Append /.well-known/openid-configuration to it."


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "[::1]", "LOCALHOST"])
def test_plain_http_is_possible_on_loopback_literals_where_it_is_allowed(host: str) -> None:
    url = f"http://{host}:9090/realms/acme"
    assert shown(url, policy=LOOPBACK) == ("URL-10" if host.isupper() else "")
    assert "URL-01" in shown(url)


@pytest.mark.parametrize("host", ["127.1", "localhost.", "foo.localhost", "192.0.2.7", "10.0.0.1", "0.0.0.1"])
def test_nothing_else_counts_as_a_loopback_literal(host: str) -> None:
    assert "URL-01" in shown(f"http://{host}:9090/realms/acme", policy=LOOPBACK)


def test_entra_templates_are_told_which_url_to_use() -> None:
    (hit,) = check_url("https://login.microsoftonline.com/{tenantid}/v2.0", "issuer", STRICT)
    assert hit.hint is not None
    assert "https://login.microsoftonline.com/TENANT-ID/v2.0/.well-known/openid-configuration" in hit.hint


def test_labels_are_shown_beside_what_they_stand_for() -> None:
    (hit,) = check_url("https://b\u00fccher.example.com/", "issuer", STRICT)
    assert "xn--bcher-kva.example.com" in hit.message
    (hit,) = check_url("https://xn--bcher-kva.example.com/", "issuer", STRICT)
    assert "b\u00fccher.example.com" in hit.message


PIECES = st.sampled_from(
    [
        *["https://", "http://", "HTTPS://", "//", "/", "\\", "?", "#", "@", ":", ".", "..", "%2e", "%", " "],
        *["a", "idp", "Idp", "example", "com", "co.uk", "local", "svc", "arpa", "home", "localhost", "xn--a"],
        *["127.0.0.1", "127.1", "0x7f", "1", "443", ":443", ":8443", ":65536", "[::1]", "\u00fc", "\u3002"],
        *[
            "{t}",
            "$",
            "<o>",
            "your",
            "YOUR_",
            "\t",
            "\n",
            "\0",
            ".well-known",
            "/.well-known/openid-configuration",
        ],
        *["-", "_", "~", "v2.0", "a" * 63, "b" * 64],
    ]
)


def is_public(url: str) -> bool:
    """Say whether a document may hand out `url`, for all that its host says (DSC-10)."""
    parts = split(url)
    return parts is not None and parts.scheme == "https" and forbidden_kind(parts.host, STRICT) is None


@given(st.lists(PIECES, max_size=9).map("".join) | st.text(max_size=40))
@example("https://a.bb:443")
@example("https://a.home.arpa/")
@settings(max_examples=400)
def test_the_fast_way_is_never_laxer_than_the_rules(url: str) -> None:
    for candidate in (url, f"https://{url}", f"https://idp.example.com/{url}", f"https://idp.{url}"):
        if is_boring(candidate):
            assert explain(candidate, "issuer", STRICT) == []
            assert not disagree(candidate)
            assert is_public(candidate)


@given(st.from_regex(r"https://[a-z0-9.-]{1,30}(:[0-9]{1,5})?(/[A-Za-z0-9._~-]{0,12}){0,4}", fullmatch=True))
def test_the_fast_way_is_never_laxer_on_what_it_mostly_sees(url: str) -> None:
    if is_boring(url):
        assert explain(url, "jwks_endpoint", STRICT) == []
        assert is_public(url)


@given(st.text(max_size=60), st.sampled_from(["issuer", "token_endpoint", "well_known_url"]))
def test_no_text_at_all_breaks_the_rules(text: str, field: str) -> None:
    for hit in explain(text, field, STRICT):
        assert hit.rule in RULES
        assert isinstance(is_error(hit), bool)


def test_forty_thousand_boring_urls_cost_little() -> None:
    urls = [f"https://idp{index}.example.com/oauth2/default/v1/keys" for index in range(40_000)]
    begin = time.process_time()
    assert all(map(is_boring, urls))
    assert time.process_time() - begin < 1.0  # 0.04 s on an idle machine: only a change of order is caught


def test_hostile_lengths_do_not_make_the_pattern_slow() -> None:
    begin = time.process_time()
    for url in ("https://" + "a." * 50_000, "https://a.bb/" + "a/" * 50_000, "https://" + "y" * 100_000):
        assert not is_boring(url)
        assert check_url(url, "issuer", STRICT) is not None
    assert time.process_time() - begin < 5.0


def test_ids_in_the_table_are_known() -> None:
    assert set(re.findall(r"URL-\d\d", " ".join(ids for _, ids in BAD))) <= RULES.keys()
