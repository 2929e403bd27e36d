"""The format for GitHub Actions: annotations as workflow commands; summary and outputs are its companions.

Source: GitHub's documentation "Workflow commands for GitHub Actions". The runner reads commands
from both streams of a step, keeps ten annotations of each level, and shows them at their lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.errors import IdpctlError, Severity
from idpctl.plan import Plan
from idpctl.render.contrast import contrast
from idpctl.render.order import by_danger, is_dangerous
from idpctl.render.outcome import Applied
from idpctl.render.problems import counts, findings_of, in_order
from idpctl.render.safe import sentence, word
from idpctl.render.text_change import address
from idpctl.text import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idpctl.errors import Problem
    from idpctl.plan import Change, FieldChange
    from idpctl.render.view import View

MOST = 10
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
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
    if isinstance(subject, Applied) and not subject.report.complete:
        yield (
            "error",
            _command("error", "the apply is not complete: the log and the summary say what is left"),
        )
    for problem in in_order(findings_of(subject)):
        if counts(problem):
            yield _LEVELS[problem.severity], _finding(problem, view)
    if isinstance(subject, Plan):
        for change in by_danger(subject.changes):
            if is_dangerous(change):
                yield "warning", _danger(change, view)


def _finding(problem: Problem, view: View) -> str:
    about = f"{problem.address}: " if problem.address else ""
    message = _advised(f"{about}{problem.message}", problem.hint)
    return _command(_LEVELS[problem.severity], message, title=problem.rule, place=view.place(problem.source))


def _danger(change: Change, view: View) -> str:
    what = str(change.action)
    if change.trust:
        what = f"{what}, trust change: {', '.join(_trust(field) for field in change.trust)}"
    return _command("warning", f"{address(change.address)}: {what}", place=view.place(change.source))


def _trust(field: FieldChange) -> str:
    before, after, _ = contrast(field.before, field.after, point=False)
    return f"{word(field.path)} {before} -> {after}"


def _advised(message: str, hint: str | None) -> str:
    return sentence(f"{message} ({hint})" if hint else message)


def _command(
    level: str, message: str, *, title: str | None = None, place: tuple[str, int, int] | None = None
) -> str:
    """Return `::LEVEL PROPERTIES::MESSAGE`; `message` is safe on a terminal."""
    properties = {"title": word(title or "idpctl")}
    if place is not None:
        file, line, column = place
        properties |= {"file": escape(file, None), "line": str(line), "col": str(column)}
    listed = ",".join(f"{name}={value.translate(_PROPERTY)}" for name, value in properties.items())
    return f"::{level} {listed}::{message.translate(_DATA)}"
