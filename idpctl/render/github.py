"""The format for GitHub Actions: annotations as workflow commands; summary and outputs are its companions.

Source: GitHub's documentation "Workflow commands for GitHub Actions". The runner reads commands
from both streams of a step, keeps ten annotations of each level, and shows them at their lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.drift.model import DriftReport
from idpctl.errors import IdpctlError, Severity
from idpctl.plan import Plan
from idpctl.render.outcome import Applied
from idpctl.render.problems import counts, findings_of, in_order
from idpctl.render.safe import calm, sentence, word
from idpctl.review import DELETE, DRIFT, GAP, MASS_DELETE, REPLACEMENT, TRUST, noteworthy
from idpctl.text import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idpctl.errors import Problem, Source
    from idpctl.render.view import Subject, View

MOST = 10
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_FIRST = [rule.id for rule in (TRUST, REPLACEMENT, GAP, MASS_DELETE, DELETE, DRIFT)]
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = {**_DATA, **str.maketrans({":": "%3A", ",": "%2C"})}


def render(view: View) -> str:
    """Return one workflow command a line, at most `MOST` of each level; an empty text for none."""
    lines: dict[str, list[str]] = {"error": [], "warning": [], "notice": []}
    for level, line in _annotations(view):
        lines[level].append(line)
    return "".join(f"{line}\n" for level, every in lines.items() for line in _bounded(level, every))


def _bounded(level: str, lines: list[str]) -> list[str]:
    if len(lines) <= MOST:
        return lines
    more = len(lines) - MOST + 1
    return [*lines[: MOST - 1], _command(level, f"and {more} more: the step's log and summary show them")]


def _annotations(view: View) -> Iterator[tuple[str, str]]:
    subject = view.subject
    if isinstance(subject, IdpctlError):
        yield "error", _command("error", _advised(subject.message, subject.hint), title=subject.rule)
    if isinstance(subject, DriftReport) and subject.error is not None:
        error = subject.error
        yield "error", _command("error", _advised(error.message, error.hint), title=error.rule)
    if isinstance(subject, Applied) and not subject.report.complete:
        what = "the apply is not complete: the log and the summary say what is left"
        yield "error", _command("error", what)
    for problem in (*_dangers(subject), *in_order(findings_of(subject))):
        if counts(problem):
            yield _LEVELS[problem.severity], _finding(problem, view)


def _dangers(subject: Subject) -> list[Problem]:
    """Return what must not be missed, in the order in which the ten of a level are filled."""
    if isinstance(subject, DriftReport):
        from idpctl.render.drift_problems import drift_problems

        return drift_problems(subject)
    found = noteworthy(subject) if isinstance(subject, Plan) else ()
    return sorted(found, key=lambda problem: _FIRST.index(problem.rule))


def _finding(problem: Problem, view: View) -> str:
    about = ".".join(part for part in (problem.address, problem.path) if part)
    message = f"{about}: {problem.message}" if about else problem.message
    place = view.place(problem.source)
    return _command(
        _LEVELS[problem.severity], _advised(message, problem.hint), title=problem.rule, place=place
    )


def _advised(message: str, hint: str | None) -> str:
    return sentence(f"{message} ({hint})" if hint else message)


def _command(level: str, message: str, *, title: str | None = None, place: Source | None = None) -> str:
    """Return `::LEVEL PROPERTIES::MESSAGE`; `message` is safe on a terminal."""
    properties = {"title": word(title or "idpctl")}
    if place is not None:
        file = calm(escape(place.file, None))
        properties |= {"file": file, "line": str(place.line), "col": str(place.column)}
    listed = ",".join(f"{name}={value.translate(_PROPERTY)}" for name, value in properties.items())
    return f"::{level} {listed}::{message.translate(_DATA)}"
