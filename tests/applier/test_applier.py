"""What an apply does and reports: everything, or exactly how far it came."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from idpctl import applier
from idpctl.adoption import plan_import
from idpctl.applier import Outcome, RolledBackError, Status
from idpctl.errors import (
    ExitCode,
    IncompleteError,
    InterruptedRunError,
    LockedError,
    RegistryError,
    StaleError,
)
from idpctl.model import Moved
from idpctl.plan import Options
from idpctl.registry.base import InDoubtError
from idpctl.registry.sqlite import SqliteRegistry
from idpctl.signals import Signals
from idpctl.value import replace
from tests.support import applying, build
from tests.support.applying import after, apply, before, content, fates, wanted_content
from tests.support.build import HTTP
from tests.support.registries import Fault, FaultRegistry, MemoryHands, MemoryRegistry, Row, operation
from tests.support.sql import SqlHands

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from idpctl.applier import Event
    from idpctl.model import Snapshot
    from idpctl.plan import Plan
    from idpctl.registry.base import Registry

MIXED = [
    ("create", "Added"),
    ("update", "Updated"),
    ("create", "Renamed-2"),
    ("delete", "Renamed"),
    ("delete", "Gone"),
    ("delete", "Retyped"),
    ("create", "Retyped"),
]


@pytest.fixture(params=["sqlite", "memory", "memory-stepwise"])
def registry(request: pytest.FixtureRequest, tmp_path: Path) -> Registry:
    if request.param == "sqlite":
        return SqliteRegistry(tmp_path / "registry.db", "acme", "registry.db")
    return MemoryRegistry(transactional=request.param == "memory")


@pytest.fixture
def stepwise() -> MemoryRegistry:
    registry = MemoryRegistry()
    assert apply(registry, before(), op="before").complete
    return registry


@pytest.fixture
def sqlite(tmp_path: Path) -> SqliteRegistry:
    registry = SqliteRegistry(tmp_path / "registry.db", "acme", "registry.db")
    assert apply(registry, before(), op="before").complete
    return registry


def test_a_mixed_apply_does_all_of_the_plan_in_its_order(registry: Registry) -> None:
    apply(registry, before(), op="before")
    events: list[Event] = []
    report = apply(registry, after(), on_event=events.append)
    assert report.complete
    assert report.exit_code is ExitCode.DONE
    assert fates(report) == [(*call, "done") for call in MIXED]
    assert (report.added, report.changed, report.destroyed, report.imported) == (3, 1, 3, 0)
    assert content(registry) == wanted_content(after())
    assert [(event.index, event.total) for event in events] == [(n, 7) for n in range(1, 8) for _ in (1, 2)]
    assert [str(event.status) for event in events] == ["started", "done"] * 7
    assert all(one.ref for one in report.operations)


def test_the_next_plan_is_empty(registry: Registry) -> None:
    apply(registry, before(), op="before")
    apply(registry, after())
    again = apply(registry, after(), op="again")
    assert again.complete
    assert again.operations == ()


def test_the_report_is_json(registry: Registry) -> None:
    report = apply(registry, [build.desired("okta")])
    (record,) = registry.read().records
    assert json.loads(json.dumps(report.as_dict())) == {
        "op": "op-1",
        "outcome": "complete",
        "exit_code": 0,
        "imported": 0,
        "added": 1,
        "changed": 0,
        "destroyed": 0,
        "error": None,
        "operations": [
            {
                "address": "okta",
                "action": "create",
                "verb": "create",
                "name": "Okta",
                "ref": record.ref,
                "status": "done",
                "detail": "",
            }
        ],
    }


def test_an_adoption_counts_as_imported(stepwise: MemoryRegistry) -> None:
    MemoryHands(stepwise).insert(build.idp("legacy", description="by hand"))
    declared = build.declared("legacy")

    def prepare(snapshot: Snapshot) -> Plan:
        options = Options(adopt=frozenset({"legacy"}))
        return plan_import([declared], snapshot, stepwise.capabilities, options, target=build.TARGET)

    report = applier.apply(
        stepwise,
        operation=operation("adopt"),
        prepare=prepare,
        verify=lambda _: None,
        on_event=lambda _: None,
        signals=Signals(),
    )
    assert (report.imported, report.changed, report.added) == (1, 0, 0)
    (adopted,) = [record for record in stepwise.read().records if record.idp.name == "Legacy"]
    assert adopted.mark is not None
    assert adopted.idp.description == "by hand"


def test_a_renamed_key_counts_as_nothing(stepwise: MemoryRegistry) -> None:
    moved = [Moved(from_key="same", to_key="other")]
    declared = build.declared("other", **build.values("same"))
    wanted = replace(build.desired("same"), declared=declared)
    others = [one for one in before() if one.key != "same"]
    with stepwise.writer(operation("move")) as writer:
        plan = build.make_plan([wanted, *others], writer.read(), capabilities=HTTP, moved=moved)
        report = applier.execute(plan, writer, operation=operation("move"), on_event=_ignore, stop=_never)
    assert fates(report) == [("update", "Same", "done")]
    assert (report.imported, report.changed, report.added, report.destroyed) == (0, 0, 0, 0)


def _ignore(_: Event) -> None:
    """Show no progress."""


def _never() -> bool:
    return False


def fault(registry: Registry, at: int, error: Exception, moment: str = "before") -> FaultRegistry:
    """Let the call with number `at` fail: 1 opens, 2 reads, and 3 is the first write."""

    def fail() -> None:
        raise error

    return FaultRegistry(registry, Fault(at=at, moment=moment, action=fail))


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


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("call", range(3, 13))
def test_in_a_transaction_any_failure_undoes_all_of_it(
    sqlite: SqliteRegistry, call: int, moment: str
) -> None:
    unchanged = sqlite.read()
    report = apply(fault(sqlite, call, RegistryError("no"), moment), after())
    if (call, moment) == (12, "after"):  # the commit has happened
        assert len(sqlite.read().records) == 5
        return
    assert sqlite.read() == unchanged
    assert report.outcome is Outcome.FAILED
    assert report.exit_code is ExitCode.RUNTIME
    statuses = [one.status for one in report.operations]
    assert set(statuses) <= {Status.NOT_STARTED, Status.FAILED}
    assert (report.added, report.changed, report.destroyed) == (0, 0, 0)
    undone = [one for one in report.operations if one.detail == "rolled back"]
    assert all(one.ref is None for one in undone if one.verb == "create")
    assert all(one.ref is not None for one in undone if one.verb != "create")


def test_in_a_transaction_a_record_modified_meanwhile_undoes_all_of_it(sqlite: SqliteRegistry) -> None:
    with sqlite.writer(operation("stale")) as writer:
        stale = build.make_plan(after(), writer.read())
    SqlHands(sqlite.path).edit("Updated", description="by hand")
    edited = sqlite.read()
    report = applier.apply(
        sqlite,
        operation=operation(),
        prepare=lambda _: stale,
        verify=lambda _: None,
        on_event=_ignore,
        signals=Signals(),
    )
    assert report.exit_code is ExitCode.LOCKED
    assert report.operations[1].status is Status.FAILED
    assert "modified meanwhile" in report.operations[1].detail
    assert sqlite.read() == edited


def test_execute_makes_it_impossible_to_commit_a_part(sqlite: SqliteRegistry) -> None:
    unchanged = sqlite.read()

    def carry_on() -> None:
        with fault(sqlite, 4, RegistryError("no")).writer(operation()) as writer:
            plan = build.make_plan(after(), writer.read())
            applier.execute(plan, writer, operation=operation(), on_event=_ignore, stop=_never)

    with pytest.raises(RolledBackError, match=r"nothing was changed.*: no") as caught:
        carry_on()
    assert caught.value.exit_code is ExitCode.RUNTIME
    assert caught.value.report.operations[0].detail == "rolled back"
    assert sqlite.read() == unchanged


def test_what_is_found_before_the_first_write_is_raised(registry: Registry) -> None:
    def prepare(_: Snapshot) -> Plan:
        raise StaleError("something else would be done now")

    with pytest.raises(StaleError):
        applier.apply(
            registry,
            operation=operation(),
            prepare=prepare,
            verify=lambda _: None,
            on_event=_ignore,
            signals=Signals(),
        )
    assert registry.read().records == ()


@pytest.mark.parametrize("error", [InDoubtError("who knows"), RegistryError("no")])
def test_an_error_at_the_door_is_raised(registry: Registry, error: Exception) -> None:
    with pytest.raises(type(error)):
        apply(fault(registry, 1, error), after())


def test_a_commit_in_doubt_puts_every_operation_in_doubt(sqlite: SqliteRegistry) -> None:
    report = apply(fault(sqlite, 12, InDoubtError("who knows"), "after"), after())
    assert {one.status for one in report.operations} == {Status.IN_DOUBT}
    assert report.outcome is Outcome.IN_DOUBT
    assert report.exit_code is ExitCode.INCOMPLETE
    assert apply(sqlite, after(), op="again").complete


class Pull:
    """Stops an apply after some events, as a signal would."""

    def __init__(self, signals: Signals, after: int) -> None:
        self.signals, self.left = signals, after

    def __call__(self, _: Event) -> None:
        self.left -= 1
        if self.left == 0:
            self.signals.code = ExitCode.TERMINATED


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


@pytest.mark.parametrize("events", [1, 7, 14])
def test_in_a_transaction_a_signal_undoes_everything_until_the_commit(
    sqlite: SqliteRegistry, events: int
) -> None:
    unchanged = sqlite.read()
    signals = Signals()
    report = apply(sqlite, after(), on_event=Pull(signals, events), signals=signals)
    assert sqlite.read() == unchanged
    assert {one.status for one in report.operations} == {Status.NOT_STARTED}
    assert report.outcome is Outcome.INTERRUPTED
    assert report.exit_code is ExitCode.TERMINATED


def test_a_commit_that_was_interrupted_is_told_as_such(sqlite: SqliteRegistry) -> None:
    unchanged = sqlite.read()
    late = InterruptedRunError("did not end", code=ExitCode.TERMINATED)
    report = apply(fault(sqlite, 12, late), after())
    assert sqlite.read() == unchanged
    assert report.outcome is Outcome.INTERRUPTED
    assert report.exit_code is ExitCode.TERMINATED


def test_a_rollback_without_an_error_was_a_signal(sqlite: SqliteRegistry) -> None:
    def stop_at_once() -> None:
        with sqlite.writer(operation()) as writer:
            plan = build.make_plan(after(), writer.read())
            applier.execute(plan, writer, operation=operation(), on_event=_ignore, stop=lambda: True)

    with pytest.raises(RolledBackError, match="it was interrupted") as caught:
        stop_at_once()
    assert caught.value.exit_code is ExitCode.INTERRUPTED


def test_a_closed_terminal_does_not_end_an_apply(registry: Registry) -> None:
    def broken(_: Event) -> None:
        raise BrokenPipeError

    assert apply(registry, after(), on_event=broken).complete


def test_what_is_being_done_is_known_to_the_signals(stepwise: MemoryRegistry) -> None:
    signals = Signals()
    seen: list[str] = []
    apply(stepwise, after(), on_event=lambda _: seen.append(signals.current), signals=signals)
    assert seen[:4] == ["create Added (added)", "", "update Updated (updated)", ""]
    assert signals.current == ""


def test_an_incomplete_check_after_a_transaction_undoes_it(sqlite: SqliteRegistry) -> None:
    def verify(_: Snapshot) -> None:
        raise IncompleteError("something is left")

    unchanged = sqlite.read()
    report = applier.apply(
        sqlite,
        operation=operation(),
        prepare=applying.plan_for(sqlite, after()),
        verify=verify,
        on_event=_ignore,
        signals=Signals(),
    )
    assert sqlite.read() == unchanged
    assert report.exit_code is ExitCode.INCOMPLETE
