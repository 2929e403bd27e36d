"""What became of an apply: every operation done, failed, not started or in doubt."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from idpctl.errors import ExitCode, IdpctlError, InterruptedRunError, worst
from idpctl.plan import Action, Verb
from idpctl.value import replace, value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idpctl.model import Json

_ROLLED_BACK = "rolled back"


class Status(StrEnum):
    """The fate of one operation; STARTED only ever stands in an event."""

    NOT_STARTED = "not_started"
    STARTED = "started"
    DONE = "done"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"


class Outcome(StrEnum):
    """How the apply as a whole ended."""

    COMPLETE = "complete"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    IN_DOUBT = "in_doubt"


@value
class Event:
    """A step on the way, for a progress line: `index` counts from 1 to `total`."""

    index: int
    total: int
    verb: Verb
    address: str
    name: str
    status: Status


@value
class OperationResult:
    """One call to the registry; `ref` is that of the record, None as long as there is none."""

    address: str
    action: Action
    verb: Verb
    name: str
    ref: str | None = None
    status: Status = Status.NOT_STARTED
    detail: str = ""


@value
class Report:
    """All operations in the order in which they were to be done, and why it ended where it did.

    `signal` is the exit code of the signal that interrupted the apply.
    """

    op: str
    operations: tuple[OperationResult, ...]
    outcome: Outcome
    error: Exception | None = None
    signal: ExitCode = ExitCode.INTERRUPTED

    @property
    def complete(self) -> bool:
        """Say whether everything was done, read back, and committed."""
        return self.outcome is Outcome.COMPLETE

    @property
    def exit_code(self) -> ExitCode:
        """Return what the process has to say: an apply that left a part behind is 8, whatever stopped it."""
        if self.complete:
            return ExitCode.DONE
        codes = [getattr(self.error, "exit_code", ExitCode.RUNTIME)]
        if self.outcome is Outcome.INTERRUPTED:
            codes.append(self.signal)
        if any(result.status in {Status.DONE, Status.IN_DOUBT} for result in self.operations):
            codes.append(ExitCode.INCOMPLETE)
        return worst(codes)

    @property
    def imported(self) -> int:
        """Count the records that got a mark and nothing else."""
        return sum(result.action is Action.ADOPT for result in self._done(Verb.UPDATE))

    @property
    def added(self) -> int:
        """Count the records created; a replacement adds one and destroys one."""
        return len(self._done(Verb.CREATE))

    @property
    def changed(self) -> int:
        """Count the records whose values were written; a renamed key changes none."""
        marked_only = {Action.ADOPT, Action.MOVE}
        return sum(result.action not in marked_only for result in self._done(Verb.UPDATE))

    @property
    def destroyed(self) -> int:
        """Count the records deleted."""
        return len(self._done(Verb.DELETE))

    def _done(self, verb: Verb) -> list[OperationResult]:
        return [result for result in self.operations if result.status is Status.DONE and result.verb is verb]

    def failed(self, error: Exception) -> Report:
        """Return the report of the same apply that `error` ended after its last operation."""
        outcome = Outcome.INTERRUPTED if isinstance(error, InterruptedRunError) else Outcome.FAILED
        return replace(self, outcome=outcome, error=error)

    def rolled_back(self) -> Report:
        """Return the report of the same apply once its transaction was undone: nothing was done."""
        return replace(self, operations=tuple(_undone(result) for result in self.operations))

    def in_doubt(self, error: Exception) -> Report:
        """Return the report of the same apply when nobody knows whether it was committed."""
        doubtful = tuple(
            replace(result, status=Status.IN_DOUBT, detail="the commit's outcome is unknown")
            for result in self.operations
        )
        return replace(self, operations=doubtful, outcome=Outcome.IN_DOUBT, error=error)

    def as_dict(self) -> dict[str, Json]:
        """Return the report as JSON."""
        return {
            "op": self.op,
            "outcome": str(self.outcome),
            "exit_code": int(self.exit_code),
            "imported": self.imported,
            "added": self.added,
            "changed": self.changed,
            "destroyed": self.destroyed,
            "error": None if self.error is None else message_of(self.error),
            "operations": list(_as_dicts(self.operations)),
        }


def message_of(error: Exception) -> str:
    """Return what may be said of `error`: the text of a stranger's may hold values, so only its kind."""
    return error.message if isinstance(error, IdpctlError) else f"unexpected {type(error).__name__}"


def _undone(result: OperationResult) -> OperationResult:
    if result.status in {Status.FAILED, Status.NOT_STARTED}:
        return result
    ref = None if result.verb is Verb.CREATE else result.ref
    return replace(result, status=Status.NOT_STARTED, ref=ref, detail=_ROLLED_BACK)


def _as_dicts(results: Iterable[OperationResult]) -> Iterable[dict[str, Json]]:
    for result in results:
        yield {
            "address": result.address,
            "action": str(result.action),
            "verb": str(result.verb),
            "name": result.name,
            "ref": result.ref,
            "status": str(result.status),
            "detail": result.detail,
        }


class RolledBackError(IdpctlError):
    """An apply on a transactional registry did not come to its end: nothing was changed."""

    def __init__(self, report: Report) -> None:
        cause = report.error
        why = "it was interrupted" if cause is None else message_of(cause)
        super().__init__(
            f"nothing was changed, all of it was rolled back: {why}",
            hint=getattr(cause, "hint", None),
            where=getattr(cause, "where", None),
        )
        self.report = report
        self.exit_code = report.exit_code
