"""An examination as cases: one for each step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.checkup.model import State
from idpctl.render.junit_suites import Case, Fate
from idpctl.render.problems import in_order
from idpctl.render.safe import sentence
from idpctl.render.style import PLAIN
from idpctl.render.text_check import step_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idpctl.checkup.model import Step
    from idpctl.render.outcome import Checked

_NOBODYS = "token"
_FATES = {State.FAILED: Fate.FAILURE, State.UNKNOWN: Fate.ERROR, State.NOT_REACHED: Fate.SKIPPED}


def checked_cases(outcome: Checked) -> Iterator[tuple[str, Case]]:
    """Yield what is examined, and each step of it; a warning passes, as everywhere."""
    for one in outcome.examined:
        for step in one.steps:
            yield one.key or one.name or _NOBODYS, _case(step)


def _case(step: Step) -> Case:
    fate = _FATES.get(step.state, Fate.PASSED)
    text = "\n".join(line.strip() for line in step_lines(step, PLAIN, verbose=True))
    message = ""
    if fate is not Fate.PASSED:
        message = next((sentence(one.message) for one in in_order(step.problems)), str(step.state))
    return Case(name=step.name, fate=fate, message=message, text=text)
