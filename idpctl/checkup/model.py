"""What an examination found, step by step: of a provider, and of a token."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from idpctl.errors import Severity
from idpctl.value import value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idpctl.errors import Problem

MOST_SHOWN = 180  # characters of a claim; with the count of the rest no renderer cuts it again


class State(StrEnum):
    """How a step ended."""

    PASSED = "passed"
    WARNING = "warning"
    FAILED = "failed"
    UNKNOWN = "cannot tell"
    NOT_REACHED = "not reached"


class Verdict(StrEnum):
    """What the steps come to."""

    USABLE = "usable"
    WARNED = "usable with warnings"
    NOT_USABLE = "not usable"
    ACCEPTED = "accepted"
    ACCEPTED_WARNED = "accepted with warnings"
    REFUSED = "refused"
    UNKNOWN = "cannot tell"


@value
class Difference:
    """Two texts that should be the same: what the token says, and what is registered."""

    token: str
    registered: str


@value
class Step:
    """One line of an examination; `detail` is its figure, and may hold text from outside.

    `reached` is False where an earlier step left nothing to look at, `unknown` says that what it
    needs could not be read: its problems then do not speak against its subject.
    """

    name: str
    detail: str = ""
    problems: tuple[Problem, ...] = ()
    difference: Difference | None = None
    reached: bool = True
    unknown: bool = False

    @property
    def state(self) -> State:
        """Return how the step ended, by the weight of what it found."""
        if not self.reached:
            return State.NOT_REACHED
        if any(problem.blocks for problem in self.problems):
            return State.UNKNOWN if self.unknown else State.FAILED
        warns = any(one.severity is not Severity.INFO and one.suppressed is None for one in self.problems)
        return State.WARNING if warns else State.PASSED


@value
class Examined:
    """A provider, or a token before one, step by step.

    `key` is that of the configuration, None for a record of nobody's or another's; `name` is that
    of the provider, "" where a token has none. `claims` are what may be shown of a token, None for
    an examination without one.
    """

    key: str | None
    name: str
    steps: tuple[Step, ...]
    claims: Mapping[str, str] | None = None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return what all steps found."""
        return tuple(problem for step in self.steps for problem in step.problems)

    @property
    def failed(self) -> Step | None:
        """Return the first step that failed."""
        return next((step for step in self.steps if step.state is State.FAILED), None)

    @property
    def verdict(self) -> Verdict:
        """Return what the steps come to: one that failed weighs more than one that cannot tell."""
        states = {step.state for step in self.steps}
        token = self.claims is not None
        if State.FAILED in states:
            return Verdict.REFUSED if token else Verdict.NOT_USABLE
        if State.UNKNOWN in states:
            return Verdict.UNKNOWN
        if State.WARNING in states:
            return Verdict.ACCEPTED_WARNED if token else Verdict.WARNED
        return Verdict.ACCEPTED if token else Verdict.USABLE
