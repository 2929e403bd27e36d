"""Where every write stands at once, an apply stops at the first failure and says how far it came."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from idpctl.applier import Outcome, Status
from idpctl.errors import (
    ExitCode,
    InterruptedRunError,
    LockedError,
    RegistryError,
)
from idpctl.registry.base import InDoubtError
from idpctl.signals import Signals
from tests.support import build
from tests.support.applying import MIXED, Pull, after, apply, before, content, fates, fault
from tests.support.registries import Fault, FaultRegistry, MemoryHands, MemoryRegistry, Row

if TYPE_CHECKING:
    from collections.abc import Callable


def test_stepwise_a_failure_stops_everything_after_it(stepwise: MemoryRegistry) -> None:
    report = apply(fault(stepwise, 5, RegistryError("no")), after())
    assert fates(report) == [
        ("create", "Added", "done"),
        ("update", "Updated", "done"),
        ("create", "Renamed-2", "failed"),
        ("delete", "Renamed", "not_started"),
        ("delete", "Gone", "not_started"),
        ("delete", "Retyped", "not_started"),
        ("create", "Retyped", "not_started"),
    ]
    assert report.outcome is Outcome.FAILED
    assert report.exit_code is ExitCode.INCOMPLETE
    assert report.operations[2].detail == "no"
    assert report.as_dict()["error"] == "no"
    assert (report.added, report.changed, report.destroyed) == (1, 1, 0)
    assert set(content(stepwise)) == {"Added", "Gone", "Renamed", "Retyped", "Same", "Updated"}


@pytest.mark.parametrize(
    ("error", "code"),
    [(RegistryError("no"), ExitCode.RUNTIME), (LockedError("modified"), ExitCode.LOCKED)],
)
def test_stepwise_a_failure_of_the_first_call_left_nothing_behind(
    stepwise: MemoryRegistry, error: Exception, code: ExitCode
) -> None:
    unchanged = content(stepwise)
    report = apply(fault(stepwise, 3, error), after())
    assert report.exit_code is code
    assert {str(one.status) for one in report.operations[1:]} == {"not_started"}
    assert content(stepwise) == unchanged


@pytest.mark.parametrize("error", [InDoubtError("no answer"), OSError("a bug"), InterruptedRunError("late")])
def test_stepwise_a_call_without_an_answer_is_in_doubt(stepwise: MemoryRegistry, error: Exception) -> None:
    report = apply(fault(stepwise, 4, error, "after"), after())
    assert fates(report)[:3] == [
        ("create", "Added", "done"),
        ("update", "Updated", "in_doubt"),
        ("create", "Renamed-2", "not_started"),
    ]
    assert report.exit_code in {ExitCode.INCOMPLETE, ExitCode.INTERRUPTED}
    assert report.error is error
    assert apply(stepwise, after(), op="again").complete


def test_the_words_of_a_stranger_are_not_told(stepwise: MemoryRegistry) -> None:
    report = apply(fault(stepwise, 3, KeyError("canary-secret")), after())
    assert report.operations[0].detail == "unexpected KeyError"
    assert "canary" not in json.dumps(report.as_dict())


def test_stepwise_no_delete_is_made_when_the_read_back_fails(stepwise: MemoryRegistry) -> None:
    report = apply(fault(stepwise, 6, RegistryError("cannot read")), after())
    assert [status for *_, status in fates(report)] == ["done"] * 3 + ["not_started"] * 4
    assert report.exit_code is ExitCode.INCOMPLETE
    assert "Renamed" in content(stepwise)


@pytest.mark.parametrize("loses", ["value", "properties", "mark", "record"])
def test_stepwise_no_delete_is_made_when_what_was_written_is_not_there(
    stepwise: MemoryRegistry, loses: str
) -> None:
    hands = MemoryHands(stepwise)
    edits: dict[str, Callable[[], None]] = {
        "value": lambda: hands.edit("Added", issuer="https://evil.example.com"),
        "properties": lambda: hands.edit("Added", properties={"a": 1}),
        "mark": lambda: hands.strip_mark("Added"),
        "record": lambda: hands.remove("Added"),
    }
    words = {
        "value": "read back: differs in issuer",
        "properties": "read back: differs in properties",
        "mark": "read back: differs in mark",
        "record": "read back: not found",
    }
    # The lie: what the server answers is not what it holds a moment later.
    registry = FaultRegistry(stepwise, Fault(at=6, action=edits[loses]))
    report = apply(registry, after())
    assert report.operations[0].status is Status.FAILED
    assert report.operations[0].detail == words[loses]
    assert report.exit_code is ExitCode.INCOMPLETE
    assert "does not hold what was written: Added" in str(report.error)
    assert [status for *_, status in fates(report)][3:] == ["not_started"] * 4


def test_stepwise_a_delete_that_did_not_happen_is_found(stepwise: MemoryRegistry) -> None:
    gone = build.idp("gone")
    (record,) = [record for record in stepwise.read().records if record.idp == gone]

    def raise_the_dead() -> None:
        state = stepwise.state()
        state.rows[record.ref] = Row(idp=gone, mark=record.mark, bound=record.ref)
        stepwise.save(state)

    registry = FaultRegistry(stepwise, Fault(at=4, action=raise_the_dead))
    report = apply(registry, [one for one in before() if one.key != "gone"])
    assert fates(report) == [("delete", "Gone", "failed")]
    assert report.operations[0].detail == "read back: still there"


def test_stepwise_what_is_left_to_do_afterwards_is_said(stepwise: MemoryRegistry) -> None:
    hands = MemoryHands(stepwise)
    registry = FaultRegistry(stepwise, Fault(at=6, action=lambda: hands.edit("Same", type="custom")))
    report = apply(registry, [*before(), build.desired("added")])
    assert report.complete
    registry = FaultRegistry(stepwise, Fault(at=4, action=lambda: hands.edit("Same", type="saml")))
    report = apply(registry, [*before(), build.desired("added"), build.desired("more")], op="2")
    assert fates(report)[0] == ("create", "More", "done")
    assert report.outcome is Outcome.FAILED
    assert report.exit_code is ExitCode.INCOMPLETE


def test_stepwise_an_error_after_the_last_call_is_told_with_what_was_done(stepwise: MemoryRegistry) -> None:
    closing = 2 + len(MIXED) + 2 + 1
    report = apply(fault(stepwise, closing, RegistryError("cannot unlock")), after())
    assert {status for *_, status in fates(report)} == {"done"}
    assert report.outcome is Outcome.FAILED
    assert report.exit_code is ExitCode.INCOMPLETE


def test_stepwise_no_new_write_is_started_after_a_signal(stepwise: MemoryRegistry) -> None:
    signals = Signals()
    report = apply(stepwise, after(), on_event=Pull(signals, 3), signals=signals)  # the second call has begun
    assert [status for *_, status in fates(report)] == ["done"] * 2 + ["not_started"] * 5
    assert report.outcome is Outcome.INTERRUPTED
    assert report.exit_code is ExitCode.TERMINATED
    assert report.as_dict()["exit_code"] == 143
    assert report.as_dict()["error"] is None


def test_stepwise_a_signal_after_the_last_write_changes_nothing(stepwise: MemoryRegistry) -> None:
    signals = Signals()
    report = apply(stepwise, after(), on_event=Pull(signals, 14), signals=signals)
    assert report.complete
    assert report.exit_code is ExitCode.DONE


def test_what_is_being_done_is_known_to_the_signals(stepwise: MemoryRegistry) -> None:
    signals = Signals()
    seen: list[str] = []
    apply(stepwise, after(), on_event=lambda _: seen.append(signals.current), signals=signals)
    assert seen[:4] == ["create Added (added)", "", "update Updated (updated)", ""]
    assert signals.current == ""
