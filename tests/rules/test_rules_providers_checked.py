from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idpctl.errors import Problem, Severity
from idpctl.model import Desired, IdentityProvider, Places
from idpctl.resolve import resolve
from idpctl.rules import check
from idpctl.rules.suppressions import weigh
from idpctl.rules.urls import UrlPolicy
from tests.rules.running import HOST, pinned, provider, weights

POLICY = UrlPolicy()
GUID = "6c1a5a2e-0000-4000-8000-000000000001"
ENTRA = "https://login.microsoftonline.com"
V1 = f"https://sts.windows.net/{GUID}/"
V2 = f"{ENTRA}/{GUID}/v2.0"


def declared(**fields: Any) -> list[tuple[str, str]]:
    return weights(check.check_declared(provider(**fields), POLICY))


def resolved(**fields: Any) -> list[tuple[str, str]]:
    desired = resolve(pinned(**fields), None)
    assert desired is not None
    return weights(check.check_resolved(desired, None, POLICY))


# What is written ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("OktaWorkforce", []),
        ("okta-workforce_1.2", []),
        ("B\u00fccher", []),
        ("\u65e5\u672c", []),
        ("", [("CFG-01", "error")]),
        ("  ", [("CFG-01", "error")]),
        ("a\tb", [("CFG-09", "error")]),
        ("a\nb", [("CFG-09", "error")]),
        ("a\u202eb", [("CFG-09", "error")]),
        ("a\u200bb", [("CFG-09", "error")]),
        ("a\ud800", [("CFG-09", "error")]),
        ("a b", [("CFG-09", "warning")]),
        (" a", [("CFG-09", "warning")]),
        ("a\u00a0b", [("CFG-09", "warning")]),
    ],
)
def test_names(name: str, expected: list[tuple[str, str]]) -> None:
    assert declared(name=name) == expected


@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        ("api://default", []),
        (GUID, []),
        ("https://api.example.com/\u00fc?x=1#y", []),
        ("", [("CFG-01", "error")]),
        ("\u00a0", [("CFG-01", "error")]),
        ("api://default ", [("CFG-10", "error")]),
        ("\u00a0api://default", [("CFG-10", "error")]),
        ("api://default\n", [("CFG-10", "error")]),
        ("api://\u200bdefault", [("CFG-10", "error")]),
        ("my api", [("CFG-10", "warning")]),
    ],
)
def test_audiences(audience: str, expected: list[tuple[str, str]]) -> None:
    assert declared(allowed_token_audience=audience) == expected


@pytest.mark.parametrize("field", ["well_known_url", "issuer", "token_endpoint", "jwks_endpoint"])
def test_every_url_that_is_written_is_judged_as_its_field(field: str) -> None:
    assert declared(**{field: " "}) == [("CFG-01", "error")]
    (problem,) = check.check_declared(
        provider(**{field: "http://idp.example.com/.well-known/openid-configuration"}), POLICY
    )
    assert (problem.rule, problem.path, problem.address) == ("URL-01", field, "workforce")


def test_a_finding_stands_where_the_value_is_written() -> None:
    places = Places(file="idpctl.yaml", names=("name",), packed=(3 * 4096 + 3, 4 * 4096 + 11))
    (problem,) = check.check_declared(provider(name="a b", places=(places,)), POLICY)
    assert str(problem.source) == "idpctl.yaml:4:11"


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=40))
def test_no_text_breaks_the_offline_checks(name: str, audience: str, url: str) -> None:
    for problem in check.check_declared(
        pinned(name=name, allowed_token_audience=audience, well_known_url=url, issuer=url), POLICY
    ):
        assert problem.severity in Severity


# Suppressing -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("suppress", "expected"),
    [
        ({}, []),
        ({"DSC-09": "on purpose"}, []),
        ({"URL-01": "AD FS"}, []),
        ({"SCH-02": "on purpose"}, []),
        ({"DSC-09": ""}, ["CFG-16"]),
        ({"DSC-09": " \t"}, ["CFG-16"]),
        ({"DSC-99": "on purpose"}, ["CFG-15"]),
        ({"dsc-09": "on purpose"}, ["CFG-15"]),
        ({"": "on purpose"}, ["CFG-15"]),
        ({"CFG-01": "on purpose"}, ["CFG-17"]),
        ({"CFG-25": "on purpose"}, ["CFG-17"]),
        ({"NET-02": "on purpose"}, ["CFG-17"]),
        ({"YML-01": "on purpose"}, ["CFG-17"]),
        ({"PLN-01": "on purpose", "DSC-99": ""}, ["CFG-17", "CFG-15", "CFG-16"]),
    ],
)
def test_what_suppress_may_say(suppress: dict[str, str], expected: list[str]) -> None:
    assert declared(suppress=suppress) == [(rule, "error") for rule in expected]


@pytest.mark.parametrize(
    ("written", "meant"), [("dsc-09", "DSC-09"), ("DSC_09", "DSC-09"), ("JKW-03", "JWK-03")]
)
def test_a_misspelt_rule_is_put_right(written: str, meant: str) -> None:
    (problem,) = check.check_declared(provider(suppress={written: "on purpose"}), POLICY)
    assert problem.hint == f"Did you mean {meant}?"


def test_a_rule_unlike_any_other_has_the_general_hint() -> None:
    (problem,) = check.check_declared(provider(suppress={"everything": "on purpose"}), POLICY)
    assert problem.hint == "List the rules with: idpctl explain"


def problem_of(rule: str, severity: Severity, path: str | None = None, address: str | None = "a") -> Problem:
    return Problem(rule=rule, severity=severity, message="m", address=address, path=path)


@pytest.mark.parametrize(
    ("problem", "suppress", "expected"),
    [
        (problem_of("DSC-09", Severity.WARNING), {"a": {"DSC-09": " why "}}, "why"),
        (problem_of("DSC-05", Severity.ERROR), {"a": {"DSC-05": "why"}}, "why"),
        (problem_of("DSC-09", Severity.WARNING), {"b": {"DSC-09": "why"}}, None),
        (problem_of("DSC-09", Severity.WARNING), {"a": {"DSC-08": "why"}}, None),
        (problem_of("DSC-09", Severity.WARNING), {"a": {"DSC-09": "  "}}, None),
        (problem_of("CFG-08", Severity.INFO, address=None), {"a": {"CFG-08": "why"}}, None),
        (problem_of("DSC-10", Severity.ERROR), {"a": {"DSC-10": "why"}}, None),
        (problem_of("NET-01", Severity.ERROR), {"a": {"NET-01": "why"}}, None),
        (problem_of("URL-01", Severity.ERROR, "issuer"), {"a": {"URL-01": "why"}}, "why"),
        (problem_of("URL-01", Severity.ERROR, "jwks_endpoint"), {"a": {"URL-01": "why"}}, None),
    ],
)
def test_a_reason_counts_where_the_rule_lets_it(
    problem: Problem, suppress: dict[str, dict[str, str]], expected: str | None
) -> None:
    for strict in (False, True):
        (weighed,) = check.weigh([problem], suppress, strict)
        assert weighed.suppressed == expected
        assert weighed.blocks == (expected is None and weighed.severity is Severity.ERROR)


def test_strict_makes_errors_of_warnings_alone() -> None:
    problems = [problem_of("DSC-09", severity) for severity in Severity]
    assert [p.severity for p in weigh(problems, {}, strict=True)] == ["error", "error", "info"]
    assert weigh(problems, {}, strict=False) == problems
    assert check.weigh([], {}, strict=True) == []


# What is resolved --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "issuer", "audience", "expected"),
    [
        ("microsoft", V2, GUID, ""),
        ("microsoft", V1, "api://orders", ""),
        ("microsoft", V1, GUID, "CFG-11"),
        ("microsoft", V2, "api://orders", "CFG-11"),
        ("microsoft", f"{V2}/", "api://orders", "CFG-11"),
        ("microsoft", V1, f"x{GUID}", ""),
        ("custom", V2, "api://orders", "CFG-11"),
        ("microsoft", f"{ENTRA}/common/v2.0", GUID, "URL-11"),
        ("microsoft", "https://sts.windows.net/organizations/", "api://x", "URL-11"),
        ("okta", "https://acme.okta.com/oauth2/default", "x", ""),
        ("okta", "https://login.example.com/oauth2/aus1", "x", ""),
        ("okta", "https://acme.okta.com", "x", "CFG-12"),
        ("okta", "https://login.example.com", "x", "CFG-12"),
        ("custom", "https://acme.okta.com", "x", "CFG-12"),
        ("auth0", "https://acme.eu.auth0.com/", "x", ""),
        ("auth0", "https://login.example.com/", "x", ""),
        ("auth0", "https://login.example.com", "x", "CFG-14"),
        ("okta", V2, GUID, "CFG-12 CFG-13"),
        ("keycloak", "https://acme.eu.auth0.com/", "x", "CFG-13"),
        ("auth0", "https://accounts.google.com/", "x", "CFG-13"),
        ("asgardeo", "https://api.asgardeo.io/t/acme/oauth2/token", "x", ""),
        ("pingfederate", "https://auth.pingone.eu/x/as", "x", ""),
        ("forgerock", "https://acme.forgeblocks.com/am/oauth2/alpha", "x", ""),
        ("keycloak", "https://login.example.com/realms/acme", "x", ""),
        ("custom", "https://accounts.google.com", "x", ""),
        ("unheard-of", "https://idp.example.com", "x", ""),
    ],
)
def test_what_is_known_of_vendors(kind: str, issuer: str, audience: str, expected: str) -> None:
    origin = "/".join(issuer.split("/")[:3])
    found = resolved(
        type=kind,
        issuer=issuer,
        allowed_token_audience=audience,
        token_endpoint=f"{origin}/token",
        jwks_endpoint=f"{origin}/keys",
    )
    assert " ".join(rule for rule, _ in found) == expected


@pytest.mark.parametrize(
    ("issuer", "endpoint", "expected"),
    [
        (HOST, f"{HOST}/x", []),
        (HOST, f"{HOST}:8443/x", []),
        (HOST, "https://IDP.example.com/x", []),
        (HOST, "https://keys.example.com/x", ["info", "info"]),
        (HOST, "https://keys.example.net/x", ["warning", "warning"]),
        ("https://accounts.google.com", "https://oauth2.googleapis.com/token", ["info", "info"]),
        (V1, f"{ENTRA}/x", ["info", "info"]),
        ("https://a.co.uk", "https://b.co.uk/x", ["warning", "warning"]),
        ("https://a.b.co.uk", "https://b.co.uk/x", ["info", "info"]),
        ("https://a.herokuapp.com", "https://b.herokuapp.com/x", ["warning", "warning"]),
        ("https://192.0.2.7", "https://192.0.2.8/x", ["warning", "warning"]),
        ("urn:acme", f"{HOST}/x", []),
    ],
)
def test_hosts_of_endpoints_are_compared_with_the_issuers(
    issuer: str, endpoint: str, expected: list[str]
) -> None:
    found = resolved(issuer=issuer, token_endpoint=endpoint, jwks_endpoint=endpoint)
    assert found == [("DSC-09", severity) for severity in expected]


@pytest.mark.parametrize(
    "field",
    ["name", "allowed_token_audience", "well_known_url", "issuer", "token_endpoint", "jwks_endpoint"],
)
@pytest.mark.parametrize("value", ["", " "])
def test_nothing_mandatory_is_empty(field: str, value: str) -> None:
    desired = resolve(pinned(), None)
    assert desired is not None
    idp = dataclasses.replace(desired.idp, **{field: value})
    found = check.check_resolved(dataclasses.replace(desired, idp=idp), None, POLICY)
    expected = [] if value and field in {"name", "allowed_token_audience", "well_known_url"} else ["CFG-01"]
    assert [problem.rule for problem in found if problem.path == field] == expected


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(["okta", "microsoft", "auth0", "custom"]))
def test_no_endpoint_breaks_the_checks(issuer: str, endpoint: str, kind: str) -> None:
    idp = IdentityProvider(
        name="n",
        type=kind,
        allowed_token_audience="a",
        well_known_url="w",
        issuer=issuer,
        token_endpoint=endpoint,
        jwks_endpoint=endpoint,
    )
    for problem in check.check_resolved(Desired(declared=provider(), idp=idp), None, POLICY):
        assert problem.address == "workforce"
