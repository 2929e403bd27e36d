"""Carry out a plan: in the safe order, one call at a time, with everything read back."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, assert_never

from idpctl.errors import IdpctlError, IncompleteError, InterruptedRunError
from idpctl.model import FIELDS
from idpctl.registry.base import InDoubtError
from idpctl.report import (
    Event,
    OperationResult,
    Outcome,
    Report,
    RolledBackError,
    Status,
    message_of,
)
from idpctl.schedule import DELETING, Create, Delete, Update, schedule
from idpctl.text import listing
from idpctl.value import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from idpctl.model import Record, Snapshot
    from idpctl.plan import Plan
    from idpctl.registry.base import Operation, Registry, Writer
    from idpctl.schedule import Call, Phase
    from idpctl.signals import Signals

    Notify = Callable[[Event], None]
    Stop = Callable[[], bool]
    Verify = Callable[[Snapshot], None]

__all__ = ["Event", "OperationResult", "Outcome", "Report", "RolledBackError", "Status", "apply", "execute"]


def apply(
    registry: Registry,
    *,
    operation: Operation,
    prepare: Callable[[Snapshot], Plan],
    verify: Verify,
    on_event: Notify,
    signals: Signals,
) -> Report:
    """Plan under the registry's lock and carry the plan out, to a known end.

    `prepare` gets what the registry holds under the lock and returns the plan; whatever it raises
    ends the apply before the first write. `verify` gets what the registry holds afterwards, and
    raises when something is left to do. Only errors before the first write are raised; after
    that the report tells all.
    """
    report: Report | None = None
    try:
        # The write phase outlives the writer: the commit belongs to it.
        with ExitStack() as phase, registry.writer(operation) as writer:
            plan = prepare(writer.read())
            phase.enter_context(signals.writing())
            report = execute(
                plan,
                writer,
                operation=operation,
                on_event=_noting(on_event, signals),
                stop=signals.stop,
                verify=verify,
            )
            signals.current = f"the commit of operation {operation.id}"
    except RolledBackError as error:
        report = error.report
    except InDoubtError as error:
        if report is None:
            raise
        report = report.in_doubt(error)
    except IdpctlError as error:
        if report is None:
            raise
        report = report.failed(error)
        if registry.capabilities.transactional:
            report = report.rolled_back()
    signals.current = ""
    return replace(report, signal=signals.code or report.signal)


def _noting(on_event: Notify, signals: Signals) -> Notify:
    def notify(event: Event) -> None:
        started = event.status is Status.STARTED
        signals.current = f"{event.verb} {event.name} ({event.address})" if started else ""
        on_event(event)

    return notify


def _accept(_: Snapshot) -> None:
    """Find nothing left to do."""


def execute(
    plan: Plan,
    writer: Writer,
    *,
    operation: Operation,
    on_event: Notify,
    stop: Stop,
    verify: Verify = _accept,
) -> Report:
    """Do every step of `plan`, which was made under the lock that `writer` holds.

    Before each call `stop` is asked. On a transactional registry anything but success raises
    RolledBackError, so that the writer's transaction cannot be committed; elsewhere the first
    failure ends the apply, and the report says what was done.
    """
    execution = _Execution(schedule(plan, operation.id), writer, on_event, stop)
    outcome, error = execution.run(verify)
    if outcome is Outcome.COMPLETE and plan.capabilities.transactional and stop():
        outcome = Outcome.INTERRUPTED  # a commit is a write, too
    report = Report(op=operation.id, operations=tuple(execution.results), outcome=outcome, error=error)
    if plan.capabilities.transactional and not report.complete:
        raise RolledBackError(report.rolled_back())
    return report


class _Execution:
    """The calls of one apply while they are made."""

    def __init__(self, calls: Sequence[Call], writer: Writer, on_event: Notify, stop: Stop) -> None:
        self._calls = calls
        self._writer = writer
        self._on_event = on_event
        self._stop = stop
        self._written: dict[int, Record] = {}
        self._deleted: dict[int, Record] = {}
        self._unread = False
        self.results = [
            OperationResult(
                address=call.address,
                action=call.action,
                verb=call.verb,
                name=call.name,
                ref=call.ref,
            )
            for call in calls
        ]

    def run(self, verify: Verify) -> tuple[Outcome, Exception | None]:
        """Make the calls; return how that ended, and why."""
        try:
            complete = self._make_all()
            if complete:
                verify(self._read_back())
        except InterruptedRunError as error:
            return Outcome.INTERRUPTED, error
        except InDoubtError as error:
            return Outcome.IN_DOUBT, error
        except Exception as error:  # noqa: BLE001 - a report has to tell the state, whatever broke
            return Outcome.FAILED, error
        return Outcome.COMPLETE if complete else Outcome.INTERRUPTED, None

    def _make_all(self) -> bool:
        phase: Phase | None = None
        for position, call in enumerate(self._calls):
            if call.phase is not phase and call.phase in DELETING and self._unread:
                self._read_back()
            phase = call.phase
            if self._stop():
                return False
            self._make(position, call)
        return True

    def _make(self, position: int, call: Call) -> None:
        self._tell(position, Status.STARTED)
        try:
            self._send(position, call)
        except Exception as error:
            # Only an error that says so is proof that nothing was written.
            known = isinstance(error, IdpctlError) and not isinstance(
                error, InDoubtError | InterruptedRunError
            )
            self._settle(position, Status.FAILED if known else Status.IN_DOUBT, message_of(error))
            raise
        self._settle(position, Status.DONE)

    def _send(self, position: int, call: Call) -> None:
        write = call.write
        if isinstance(write, Create):
            self._written[position] = self._writer.create(write.idp, write.mark)
        elif isinstance(write, Update):
            self._written[position] = self._writer.update(write.record, write.idp, write.mark)
        elif isinstance(write, Delete):
            self._writer.delete(write.record)
            self._deleted[position] = write.record
        else:
            assert_never(write)
        self._unread |= not isinstance(write, Delete)

    def _settle(self, position: int, status: Status, detail: str = "") -> None:
        written = self._written.get(position)
        ref = self.results[position].ref if written is None else written.ref
        self.results[position] = replace(self.results[position], ref=ref, status=status, detail=detail)
        self._tell(position, status)

    def _tell(self, position: int, status: Status) -> None:
        call = self._calls[position]
        event = Event(
            index=position + 1,
            total=len(self._calls),
            verb=call.verb,
            address=call.address,
            name=call.name,
            status=status,
        )
        with suppress(OSError):  # a terminal that was closed must not end an apply half-way
            self._on_event(event)

    def _read_back(self) -> Snapshot:
        """Read the registry; raise IncompleteError where it does not hold what was written."""
        snapshot = self._writer.read()
        live = {record.ref: record for record in snapshot.records}
        wrong = [(at, _difference(record, live.get(record.ref))) for at, record in self._written.items()]
        wrong += [(at, "still there") for at, record in self._deleted.items() if record.ref in live]
        for position, detail in wrong:
            if detail:
                self._settle(position, Status.FAILED, f"read back: {detail}")
        names = [self._calls[position].name for position, detail in wrong if detail]
        if names:
            raise IncompleteError(f"the registry does not hold what was written: {listing(names)}")
        self._unread = False
        return snapshot


def _difference(written: Record, live: Record | None) -> str:
    """Return in what the record that was read back differs; "" when it is as written."""
    if live is None:
        return "not found"
    old, new = written.idp, live.idp
    paths = [path for path in FIELDS if getattr(old, path) != getattr(new, path)]
    if old.properties != new.properties:
        paths.append("properties")
    if written.mark != live.mark:
        paths.append("mark")
    return f"differs in {listing(paths)}" if paths else ""
