"""Changes of whom the gateway believes stand before everything else."""

from __future__ import annotations

from typing import Any

import pytest

from idpctl.model import Provenance
from tests.render.plans import applied, lines_of, planned, wanted

OKTA = wanted("okta")
ENTRA = "https://login.microsoftonline.com"


def pinned(**values: Any) -> Any:
    return wanted("okta", provenance=Provenance(), **values)


TRUST = {
    "a host": (
        {"issuer": "https://acme.okta.example/x"},
        {"issuer": "https://login.example/x"},
        "issuer host  acme.okta.example -> login.example",
    ),
    "a port": (
        {"issuer": "https://a.example/x"},
        {"issuer": "https://a.example:8443/x"},
        "issuer host  a.example -> a.example:8443",
    ),
    "an audience": (
        {"allowed_token_audience": "one"},
        {"allowed_token_audience": "other"},
        'allowed_token_audience  "one" -> "other"',
    ),
    "user information is no host": (
        {"issuer": "https://first.example@second.example/"},
        {"issuer": "https://third.example/"},
        "issuer host  second.example -> third.example",
    ),
    "a backslash ends the host": (
        {"issuer": "https://first.example\\@second.example/"},
        {"issuer": "https://third.example/"},
        "issuer host  first.example -> third.example",
    ),
    "an odd host": (
        {"issuer": "https://fir st.example/"},
        {"issuer": "https://third.example/"},
        'issuer host  "fir st.example" -> third.example',
    ),
    "no URL": (
        {"issuer": "accounts.example"},
        {"issuer": "https://third.example/"},
        'issuer  "accounts.example" -> "https://third.example/"',
    ),
    "a tenant of one host": (
        {"issuer": f"{ENTRA}/one/v2.0"},
        {"issuer": f"{ENTRA}/other/v2.0"},
        f'issuer  "{ENTRA}/one/v2.0" -> "{ENTRA}/other/v2.0"',
    ),
}


@pytest.mark.parametrize(("before", "after", "line"), TRUST.values(), ids=TRUST)
def test_what_changes_is_told_in_one_line(before: dict[str, str], after: dict[str, str], line: str) -> None:
    lines = lines_of(planned([pinned(**after)], [applied(pinned(**before), "r-1")]))
    assert lines[2] == "Trust changes (need --allow-trust-change KEY):"
    assert f"  ! okta  {line}   [configuration]" in lines[3:6]


def test_a_lookalike_host_is_pointed_at() -> None:
    fake = applied(OKTA, "r-1", issuer="https://0kta.okta.example/oauth2/default")
    assert lines_of(planned([OKTA], [fake]))[3:6] == [
        '  ! okta  issuer host  "0kta.okta.example"',
        '                    -> "okta.okta.example"   [registry drift]',
        '                        ^ "0" became "o"',
    ]


def test_allowed_changes_are_still_shown_first() -> None:
    hijacked = applied(OKTA, "r-1", issuer="https://x.example")
    lines = lines_of(planned([OKTA], [hijacked], allow_trust_change=frozenset({"okta"})))
    assert lines[2:4] == [
        "Trust changes (allowed):",
        "  ! okta  issuer host  x.example -> okta.okta.example   [registry drift]",
    ]


def test_one_allowed_change_among_others_is_marked() -> None:
    records = [applied(wanted(key), f"r-{key}", issuer="https://x.example") for key in ("a", "b")]
    lines = lines_of(planned([wanted("a"), wanted("b")], records, allow_trust_change=frozenset({"b"})))
    assert lines[2] == "Trust changes (need --allow-trust-change KEY):"
    assert lines[3].endswith("[registry drift]")
    assert lines[4].endswith("[registry drift] allowed")


def test_without_one_there_is_no_section() -> None:
    assert not any(
        "Trust" in line for line in lines_of(planned([wanted("okta", description="x")], [applied(OKTA, "r")]))
    )
