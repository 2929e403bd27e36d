"""In a transaction everything but success leaves no trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idpctl import applier
from idpctl.applier import Outcome, RolledBackError, Status
from idpctl.errors import (
    ExitCode,
    IncompleteError,
    InterruptedRunError,
    RegistryError,
)
from idpctl.registry.base import InDoubtError
from idpctl.signals import Signals
from tests.support import applying, build
from tests.support.applying import Pull, after, apply, fault, ignore, never
from tests.support.registries import operation
from tests.support.sql import SqlHands

if TYPE_CHECKING:
    from idpctl.model import Snapshot
    from idpctl.registry.sqlite import SqliteRegistry


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
        on_event=ignore,
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
            applier.execute(plan, writer, operation=operation(), on_event=ignore, stop=never)

    with pytest.raises(RolledBackError, match=r"nothing was changed.*: no") as caught:
        carry_on()
    assert caught.value.exit_code is ExitCode.RUNTIME
    assert caught.value.report.operations[0].detail == "rolled back"
    assert sqlite.read() == unchanged


def test_a_commit_in_doubt_puts_every_operation_in_doubt(sqlite: SqliteRegistry) -> None:
    report = apply(fault(sqlite, 12, InDoubtError("who knows"), "after"), after())
    assert {one.status for one in report.operations} == {Status.IN_DOUBT}
    assert report.outcome is Outcome.IN_DOUBT
    assert report.exit_code is ExitCode.INCOMPLETE
    assert apply(sqlite, after(), op="again").complete


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
            applier.execute(plan, writer, operation=operation(), on_event=ignore, stop=lambda: True)

    with pytest.raises(RolledBackError, match="it was interrupted") as caught:
        stop_at_once()
    assert caught.value.exit_code is ExitCode.INTERRUPTED


def test_an_incomplete_check_after_a_transaction_undoes_it(sqlite: SqliteRegistry) -> None:
    def verify(_: Snapshot) -> None:
        raise IncompleteError("something is left")

    unchanged = sqlite.read()
    report = applier.apply(
        sqlite,
        operation=operation(),
        prepare=applying.plan_for(sqlite, after()),
        verify=verify,
        on_event=ignore,
        signals=Signals(),
    )
    assert sqlite.read() == unchanged
    assert report.exit_code is ExitCode.INCOMPLETE
