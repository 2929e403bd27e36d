"""The figures of this moment, and what they come to."""

from __future__ import annotations

from typing import Any

import pytest

from idpctl.checkup import health
from idpctl.checkup.model import Step
from idpctl.documents import Certificate, Discoveries, Fetched, Unreachable
from idpctl.errors import Problem, Severity
from tests.checkup.judging import served
from tests.support.build import declared, desired
from tests.support.tokens import key, public

NOW, DAY = 1_790_000_000, 86_400
HOST = "okta.example.com:443"
GOOD = Certificate(not_after=NOW + 90 * DAY + 5)


def evidence(certificate: Any = GOOD, **given: Any) -> health.Evidence:
    one = desired().idp
    discoveries = Discoveries(
        documents={one.well_known_url: Fetched(url=one.well_known_url, status=200, seconds=0.126)},
        key_sets={one.jwks_endpoint: served(public(key()), seconds=1.5)},
    )
    certificates = {} if certificate is None else {HOST: certificate}
    return health.Evidence(**{"discoveries": discoveries, "certificates": certificates, "now": NOW, **given})


def problem(rule: str, path: str | None = None, severity: Severity = Severity.ERROR) -> Problem:
    return Problem(rule=rule, severity=severity, message="m", address="okta", path=path)


def examined(
    *problems: Problem, resolved: bool = True, seen: health.Evidence | None = None, **given: Any
) -> Any:
    one = desired()
    return health.examine(
        one.declared,
        one if resolved else None,
        seen or evidence(),
        **{"offline": (), "problems": problems, "registered": None, **given},
    )


def lines(found: Any) -> dict[str, tuple[str, str]]:
    return {step.name: (str(step.state), step.detail) for step in found.steps}


def test_a_usable_provider_shows_its_figures() -> None:
    found = examined(registered=Step(name="registered", detail="as wanted"))
    assert str(found.verdict) == "usable"
    assert lines(found) == {
        "configuration": ("passed", ""),
        "discovery": ("passed", "answered in 0.13 s"),
        "issuer": ("passed", '"https://okta.example.com"'),
        "endpoints": ("passed", "all known"),
        "key set": ("passed", "1 usable, in 1.50 s; the gateway waits 1 s"),
        "certificate": ("passed", f'"{HOST}", 90 days left'),
        "registered": ("passed", "as wanted"),
    }


@pytest.mark.parametrize(
    ("finding", "step"),
    [
        (problem("NET-01", "well_known_url"), "discovery"),
        (problem("DSC-02"), "discovery"),
        (problem("SCH-02", "issuer"), "discovery"),
        (problem("DSC-05", "issuer"), "issuer"),
        (problem("DSC-07"), "issuer"),
        (problem("URL-11", "issuer"), "issuer"),
        (problem("DSC-08", "token_endpoint"), "endpoints"),
        (problem("CFG-04"), "endpoints"),
        (problem("JWK-03", "jwks_endpoint"), "key set"),
        (problem("CHK-01", "well_known_url"), "certificate"),
    ],
)
def test_each_finding_belongs_to_a_step(finding: Problem, step: str) -> None:
    found = examined(finding)
    assert [name for name, (state, _) in lines(found).items() if state == "failed"] == [step]
    assert str(found.verdict) == "not usable"
    assert found.problems == (finding,)


def test_what_was_not_fetched_is_not_reached() -> None:
    found = examined(problem("NET-01"), resolved=False, seen=evidence(None, discoveries=Discoveries()))
    states = {name: state for name, (state, _) in lines(found).items()}
    assert states == {
        "configuration": "passed",
        "discovery": "not reached",
        "issuer": "not reached",
        "endpoints": "not reached",
        "key set": "not reached",
        "certificate": "not reached",
    }


def test_findings_reach_what_was_not_resolved() -> None:
    silent = Unreachable(url="x", rule="NET-01", reason="the connection failed")
    seen = evidence(None, discoveries=Discoveries(documents={desired().idp.well_known_url: silent}))
    found = examined(
        problem("NET-01"), problem("DSC-08", "token_endpoint"), problem("JWK-09"), resolved=False, seen=seen
    )
    states = {name: state for name, (state, _) in lines(found).items()}
    assert (states["discovery"], states["endpoints"], states["key set"]) == ("failed",) * 3
    assert lines(found)["discovery"][1] == ""
    unread = {desired().idp.jwks_endpoint: silent}
    found = examined(problem("JWK-09"), seen=evidence(None, discoveries=Discoveries(key_sets=unread)))
    assert lines(found)["key set"] == ("failed", "")


@pytest.mark.parametrize(
    ("certificate", "expected"),
    [
        (GOOD, None),
        (Certificate(not_after=NOW + 30 * DAY), None),
        (Certificate(not_after=NOW + 30 * DAY - 1), ("CHK-01", "warning", f'"{HOST}": 29 days left')),
        (
            Unreachable(url="x", rule="NET-03", reason="has expired"),
            ("CHK-02", "error", f'"{HOST}": has expired'),
        ),
        (Unreachable(url="x", rule="NET-06", reason="a proxy stands between"), None),
        (Unreachable(url="x", rule="NET-01", reason="the connection failed"), None),
        (None, None),
    ],
)
def test_certificates(certificate: Any, expected: tuple[str, str, str] | None) -> None:
    seen = evidence(certificate)
    found = health.certificate_problems(declared(), desired(), seen)
    assert [(one.rule, str(one.severity), one.message) for one in found] == ([expected] if expected else [])
    state, detail = lines(examined(*found, seen=seen))["certificate"]
    assert detail.startswith(f'"{HOST}"')
    if isinstance(certificate, Certificate):
        assert state == ("warning" if expected else "passed")
    else:
        assert state == ("failed" if expected else "not reached")
        assert certificate is None or (certificate.reason in detail) != bool(expected)


def test_of_a_token_endpoint_that_nobody_asks_only_the_certificate_tells() -> None:
    wanted = desired(token_endpoint="https://tokens.example.com:8443/t")
    hosts = health.hosts_of(wanted.declared, wanted)
    assert hosts == {
        HOST: ("well_known_url", wanted.idp.well_known_url),
        "tokens.example.com:8443": ("token_endpoint", wanted.idp.token_endpoint),
    }
    lost = {"tokens.example.com:8443": Unreachable(url="x", rule="NET-01", reason="the connection failed")}
    seen = evidence(certificates=lost)
    (found,) = health.certificate_problems(wanted.declared, wanted, seen)
    assert (found.rule, str(found.severity), found.path) == ("CHK-02", "warning", "token_endpoint")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/x", "ftp://x", "", None], ids=["plain", "another scheme", "empty", "none"]
)
def test_hosts_without_tls_have_no_certificate(url: str | None) -> None:
    one = declared(well_known_url=url or "", issuer=None, token_endpoint=url, jwks_endpoint=url)
    assert health.hosts_of(one, None) == {}


def test_without_keys_a_provider_is_not_usable_whatever_a_plan_makes_of_it() -> None:
    (raised, other) = health.usable_now(
        [problem("JWK-09", severity=Severity.WARNING), problem("JWK-11", severity=Severity.WARNING)]
    )
    assert (raised.severity, other.severity) == (Severity.ERROR, Severity.WARNING)
