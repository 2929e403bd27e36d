"""From steps to a verdict."""

from __future__ import annotations

import pytest

from idpctl.checkup.model import Examined, Step
from idpctl.errors import Problem, Severity


def step(severity: Severity | None = None, **given: bool) -> Step:
    problems = () if severity is None else (Problem(rule="TOK-01", severity=severity, message="m"),)
    return Step(name=f"{severity}", problems=problems, **given)


GOOD, NOTE, WARNS, FAILS = step(), step(Severity.INFO), step(Severity.WARNING), step(Severity.ERROR)
UNKNOWN = step(Severity.ERROR, unknown=True)


@pytest.mark.parametrize(
    ("steps", "provider", "token"),
    [
        ((), "usable", "accepted"),
        ((GOOD, NOTE, step(reached=False)), "usable", "accepted"),
        ((GOOD, WARNS), "usable with warnings", "accepted with warnings"),
        ((WARNS, UNKNOWN), "cannot tell", "cannot tell"),
        ((UNKNOWN, FAILS, WARNS), "not usable", "refused"),
    ],
)
def test_verdicts(steps: tuple[Step, ...], provider: str, token: str) -> None:
    assert str(Examined(key="k", name="N", steps=steps).verdict) == provider
    found = Examined(key="k", name="N", steps=steps, claims={})
    assert str(found.verdict) == token
    assert found.failed == (FAILS if FAILS in steps else None)


def test_a_step_that_was_not_reached_says_nothing_and_a_suppressed_finding_neither() -> None:
    quiet = Problem(rule="CHK-01", severity=Severity.ERROR, message="m", suppressed="why")
    assert Step(name="s", problems=(quiet,)).state == "passed"
    assert step(Severity.ERROR, reached=False).state == "not reached"
