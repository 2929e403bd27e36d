"""What findings mean: which are drift, what was accepted, what is carried, and the fingerprint."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idpctl.drift.compare import Seen
from idpctl.drift.model import (
    COUNTED,
    FAILING,
    NOTHING_DRIFTED,
    Acceptance,
    DriftClass,
    DriftReport,
    Finding,
    Memory,
    ProviderState,
    Reason,
    Run,
    Since,
    State,
    held,
)
from idpctl.drift.outcome import code_of
from idpctl.drift.weigh import Terms, blind, memory_of, states, strangers, unused, weigh
from idpctl.errors import ExitCode, InvalidInputError, LockedError, Problem, Severity
from idpctl.model import Remembered
from tests.support.build import OWNER, TARGET, declared, desired, record, snapshot, unmanaged

if TYPE_CHECKING:
    from collections.abc import Iterable

NOW = "2026-11-25T10:00:00Z"
BEFORE = "2026-11-24T10:00:00Z"


def finding(kind: DriftClass = DriftClass.REGISTRY, **given: Any) -> Finding:
    written = {
        "reason": Reason.EDITED,
        "key": "okta",
        "name": "Okta",
        "path": "issuer",
        "live": held("https://evil.example.com"),
        **given,
    }
    return Finding(kind=kind, **written)


def upstream(**given: Any) -> Finding:
    served = {"served": held("https://moved.example.com"), "live": held("https://okta.example.com")}
    return finding(DriftClass.UPSTREAM, reason=Reason.MOVED, **{**served, **given})


def unknown(**given: Any) -> Finding:
    return finding(DriftClass.UNKNOWN, reason=Reason.UNREADABLE, path=None, **given)


def seen(**given: Any) -> Seen:
    return Seen(
        **{"owner": OWNER, "declared": [declared()], "snapshot": snapshot(record(desired())), **given}
    )


def acceptance(one: Finding, **given: Any) -> Acceptance:
    return Acceptance(
        **{
            "key": one.subject,
            "path": one.path,
            "value_sha256": one.value_sha256,
            "until": "2026-12-31",
            "reason": "agreed with the team",
            **given,
        }
    )


def since(*findings: Finding, **given: Any) -> Since:
    return Since(**{"target": TARGET, "started": BEFORE, "fingerprint": "", "findings": findings, **given})


def report(*findings: Finding, **given: Any) -> DriftReport:
    return DriftReport(target=TARGET, findings=findings, **given)


def judged(*found: Finding, **terms: Any) -> tuple[Finding, ...]:
    return weigh(found, seen(), Terms(**{"started": NOW, **terms}))


# What counts


@pytest.mark.parametrize("kind", DriftClass)
def test_which_classes_are_drift(kind: DriftClass) -> None:
    (usual,) = judged(finding(kind))
    assert usual.counts is (kind in COUNTED)
    (chosen,) = judged(finding(kind), fail_on=FAILING)
    assert chosen.counts is (kind is not DriftClass.UNKNOWN)
    (none,) = judged(finding(kind), fail_on=frozenset())
    assert not none.counts


@pytest.mark.parametrize("kind", [DriftClass.UNMANAGED, DriftClass.FOREIGN])
def test_a_stranger_with_our_issuer_counts_whatever_was_chosen(kind: DriftClass) -> None:
    (one,) = judged(finding(kind, reason=Reason.COLLISION), fail_on=frozenset())
    assert one.alarms


def test_alarms_come_first_then_classes_then_keys_and_fields() -> None:
    found = [
        finding(DriftClass.PENDING, key="a"),
        unknown(key="b"),
        upstream(key="a"),
        finding(key="b", path="token_endpoint"),
        finding(key="b", path="issuer"),
    ]
    assert [(str(one.kind), one.key, one.path) for one in judged(*found)] == [
        ("registry", "b", "issuer"),
        ("registry", "b", "token_endpoint"),
        ("upstream", "a", "issuer"),
        ("pending", "a", "issuer"),
        ("unknown", "b", None),
    ]


# Acceptances


def test_what_was_accepted_is_no_drift_until_that_day() -> None:
    one = finding()
    (accepted,) = judged(one, acceptances=[acceptance(one, until="2026-11-25")])
    assert accepted.acceptance is not None
    assert not accepted.alarms
    assert report(accepted).drift == ()
    assert report(accepted).counts()[DriftClass.REGISTRY] == 0


def test_a_day_later_it_alarms_again() -> None:
    one = finding()
    (again,) = judged(one, acceptances=[acceptance(one, until="2026-11-24")])
    assert again.alarms
    assert again.lapsed == "it was accepted until 2026-11-24"


def test_another_value_than_was_accepted_alarms() -> None:
    one = finding()
    (again,) = judged(finding(live=held("https://worse.example.com")), acceptances=[acceptance(one)])
    assert again.alarms
    assert again.lapsed == "another value was accepted"


@pytest.mark.parametrize("other", [{"key": "auth0"}, {"path": "jwks_endpoint"}, {"path": None}])
def test_an_acceptance_is_for_one_field_of_one_provider(other: dict[str, Any]) -> None:
    one = finding()
    (again,) = judged(one, acceptances=[acceptance(one, **other)])
    assert again.alarms
    assert not again.lapsed


def test_one_of_several_acceptances_is_enough() -> None:
    one = finding()
    old, new = acceptance(one, until="2026-01-01"), acceptance(one)
    for order in ([old, new], [new, old]):
        (accepted,) = judged(one, acceptances=order)
        assert (accepted.acceptance, accepted.lapsed) == (new, "")


def test_what_could_not_be_read_cannot_be_accepted() -> None:
    one = unknown()
    (again,) = judged(one, acceptances=[acceptance(one)])
    assert again.acceptance is None


def test_acceptances_of_what_is_not_there_are_named() -> None:
    one = finding()
    met, idle = acceptance(one), acceptance(one, key="gone")
    assert unused([met, idle], [one]) == (idle,)


def test_user_information_does_not_make_another_value() -> None:
    plain = finding(live=held("https://user:first@evil.example.com"))
    assert plain.value_sha256 == finding(live=held("https://user:second@evil.example.com")).value_sha256


# The last report


def test_a_finding_keeps_the_time_when_it_was_seen_first() -> None:
    old, new = finding(first_seen=BEFORE), finding(path="jwks_endpoint")
    first = {one.path: one.first_seen for one in judged(old, new, since=since(old))}
    assert first == {"issuer": BEFORE, "jwks_endpoint": NOW}


def test_drift_upstream_does_not_end_because_nobody_could_look() -> None:
    last = since(upstream(first_seen=BEFORE))
    found = judged(unknown(), since=last)
    assert [(str(one.kind), one.carried, one.first_seen) for one in found] == [
        ("upstream", True, BEFORE),
        ("unknown", False, NOW),
    ]
    assert report(*found).fingerprint == report(*judged(upstream())).fingerprint


def test_it_ends_when_the_provider_can_be_read_and_agrees() -> None:
    assert judged(since=since(upstream())) == ()


def test_it_ends_when_the_registry_holds_what_was_served() -> None:
    last = since(upstream())
    applied = snapshot(record(desired(issuer="https://moved.example.com")))
    found = weigh([unknown()], seen(snapshot=applied), Terms(since=last, started=NOW))
    assert [str(one.kind) for one in found] == ["unknown"]


def test_what_is_found_now_is_not_carried_as_well() -> None:
    found = judged(unknown(), upstream(), since=since(upstream()))
    assert [one.carried for one in found if one.kind is DriftClass.UPSTREAM] == [False]


def test_only_drift_upstream_is_carried_for_the_registry_was_read() -> None:
    found = judged(unknown(), since=since(finding(), finding(DriftClass.PENDING)))
    assert [str(one.kind) for one in found] == ["unknown"]


# The fingerprint


def test_the_same_drift_has_the_same_fingerprint_whatever_else_happens() -> None:
    drift = [finding(first_seen=NOW), upstream()]
    first = report(*judged(*drift))
    second = report(*judged(*reversed(drift), unknown(key="other"), finding(DriftClass.PENDING)), started=NOW)
    assert first.fingerprint == second.fingerprint != NOTHING_DRIFTED


@pytest.mark.parametrize(
    "other", [{"key": "b"}, {"path": "type"}, {"live": held("x")}, {"kind": DriftClass.MISSING}]
)
def test_other_drift_has_another_fingerprint(other: dict[str, Any]) -> None:
    assert report(*judged(finding())).fingerprint != report(*judged(finding(**other))).fingerprint


def test_accepted_drift_is_not_part_of_it() -> None:
    one = finding()
    assert report(*judged(one, acceptances=[acceptance(one)])).fingerprint == NOTHING_DRIFTED


@pytest.mark.parametrize(
    ("told", "drift", "changed"),
    [(None, [], False), (None, [finding()], True), ("same", [finding()], False), ("same", [], True)],
)
def test_what_has_to_be_told_outside(told: str | None, drift: list[Finding], *, changed: bool) -> None:
    notified = report(*judged(finding())).fingerprint if told else None
    assert report(*judged(*drift), since=since(notified=notified)).changed is changed
    if told is None:
        assert report(*judged(*drift)).changed is changed


# How providers stand


@pytest.mark.parametrize(
    ("found", "state"),
    [
        ([], State.IN_SYNC),
        ([finding(DriftClass.PENDING)], State.PENDING),
        ([unknown(), finding(DriftClass.PENDING)], State.UNKNOWN),
        ([upstream(), unknown()], State.UPSTREAM),
        ([finding(DriftClass.MISSING), upstream()], State.MISSING),
        ([finding(), finding(DriftClass.MISSING)], State.DRIFTED),
        ([finding(DriftClass.UNMANAGED, reason=Reason.COLLISION)], State.DRIFTED),
        ([finding(DriftClass.FOREIGN, reason=Reason.COLLISION)], State.DRIFTED),
    ],
)
def test_a_provider_stands_as_its_gravest_finding(found: list[Finding], state: State) -> None:
    (provider,) = states(found, seen(), None)
    assert provider == ProviderState(key="okta", name="Okta", state=state, refs=("ref-okta",))
    assert report(providers=(provider,)).states()[state] == 1


def test_accepted_findings_do_not_make_a_provider_stand_worse() -> None:
    accepted = replace(finding(), acceptance=acceptance(finding()))
    assert [one.state for one in states([accepted], seen(), None)] == [State.IN_SYNC]


def test_of_a_provider_that_was_left_out_nobody_says_that_it_is_in_sync() -> None:
    part = seen(declared=[declared("auth0"), declared()], only=("okta",))
    last = since(providers=(ProviderState(key="auth0", name="Auth0", state=State.IN_SYNC, refs=("1",)),))
    found = states([], part, last)
    assert [(one.state, one.refs) for one in found] == [
        (State.UNKNOWN, ("1",)),
        (State.IN_SYNC, ("ref-okta",)),
    ]


@pytest.mark.parametrize(
    ("remembered", "last"),
    [([Remembered(ref="gone", key="okta", name="Okta")], ()), (None, ("gone",))],
)
def test_a_missing_record_stays_known_to_the_next_run(
    remembered: Iterable[Remembered] | None, last: tuple[str, ...]
) -> None:
    provider = ProviderState(key="okta", name="Okta", state=State.IN_SYNC, refs=last)
    looked = seen(snapshot=snapshot(), remembered=remembered)
    (now,) = states([], looked, since(providers=(provider,)) if last else None)
    assert now.refs == ("gone",)


def test_records_of_others_are_remembered() -> None:
    legacy, theirs, own = unmanaged(), record(desired("theirs"), owner="other"), record(desired())
    found = strangers([theirs, own, legacy], OWNER)
    assert [(one.ref, one.name, one.owner) for one in found] == [
        ("ref-legacy", "Legacy", None),
        ("ref-theirs", "Theirs", "other"),
    ]


def test_what_remembers() -> None:
    last = since()
    assert memory_of(log=False, since=None) is Memory.NONE
    assert memory_of(log=True, since=None) is Memory.LOG
    assert memory_of(log=False, since=last) is Memory.REPORT
    assert memory_of(log=True, since=last) is Memory.BOTH


# Runs that did not look, and exit codes


def test_a_run_that_could_not_look_keeps_what_the_last_one_knew() -> None:
    last = since(
        *judged(finding()),
        providers=(ProviderState(key="okta", name="Okta", state=State.DRIFTED, refs=("1",)),),
        notified="sha256:told",
        last_success=BEFORE,
    )
    terms = Terms(since=last, started=NOW)
    found = blind(None, LockedError("an apply is running"), Run.SKIPPED, terms)
    assert (found.target, found.providers, found.notified) == (TARGET, last.providers, "sha256:told")
    assert (found.last_success, found.started) == (BEFORE, NOW)
    assert [one.carried for one in found.findings] == [True]
    assert found.fingerprint == report(*judged(finding())).fingerprint
    assert code_of(found) is ExitCode.LOCKED


def test_without_a_last_report_it_knows_nothing() -> None:
    found = blind(None, InvalidInputError("bad"), Run.FAILED, Terms(started=NOW))
    assert (found.target, found.findings, found.last_success) == (None, (), None)
    assert code_of(found) is ExitCode.INVALID


def problem(address: str | None = "okta", rule: str = "DSC-05") -> Problem:
    return Problem(rule=rule, severity=Severity.ERROR, message="it is wrong", address=address)


@pytest.mark.parametrize(
    ("found", "given", "code"),
    [
        ([], {}, ExitCode.DONE),
        ([finding()], {}, ExitCode.CHANGES),
        ([finding(DriftClass.PENDING)], {}, ExitCode.DONE),
        ([unknown()], {"run": Run.INCOMPLETE}, ExitCode.CHECKS),
        ([unknown(), finding()], {"run": Run.INCOMPLETE}, ExitCode.CHECKS),
        ([upstream()], {"problems": (problem(),)}, ExitCode.CHANGES),
        ([], {"problems": (problem(),)}, ExitCode.CHECKS),
        ([upstream()], {"problems": (problem("auth0"),)}, ExitCode.CHECKS),
        ([], {"problems": (problem(rule="CFG-04"),)}, ExitCode.INVALID),
    ],
)
def test_exit_codes(found: list[Finding], given: dict[str, Any], code: ExitCode) -> None:
    assert code_of(report(*judged(*found), **given)) is code
