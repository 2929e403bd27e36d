"""How a provider stands in the registry."""

from __future__ import annotations

from typing import Any

import pytest

from idpctl.checkup.registered import Registered, enabled, sorted_out, standing, unreadable
from idpctl.model import Desired, Moved, Record, Snapshot
from tests.support.build import OWNER, SQL, desired, record, unmanaged


def held(*records: Record, wanted: Desired | None = None, moved: tuple[Moved, ...] = ()) -> Registered:
    one = wanted or desired()
    return sorted_out(Snapshot(records=records), SQL, [one.declared], owner=OWNER, moved=moved)


def found(
    wanted: Desired, registered: Registered, *, resolved: bool = True
) -> tuple[str, list[tuple[str, str]]]:
    step = standing(wanted.declared, wanted if resolved else None, registered)
    return str(step.state), [(problem.rule, problem.message) for problem in step.problems]


def test_a_record_as_wanted() -> None:
    assert found(desired(), held(record(desired()))) == ("passed", [])


RECORDS: list[tuple[list[Record], str, str]] = [
    ([], "CHK-03", "the registry has no record named Okta"),
    ([unmanaged(name="Okta")], "CHK-03", "the record named Okta is not managed by anybody"),
    (
        [record(desired(), owner="other/team")],
        "CHK-03",
        "the record named Okta belongs to other/team, key okta",
    ),
    ([record(desired(), enabled=False, issuer="x")], "CHK-04", "the record is disabled"),
    (
        [record(desired(), issuer="https://evil", description="x")],
        "CHK-05",
        "it differs in description, issuer",
    ),
]


@pytest.mark.parametrize(("records", "rule", "message"), RECORDS, ids=[row[2] for row in RECORDS])
def test_records_that_make_a_provider_useless(records: list[Record], rule: str, message: str) -> None:
    state, problems = found(desired(), held(*records))
    assert state == "failed"
    assert problems[0] == (rule, message)


def test_a_provider_that_is_disabled_as_wanted_is_no_more_usable() -> None:
    off = desired(enabled=False)
    assert found(off, held(record(off))) == ("failed", [("CHK-04", "the record is disabled")])


@pytest.mark.parametrize("given", [{"ignore": ["description"]}, {"properties": {}}])
def test_what_is_not_managed_makes_no_difference(given: dict[str, Any]) -> None:
    wanted = desired(**given)
    edited = {"description": "by hand"} if "ignore" in given else {"properties": {"theirs": 1}}
    assert found(wanted, held(record(wanted, **edited))) == ("passed", [])


def test_without_endpoints_a_record_is_not_compared_but_seen() -> None:
    step = standing(desired().declared, None, held(record(desired(), issuer="x")))
    assert (str(step.state), step.detail) == ("passed", "not compared: its endpoints are not known")
    assert found(desired(), held(record(desired(), enabled=False)), resolved=False)[0] == "failed"


def test_the_current_record_of_a_replacement_counts_and_a_moved_key_is_followed() -> None:
    old = record(desired(name="Old"), ref="old")
    assert found(desired(), held(old, record(desired(), ref="new"))) == ("passed", [])
    moved = record(desired("former", name="Okta"), ref="r", **{p: getattr(desired().idp, p) for p in (
        "well_known_url", "issuer", "token_endpoint", "jwks_endpoint")})  # fmt: skip
    assert found(desired(), held(moved, moved=(Moved(from_key="former", to_key="okta"),)))[0] == "passed"


def test_strangers_are_all_records_but_those_of_declared_providers() -> None:
    others = [unmanaged(), record(desired("gone")), record(desired("azure"), owner="other")]
    assert held(record(desired()), *others).strangers() == others


def test_a_record_that_is_in_use_and_one_that_is_not() -> None:
    assert enabled(record(desired()), None).state == "passed"
    step = enabled(record(desired(), enabled=False), desired().declared)
    assert (str(step.state), step.problems[0].address) == ("failed", "okta")


def test_a_registry_that_cannot_be_read_keeps_its_own_hint() -> None:
    assert str(unreadable("down", "call them").hint).startswith("call them. Without it")
    assert str(unreadable("down", None).hint).startswith("Without it")
