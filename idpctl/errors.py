"""The leaf of the package: exit codes, problems and the error tree."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from idpctl.value import replace, value

if TYPE_CHECKING:
    from collections.abc import Iterable


class ExitCode(IntEnum):
    """What the process tells its caller; the numbers are a public contract."""

    DONE = 0
    RUNTIME = 1
    CHANGES = 2
    INVALID = 3
    CHECKS = 4
    REFUSED = 5
    STALE = 6
    LOCKED = 7
    INCOMPLETE = 8
    INTERRUPTED = 130
    TERMINATED = 143


# Several outcomes at once: the one that a person must act on first wins.
_PRECEDENCE = (
    ExitCode.TERMINATED,
    ExitCode.INTERRUPTED,
    ExitCode.INCOMPLETE,
    ExitCode.STALE,
    ExitCode.LOCKED,
    ExitCode.REFUSED,
    ExitCode.CHECKS,
    ExitCode.INVALID,
    ExitCode.RUNTIME,
    ExitCode.CHANGES,
    ExitCode.DONE,
)


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """Return the code that wins when several apply; DONE for none."""
    return min(codes, key=_PRECEDENCE.index, default=ExitCode.DONE)


class Severity(StrEnum):
    """How much a problem weighs: an error stops the apply, a warning is shown in the plan."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@value
class Source:
    """A place in a file; line and column count from 1."""

    file: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@value
class Problem:
    """One finding about the input: where, what, why, and what to do.

    `address` is the key of the provider or the name of the record, `path` the field inside it.
    Texts may hold values from outside; whoever prints them escapes them (`text.escape`).
    `suppressed` holds the reason given in the configuration.
    """

    rule: str
    severity: Severity
    message: str
    hint: str | None = None
    source: Source | None = None
    address: str | None = None
    path: str | None = None
    suppressed: str | None = None

    @property
    def blocks(self) -> bool:
        """Say whether this problem stops an apply."""
        return self.severity is Severity.ERROR and self.suppressed is None

    def with_severity(self, severity: Severity) -> Problem:
        """Return the same problem with another weight."""
        return replace(self, severity=severity)


class IdpctlError(Exception):
    """Base of every error that a user can meet; `exit_code` is the class's own."""

    exit_code = ExitCode.RUNTIME

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        where: str | Source | None = None,
        rule: str | None = None,
        problems: Iterable[Problem] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = None if where is None else str(where)
        self.rule = rule
        self.problems = tuple(problems)


class InvalidInputError(IdpctlError):
    """The configuration, a plan file or an option cannot be used as written."""

    exit_code = ExitCode.INVALID


class CheckFailedError(IdpctlError):
    """Discovery, an endpoint or a key set failed its checks, or information is incomplete."""

    exit_code = ExitCode.CHECKS


class RefusedError(IdpctlError):
    """A guard stands in the way; its flag is in the hint."""

    exit_code = ExitCode.REFUSED


class StaleError(IdpctlError):
    """What was reviewed is not what would be done now."""

    exit_code = ExitCode.STALE


class LockedError(IdpctlError):
    """Another run holds the registry, or a record was modified meanwhile."""

    exit_code = ExitCode.LOCKED


class IncompleteError(IdpctlError):
    """An apply ended before its last operation; the report says where."""

    exit_code = ExitCode.INCOMPLETE


class RegistryError(IdpctlError):
    """The registry could not be read or written, and nothing was changed."""


class InterruptedRunError(IdpctlError):
    """SIGINT or SIGTERM arrived; no new write was started after it."""

    exit_code = ExitCode.INTERRUPTED

    def __init__(self, message: str, *, code: ExitCode = ExitCode.INTERRUPTED) -> None:
        super().__init__(message)
        self.exit_code = code
