from __future__ import annotations

from typing import Any

import pytest

from idpctl.documents import Document, Fetched, Unreachable
from idpctl.errors import Severity
from idpctl.http import NETWORK_RULES
from idpctl.resolve import resolve
from idpctl.rules import check
from idpctl.rules.all import all_rules
from idpctl.rules.issuers import base_of, belongs
from idpctl.rules.urls import UrlPolicy
from tests.rules.running import HOST, answer, document_of, pinned, provider, run, weights

WELL_KNOWN = f"{HOST}/.well-known/openid-configuration"
GUID = "6c1a5a2e-0000-4000-8000-000000000001"
ENTRA = "https://login.microsoftonline.com"
POLICY = UrlPolicy()
CASES = "url issuer expected"


def read(content: Any, declared: Any = None, **given: Any) -> tuple[Document | None, list[tuple[str, str]]]:
    declared = declared or provider()
    response = answer(declared.well_known_url, content, **given)
    document, problems = check.check_document(declared, response, POLICY)
    return document, weights(problems)


def served(url: str, issuer_served: str, /, **written: str) -> list[tuple[str, str]]:
    members = {**document_of(url), "issuer": issuer_served}
    declared = provider(well_known_url=url, **written)
    return weights(check.check_document(declared, answer(url, members), POLICY)[1])


# Reading -----------------------------------------------------------------------------------


def test_a_healthy_document_is_read_whole() -> None:
    members = {**document_of(WELL_KNOWN), "scopes_supported": ["openid"]}
    document, found = read(members)
    assert found == []
    assert document == Document(
        url=WELL_KNOWN,
        issuer=HOST,
        token_endpoint=f"{HOST}/token",
        jwks_uri=f"{HOST}/keys",
        members=members,
    )


@pytest.mark.parametrize(
    "status", [100, 201, 204, 301, 302, 304, 307, 308, 400, 401, 403, 404, 410, 500, 503]
)
def test_only_200_is_an_answer(status: int) -> None:
    assert read(document_of(WELL_KNOWN), status=status) == (None, [("DSC-01", "error")])


def test_a_redirect_shows_its_target_without_secrets() -> None:
    location = "https://user:hunter2@other.example.net/x?code=hunter2#hunter2"
    response = Fetched(url=WELL_KNOWN, status=302, location=location)
    (problem,) = check.check_document(provider(), response, POLICY)[1]
    assert "Location" in problem.message
    assert "other.example.net/x" in problem.message
    assert "hunter2" not in problem.message


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/json", []),
        ("Application/JSON; charset=utf-8", []),
        ("application/jwk-set+json", []),
        ("text/plain", [("DSC-03", "warning")]),
        ("application/octet-stream", [("DSC-03", "warning")]),
        ("", [("DSC-03", "warning")]),
        ("text/html; charset=utf-8", [("DSC-03", "error")]),
        ("application/xhtml+xml", [("DSC-03", "error")]),
    ],
)
def test_the_label_is_judged_and_the_content_read_all_the_same(
    content_type: str, expected: list[tuple[str, str]]
) -> None:
    document, found = read(document_of(WELL_KNOWN), content_type=content_type)
    assert document is not None
    assert found == expected


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "Expecting value"),
        (b"<!doctype html><p>Sign in", "Expecting value"),
        (b"[1]", "not an object"),
        (b"null", "not an object"),
        (b'"text"', "not an object"),
        (b'{"issuer": "a", "issuer": "b"}', '"issuer" is there twice'),
        (b'{"x": NaN}', "NaN"),
        (b"[" * 100_000, "larger than 64 KiB"),
        (b"[" * 60_000, "nested deeper"),
        (b'{"x": ' + b"9" * 5_000 + b"}", "5000 digits"),
        (b'\xef\xbb\xbf{"issuer": "a"}', "byte order mark"),
        ('{"issuer": "a"}'.encode("utf-16"), "not UTF-8"),
        (b"{" + b" " * 70_000 + b"}", "larger than 64 KiB"),
    ],
)
def test_what_is_not_one_strict_object_is_refused(body: bytes, words: str) -> None:
    response = answer(WELL_KNOWN, body)
    document, (problem,) = check.check_document(provider(), response, POLICY)
    assert document is None
    assert (problem.rule, problem.severity) == ("DSC-02", Severity.ERROR)
    assert words in problem.message


def test_a_page_for_people_is_called_one() -> None:
    page = answer(WELL_KNOWN, b"  <html>Sign in</html>", content_type="text/html")
    found = check.check_document(provider(), page, POLICY)[1]
    assert weights(found) == [("DSC-03", "error"), ("DSC-02", "error")]
    assert "login page" in (found[1].hint or "")


@pytest.mark.parametrize(("declared", "expected"), [(provider(), "error"), (pinned(), "warning")])
def test_no_answer_is_the_networks_own_finding(declared: Any, expected: str) -> None:
    nothing = Unreachable(url=WELL_KNOWN, rule="NET-01", reason="no answer in time")
    document, problems = check.check_document(declared, nothing, POLICY)
    assert document is None
    assert weights(problems) == [("NET-01", expected)]
    assert problems[0].path == "well_known_url"
    assert "no answer in time" in problems[0].message


@pytest.mark.parametrize("rule", [*(rule.id for rule in NETWORK_RULES), "DSC-02"])
def test_no_answer_advises_what_its_rule_does(rule: str) -> None:
    nothing = Unreachable(url=WELL_KNOWN, rule=rule, reason="no answer in time")
    _, (problem,) = check.check_document(provider(), nothing, POLICY)
    assert (problem.rule, problem.hint) == (rule, all_rules()[rule].hint)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"status": 404}, [("DSC-01", "warning")]),
        ({"content": b"<html>", "content_type": "text/html"}, [("DSC-03", "warning"), ("DSC-02", "warning")]),
        ({"content": b"[]"}, [("DSC-02", "warning")]),
    ],
)
def test_an_unreadable_document_is_a_warning_where_nothing_is_taken_from_it(
    given: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    content = given.pop("content", b"{}")
    assert read(content, pinned(), **given) == (None, expected)


# Types and missing members -----------------------------------------------------------------


@pytest.mark.parametrize("value", [None, 7, True, ["https://idp.example.com"], {"a": 1}])
@pytest.mark.parametrize("member", ["issuer", "token_endpoint", "jwks_uri"])
def test_a_member_that_is_no_text_is_an_error_once(member: str, value: Any) -> None:
    document, found = read({**document_of(WELL_KNOWN), member: value})
    assert found == [("DSC-04", "error")]
    assert resolve(provider(), document) is None


@pytest.mark.parametrize("value", ["", None])
def test_an_issuer_without_text_is_no_issuer(value: str | None) -> None:
    assert read({**document_of(WELL_KNOWN), "issuer": value})[1] == [("DSC-04", "error")]


def test_a_missing_issuer_is_an_error_unless_it_is_written() -> None:
    members = document_of(WELL_KNOWN)
    del members["issuer"]
    assert read(members)[1] == [("DSC-04", "error")]
    assert read(members, provider(issuer=HOST))[1] == [("DSC-04", "warning")]


@pytest.mark.parametrize(
    ("member", "field"), [("token_endpoint", "token_endpoint"), ("jwks_uri", "jwks_endpoint")]
)
def test_a_missing_endpoint_is_an_error_unless_it_is_written(member: str, field: str) -> None:
    members = document_of(WELL_KNOWN)
    del members[member]
    assert read(members)[1] == [("DSC-08", "error")]
    assert read({**members, member: ""})[1] == [("DSC-08", "error")]
    assert read(members, provider(**{field: f"{HOST}/x"}))[1] == []


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (
            "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_x/.well-known/openid-configuration",
            "domain",
        ),
        ("https://token.actions.githubusercontent.com/.well-known/openid-configuration", "workloads"),
        ("https://oidc.eks.eu-west-1.amazonaws.com/id/X1/.well-known/openid-configuration", "workloads"),
        ("https://idp.example.com/.well-known/openid-configuration", "Write the endpoint"),
    ],
)
def test_a_missing_token_endpoint_is_explained_where_it_is_usual(url: str, words: str) -> None:
    example = {"provider": {"well_known_url": url}, "document": {}, "without": ["token_endpoint"]}
    (problem,) = run(example)
    assert words in (problem.hint or "")


# The issuer and its URL --------------------------------------------------------------------

OIDC = ".well-known/openid-configuration"
OAUTH = ".well-known/oauth-authorization-server"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"https://a.example.com/{OIDC}", "https://a.example.com"),
        (f"https://a.example.com/x/y/{OIDC}", "https://a.example.com/x/y"),
        (f"https://a.example.com/x/{OIDC}/", "https://a.example.com/x"),
        (f"https://a.example.com/x/{OIDC}?p=B2C_1_x", "https://a.example.com/x"),
        (f"https://a.example.com/x/{OAUTH}", "https://a.example.com/x"),
        (f"https://a.example.com/{OAUTH}/x/y", "https://a.example.com/x/y"),
        (f"https://a.example.com/{OIDC}/x", "https://a.example.com/x"),
        (f"https://A.example.com:8443/{OAUTH}/x", "https://A.example.com:8443/x"),
        ("https://a.example.com/discovery.json", None),
        (f"https://a.example.com/x/{OIDC}/y", None),
        ("a.example.com", None),
    ],
)
def test_the_issuer_that_a_url_speaks_for(url: str, expected: str | None) -> None:
    assert base_of(url) == expected


@pytest.mark.parametrize(
    ("issuer", "url", "expected"),
    [
        ("https://a.example.com", f"https://a.example.com/{OIDC}", True),
        ("https://a.example.com/", f"https://a.example.com/{OIDC}", True),
        ("https://a.example.com//", f"https://a.example.com/{OIDC}", False),
        ("https://a.example.com/x", f"https://a.example.com/{OIDC}", False),
        ("https://A.example.com", f"https://a.example.com/{OIDC}", False),
        ("https://a.example.com:443", f"https://a.example.com/{OIDC}", False),
        ("http://a.example.com", f"https://a.example.com/{OIDC}", False),
        ("https://a.example.com/x/", f"https://a.example.com/{OAUTH}/x", True),
        ("https://a.example.com", f"https://a.example.com/{OAUTH}/x", False),
        # Where the end of the URL is not a known one, a part of it up to a slash will do.
        ("https://a.example.com/x", "https://a.example.com/x/metadata.json", True),
        ("https://a.example.com", "https://a.example.com/x/metadata.json", True),
        ("https://a.example.co", "https://a.example.com/x/metadata.json", False),
        ("https:/", "https://a.example.com/x/metadata.json", False),
        ("", "https://a.example.com/x/metadata.json", False),
    ],
)
def test_an_issuer_belongs_to_its_url_byte_for_byte(issuer: str, url: str, expected: bool) -> None:
    assert belongs(issuer, url) is expected


KNOWN = [
    (f"{ENTRA}/{GUID}/{OIDC}", f"https://sts.windows.net/{GUID}/"),
    (f"https://login.windows.net/{GUID}/{OIDC}", f"https://sts.windows.net/{GUID}/"),
    (f"{ENTRA}/acme.onmicrosoft.com/{OIDC}", f"https://sts.windows.net/{GUID}/"),
    (f"{ENTRA}/acme.onmicrosoft.com/v2.0/{OIDC}", f"{ENTRA}/{GUID}/v2.0"),
    (f"{ENTRA}/consumers/v2.0/{OIDC}", f"{ENTRA}/{GUID}/v2.0"),
    (f"{ENTRA}/{GUID}/{OIDC}?p=B2C_1_x", f"https://sts.windows.net/{GUID}/"),
    (
        f"https://acme.b2clogin.com/acme.onmicrosoft.com/B2C_1_x/v2.0/{OIDC}",
        f"https://acme.b2clogin.com/{GUID}/v2.0/",
    ),
    (
        f"https://acme.b2clogin.com/tfp/acme.onmicrosoft.com/B2C_1_x/v2.0/{OIDC}",
        f"https://acme.b2clogin.com/tfp/{GUID}/b2c_1_x/v2.0/",
    ),
    (f"https://acme.ciamlogin.com/{GUID}/v2.0/{OIDC}", f"https://{GUID}.ciamlogin.com/{GUID}/v2.0"),
    (f"https://acme.onelogin.com/oidc/{OIDC}", "https://openid-connect.onelogin.com/oidc"),
    (f"https://idcs-0a1b.identity.oraclecloud.com/{OIDC}", "https://identity.oraclecloud.com/"),
    (
        f"https://acme.forgeblocks.com/am/oauth2/realms/root/realms/alpha/{OIDC}",
        "https://acme.forgeblocks.com:443/am/oauth2/alpha",
    ),
    (f"https://is.example.com/{OIDC}", "https://is.example.com/oauth2/token"),
    (
        f"https://is.example.com/t/acme/oauth2/oidcdiscovery/{OIDC}",
        "https://is.example.com/t/acme/oauth2/token",
    ),
    (f"https://uaa.example.com/{OIDC}", "https://uaa.example.com/oauth/token"),
    (f"https://acme.okta.com/oauth2/default/{OIDC}", "https://login.example.com/oauth2/default"),
    (f"https://kc.internal.example.com/realms/a/{OIDC}", "https://login.example.com/realms/a"),
    (f"https://kubernetes.default.svc/{OIDC}", "https://kubernetes.default.svc.cluster.local"),
    (f"https://limited.facebook.com/{OIDC}/", "https://www.facebook.com"),
    (f"https://login.windows.net/{GUID}/v2.0/{OIDC}", f"{ENTRA}/{GUID}/v2.0"),
    (f"https://www.paypalobjects.com/{OIDC}", "https://www.paypal.com"),
    (f"https://www.linkedin.com/oauth/{OIDC}", "https://www.linkedin.com"),
    (
        "https://developer.api.intuit.com/.well-known/openid_configuration",
        "https://oauth.platform.intuit.com/op/v1",
    ),
]


@pytest.mark.parametrize(("url", "issuer"), KNOWN)
def test_known_exceptions_are_explained_and_need_the_override(url: str, issuer: str) -> None:
    found = dict(served(url, issuer))
    assert (found["DSC-05"], found["DSC-07"]) == ("error", "warning")
    found = dict(served(url, issuer, issuer=issuer))
    assert "DSC-05" not in found
    assert found["DSC-07"] == "warning"


@pytest.mark.parametrize(
    ("url", "issuer"),
    [
        (f"{ENTRA}/{GUID}/{OIDC}", "https://sts.windows.net/00000000-0000-4000-8000-00000000000f/"),
        (f"https://idp.example.com/{GUID}/{OIDC}", f"https://sts.windows.net/{GUID}/"),
        (f"{ENTRA}/acme.onmicrosoft.com/v2.0/{OIDC}", f"https://login.example.net/{GUID}/v2.0"),
        (f"https://evil.example.net/oauth2/default/{OIDC}", "https://acme.okta.com/oauth2/default"),
        (f"https://is.example.com/{OIDC}", "https://other.example.com/oauth2/token"),
        (WELL_KNOWN, "https://attacker.example.net"),
        (f"https://idp.example.com:443/{OIDC}", "https://idp.example.com"),
        ("https://idp.example.com/metadata.json", "https://other.example.com"),
    ],
)
def test_all_others_are_errors_and_warnings_with_an_override(url: str, issuer: str) -> None:
    assert dict(served(url, issuer))["DSC-05"] == "error"
    for override in (issuer, "https://third.example.com"):
        assert dict(served(url, issuer, issuer=override))["DSC-05"] == "warning"


def test_a_template_is_named_as_one_and_not_as_a_foreign_issuer() -> None:
    url = f"{ENTRA}/common/v2.0/{OIDC}"
    issuer = f"{ENTRA}/{{tenantid}}/v2.0"
    assert served(url, issuer) == [("DSC-07", "warning"), ("URL-11", "error")]
    assert served(url, issuer, issuer=f"{ENTRA}/{GUID}/v2.0") == [("DSC-07", "warning")]


@pytest.mark.parametrize(
    "written",
    [
        f"{HOST}/acme/",
        "https://IDP.example.com/acme",
        f"{HOST}:443/acme",
        f"{HOST}/ACME",
        "HTTPS://idp.example.com/acme",
    ],
)
def test_a_slip_in_an_override_is_an_error_that_shows_the_place(written: str) -> None:
    url = f"{HOST}/acme/{OIDC}"
    members = document_of(url)
    declared = provider(well_known_url=url, issuer=written)
    (problem,) = check.check_document(declared, answer(url, members), POLICY)[1]
    assert (problem.rule, problem.severity, problem.path) == ("DSC-06", Severity.ERROR, "issuer")
    assert problem.message.count("^") == 3


def test_the_caret_stands_before_the_first_difference() -> None:
    found = check.check_document(
        provider(issuer=f"{HOST}/"), answer(WELL_KNOWN, document_of(WELL_KNOWN)), POLICY
    )[1]
    assert found[0].message == (
        'written "https://idp.example.com^/", served "https://idp.example.com^": they differ at the ^'
    )


def test_the_slip_is_shown_without_a_password() -> None:
    found = served(
        WELL_KNOWN, "https://user:hunter2@idp.example.com", issuer="https://user:hunter2@idp.example.com/"
    )
    assert ("DSC-06", "error") in found
    members = {**document_of(WELL_KNOWN), "issuer": "https://user:hunter2@idp.example.com"}
    declared = provider(issuer="https://user:hunter2@idp.example.com/")
    for problem in check.check_document(declared, answer(WELL_KNOWN, members), POLICY)[1]:
        assert "hunter2" not in problem.message


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({}, []),
        ({"issuer": HOST}, []),
        ({"issuer": "https://other.example.com"}, ["DSC-12"]),
        ({"token_endpoint": f"{HOST}/token"}, []),
        ({"token_endpoint": f"{HOST}/token/"}, ["DSC-12"]),
        ({"jwks_endpoint": "https://keys.example.com"}, ["DSC-12"]),
        ({"issuer": "https://o.example.com", "token_endpoint": HOST, "jwks_endpoint": HOST}, ["DSC-12"] * 3),
    ],
)
def test_overrides_are_compared_with_what_is_served(written: dict[str, str], expected: list[str]) -> None:
    assert served(WELL_KNOWN, HOST, **written) == [(rule, "warning") for rule in expected]


# What is handed out ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        (f"{HOST}/keys", []),
        ("http://idp.example.com/keys", ["DSC-10"]),
        ("http://127.0.0.1/keys", ["DSC-10"]),
        ("https://localhost/keys", ["DSC-10"]),
        ("https://foo.localhost/keys", ["DSC-10"]),
        ("https://127.0.0.1/keys", ["DSC-10"]),
        ("https://[::1]/keys", ["DSC-10"]),
        ("https://10.1.2.3/keys", ["DSC-10"]),
        ("https://172.18.0.5:6443/openid/v1/jwks", ["DSC-10"]),
        ("https://169.254.169.254/latest/meta-data", ["DSC-10"]),
        ("https://[fd00:ec2::254]/", ["DSC-10"]),
        ("https://[::ffff:10.0.0.1]/", ["DSC-10"]),
        ("https://[64:ff9b::a9fe:a9fe]/", ["DSC-10"]),
        ("https://8.8.8.8/keys", ["URL-08"]),
        ("https://2130706433/keys", ["URL-07"]),
        ("https://user:pw@idp.example.com/keys", ["URL-02"]),
        ("keys.json", ["URL-01"]),
        ("file:///etc/passwd", ["URL-01", "URL-06"]),
        ("https://keys.internal/keys", ["URL-12"]),
        ("https://idp.example.com:443/keys", ["URL-10"]),
        ("https://login.example.com/{tenant}/keys", ["URL-11"]),
    ],
)
def test_served_endpoints_are_judged_like_written_ones_and_harder(endpoint: str, expected: list[str]) -> None:
    members = {**document_of(WELL_KNOWN), "jwks_uri": endpoint}
    assert [rule for rule, _ in read(members)[1]] == expected
    assert [rule for rule, _ in read(members, provider(jwks_endpoint=f"{HOST}/keys"))[1]] == (
        [] if endpoint == f"{HOST}/keys" else ["DSC-12"]
    )


@pytest.mark.parametrize(
    ("endpoint", "policy", "allowed"),
    [
        ("https://10.1.2.3/keys", UrlPolicy(allow_networks=("10.0.0.0/8",)), True),
        ("https://10.1.2.3/keys", UrlPolicy(allow_networks=("192.168.0.0/16",)), False),
        ("https://localhost/keys", UrlPolicy(allow_networks=("127.0.0.0/8",)), True),
        ("https://localhost/keys", UrlPolicy(allow_loopback_http=True), True),
        ("http://localhost/keys", UrlPolicy(allow_loopback_http=True), False),
        ("https://169.254.169.254/", UrlPolicy(allow_networks=("0.0.0.0/0",)), False),
    ],
)
def test_networks_are_opened_by_the_operator_alone(endpoint: str, policy: UrlPolicy, allowed: bool) -> None:
    members = {**document_of(WELL_KNOWN), "jwks_uri": endpoint}
    document, problems = check.check_document(provider(), answer(WELL_KNOWN, members), policy)
    assert ("DSC-10" not in {problem.rule for problem in problems}) is allowed
    assert (check.key_set_url(provider(), document, policy) is not None) is allowed


def test_a_document_on_loopback_may_hand_out_loopback() -> None:
    base = "http://localhost:9090/realms/acme"
    url = f"{base}/{OIDC}"
    policy = UrlPolicy(allow_loopback_http=True)
    declared = provider(well_known_url=url)
    document, problems = check.check_document(declared, answer(url, document_of(url)), policy)
    assert problems == []
    assert check.key_set_url(declared, document, policy) == f"{base}/keys"


def test_what_was_said_of_a_host_once_is_not_said_again() -> None:
    url = f"https://idp.corp/{OIDC}"
    declared = provider(well_known_url=url)
    assert weights(check.check_declared(declared, POLICY)) == [("URL-12", "warning")]
    assert weights(check.check_document(declared, answer(url, document_of(url)), POLICY)[1]) == []


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["RS256"], []),
        (["HS256", "RS256"], []),
        (["HS256"], ["DSC-11"]),
        (["none"], ["DSC-11"]),
        (["none", "HS512"], ["DSC-11"]),
        (["EdDSA"], []),
        ([], []),
        ("RS256", []),
        ([7], []),
        (None, []),
    ],
)
def test_algorithms_need_a_public_key(names: Any, expected: list[str]) -> None:
    members = {**document_of(WELL_KNOWN), "id_token_signing_alg_values_supported": names}
    assert [rule for rule, _ in read(members)[1]] == expected


@pytest.mark.parametrize(
    ("value", "written", "expected"),
    [
        ("http://idp.example.com/adfs/services/trust", None, [("DSC-13", "info")]),
        (HOST, None, []),
        (7, None, []),
        ("http://idp.example.com/trust", "http://idp.example.com/trust", [("DSC-12", "warning")]),
    ],
)
def test_another_issuer_of_access_tokens_is_noted(
    value: Any, written: str | None, expected: list[tuple[str, str]]
) -> None:
    members = {**document_of(WELL_KNOWN), "access_token_issuer": value}
    assert read(members, provider(issuer=written))[1] == expected


# Which key set to read ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "document", "expected"),
    [
        (None, None, None),
        (None, Document(url=WELL_KNOWN), None),
        (None, Document(url=WELL_KNOWN, jwks_uri=""), None),
        (None, Document(url=WELL_KNOWN, jwks_uri=f"{HOST}/keys"), f"{HOST}/keys"),
        (None, Document(url=WELL_KNOWN, jwks_uri="https://169.254.169.254/"), None),
        (None, Document(url=WELL_KNOWN, jwks_uri="http://idp.example.com/keys"), None),
        (None, Document(url=WELL_KNOWN, jwks_uri="https://keys.internal/keys"), "https://keys.internal/keys"),
        (f"{HOST}/mine", None, f"{HOST}/mine"),
        (f"{HOST}/mine", Document(url=WELL_KNOWN, jwks_uri=f"{HOST}/keys"), f"{HOST}/mine"),
        ("http://idp.example.com/mine", None, None),
        ("https://user:pw@idp.example.com/mine", None, None),
    ],
)
def test_the_key_set_to_read(written: str | None, document: Document | None, expected: str | None) -> None:
    assert check.key_set_url(provider(jwks_endpoint=written), document, POLICY) == expected
