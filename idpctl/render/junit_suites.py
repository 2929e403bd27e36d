"""Results as suites and cases: what a person looks for in a test report stands in the names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.checkup.model import State
from idpctl.drift.model import DriftReport
from idpctl.errors import ExitCode, IdpctlError
from idpctl.plan import GateKind, Plan
from idpctl.render.junit_cases import Case, Fate, Suite
from idpctl.render.outcome import Applied, Checked, Discovered, Validated
from idpctl.render.problems import error_text, findings_of, problem_lines, tally
from idpctl.render.safe import sentence, word, words
from idpctl.render.style import PLAIN
from idpctl.report import Status
from idpctl.value import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from idpctl.checkup.model import Step
    from idpctl.errors import Problem
    from idpctl.plan import Change, Gate
    from idpctl.render.view import Subject, View
    from idpctl.report import OperationResult

_RUN = "idpctl"
_SUITE_OF_RUN = None
_FIELDS = 5
_LARGE = 100
_GOOD = frozenset({ExitCode.DONE, ExitCode.CHANGES})


_NOBODYS = "token"
_FATES = {
    Status.DONE: Fate.PASSED,
    Status.FAILED: Fate.FAILURE,
    Status.IN_DOUBT: Fate.ERROR,
    Status.NOT_STARTED: Fate.SKIPPED,
}
_STATES = {State.FAILED: Fate.FAILURE, State.UNKNOWN: Fate.ERROR, State.NOT_REACHED: Fate.SKIPPED}


def suites_of(view: View) -> list[Suite]:
    """Return the run itself as a suite of one case or more, then one suite a provider.

    A case fails only for what makes the run fail: a warning passes, what is suppressed or not
    started is skipped, and so is what has yet to be allowed.
    """
    by_key: dict[str | None, list[Case]] = {_SUITE_OF_RUN: [_run(view)]}
    for key, case in _cases(view.subject):
        by_key.setdefault(key, []).append(case)
    return [_suite(key, cases) for key, cases in by_key.items()]


def _suite(key: str | None, cases: list[Case]) -> Suite:
    name = _RUN if key is None else word(key)
    classname = _RUN if key is None else f"identity_provider.{name}"
    return Suite(name=name, classname=classname, cases=tuple(_distinct(cases)))


def _distinct(cases: list[Case]) -> Iterator[Case]:
    seen: dict[str, int] = {}
    for case in cases:
        seen[case.name] = count = seen.get(case.name, 0) + 1
        yield case if count == 1 else replace(case, name=f"{case.name} ({count})")


def _run(view: View) -> Case:
    """Return the case that is always there: how the run ended."""
    subject = view.subject
    error = subject.error if isinstance(subject, DriftReport) else subject
    if isinstance(error, IdpctlError):
        message = sentence(error.message)
        return Case(name="run", fate=Fate.ERROR, message=message, text=error_text(error))
    if view.exit_code not in _GOOD:
        message = f"exit code {view.exit_code:d}: {_summary(subject)}"
        return Case(name="run", fate=Fate.FAILURE, message=message, text=message)
    # To show a saved plan is no failure, whatever the plan says.
    broken = isinstance(subject, Plan) and subject.errored
    fate = Fate.FAILURE if broken else Fate.PASSED
    return Case(name="run", fate=fate, message=_summary(subject), text=_summary(subject))


def _summary(subject: Subject) -> str:
    if isinstance(subject, Applied):
        return f"the apply is {'complete' if subject.report.complete else 'not complete'}"
    if isinstance(subject, DriftReport):
        from idpctl.render.drift_words import verdict

        return verdict(subject)
    if isinstance(subject, Plan):
        changes = f"{len(subject.changes)} to change, {len(subject.unchanged)} as wanted"
        return f"{changes}; {tally(subject.problems) or 'no findings'}"
    return tally(getattr(subject, "problems", ())) or "no findings"


def _cases(subject: Subject) -> Iterator[tuple[str | None, Case]]:
    """Yield the key of a provider, or None for the run, and one of its cases."""
    if isinstance(subject, Plan):
        yield from _planned(subject)
    elif isinstance(subject, Applied):
        for index, result in enumerate(subject.report.operations, 1):
            yield result.address, _operation(result, index)
    elif isinstance(subject, Discovered):
        yield from _discovered(subject)
    elif isinstance(subject, Checked):
        for one in subject.examined:
            yield from ((one.key or one.name or _NOBODYS, _step(step)) for step in one.steps)
    elif isinstance(subject, DriftReport):
        from idpctl.render.junit_drift import drift_cases

        yield from drift_cases(subject)
    if isinstance(subject, Plan | Discovered | Validated | DriftReport | IdpctlError):
        for problem in findings_of(subject):
            yield problem.address, _finding(problem)


def _planned(plan: Plan) -> Iterator[tuple[str | None, Case]]:
    context = len(plan.changes) <= _LARGE
    for change in plan.changes:
        yield change.address, _change(change, context=context)
    for key in plan.unchanged:
        yield key, Case(name="no change")
    for gate in plan.gates:
        yield gate.address, _gate(gate)


def _change(change: Change, *, context: bool) -> Case:
    from idpctl.render.text_change import change_lines

    paths = words([field.path for field in change.fields], _FIELDS)
    drift = " (changed outside idpctl)" if change.drifted else ""
    name = f"{change.action}: {paths}{drift}" if paths else str(change.action)
    return Case(name=name, text="\n".join(change_lines(change, PLAIN, context=context, verbose=False)))


def _gate(gate: Gate) -> Case:
    name = sentence(gate.flag)
    if gate.allowed:
        return Case(name=name, text=f"allowed: {sentence(gate.message)}")
    # A name can still be given at the apply; a mass delete is refused at once.
    fate = Fate.FAILURE if gate.kind is GateKind.MASS_DELETE else Fate.SKIPPED
    return Case(name=name, fate=fate, message=f"has to be allowed: {sentence(gate.message)}")


def _finding(problem: Problem) -> Case:
    name = f"{word(problem.rule)} {word(problem.path)}" if problem.path else word(problem.rule)
    text = "\n".join(line.strip() for line in problem_lines([problem], verbose=True))
    if problem.suppressed is not None:
        message = f"suppressed: {sentence(problem.suppressed)}"
        return Case(name=name, fate=Fate.SKIPPED, message=message, text=text)
    if problem.blocks:
        return Case(name=name, fate=Fate.FAILURE, message=sentence(problem.message), text=text)
    return Case(name=name, text=text)


def _operation(result: OperationResult, index: int) -> Case:
    fate = _FATES[result.status]
    reason = sentence(result.detail)
    detail = reason or str(result.status).replace("_", " ")
    message = "" if fate is Fate.PASSED else detail
    return Case(name=f"{index} {result.verb} {word(result.name)}", fate=fate, message=message, text=reason)


def _discovered(outcome: Discovered) -> Iterator[tuple[str | None, Case]]:
    passed: Mapping[str, tuple[str, ...]] = outcome.passed
    for key, desired in outcome.resolved:
        if desired is None:
            yield key, Case(name="endpoints", fate=Fate.SKIPPED, message="an endpoint is missing")
        else:
            yield key, Case(name="endpoints")
        for rule in passed.get(key, ()):
            yield key, Case(name=rule)


def _step(step: Step) -> Case:
    from idpctl.render.text_check import step_lines

    fate = _STATES.get(step.state, Fate.PASSED)
    text = "\n".join(line.strip() for line in step_lines(step, PLAIN, verbose=True))
    message = ""
    if fate is not Fate.PASSED:
        message = next((sentence(one.message) for one in step.problems if one.blocks), str(step.state))
    return Case(name=step.name, fate=fate, message=message, text=text)
