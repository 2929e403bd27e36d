"""Findings: severity, rule, place, message and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.errors import Severity
from idpctl.render.html_lists import fold, section
from idpctl.render.html_markup import isolated, lines, literal, name, own, prose, tag
from idpctl.render.problems import in_order, place, plural, subject, tally
from idpctl.render.safe import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from idpctl.errors import Problem
    from idpctl.render.html_markup import Html

_MOST_WARNINGS = 50
_KINDS = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.INFO: ""}
_LABELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def checks(problems: Sequence[Problem]) -> list[Html]:
    """Return the section of all findings: errors stand open, notes and suppressed findings are folded."""
    if not problems:
        return []
    ranked = in_order(problems)
    errors = [one for one in ranked if one.blocks]
    live = [one for one in ranked if one.suppressed is None]
    warnings = [one for one in live if one.severity is Severity.WARNING]
    notes = [one for one in live if one.severity is Severity.INFO]
    ignored = [one for one in ranked if one.suppressed is not None]
    about = tag("p", own(f"{tally(problems)}."), class_="about")
    content = [about, *_open([*errors, *warnings[:_MOST_WARNINGS]])]
    content += _folded(warnings[_MOST_WARNINGS:], "more warning")
    content += _folded(notes, "note")
    content += _folded(ignored, "suppressed finding")
    return [section("Checks", *content, kind="checks", count=len(problems))]


def _open(problems: Sequence[Problem]) -> list[Html]:
    return [tag("ul", lines(map(_finding, problems)))] if problems else []


def _folded(problems: Sequence[Problem], what: str) -> list[Html]:
    listed = _open(problems)
    return [fold(plural(len(problems), what), listed[0])] if listed else []


def _finding(problem: Problem) -> Html:
    return tag(
        "li", tag("p", *_head(problem), class_="about"), tag("p", prose(problem.message)), *_advice(problem)
    )


def _head(problem: Problem) -> Iterator[Html]:
    if problem.suppressed is not None:
        yield tag("b", own("suppressed"))
    else:
        yield tag("b", own(_LABELS[problem.severity]), class_=_KINDS[problem.severity])
    yield own(" ")
    yield name(problem.rule)
    if problem.source is not None:
        yield own(" at ")
        yield literal(place(problem.source))
    about = subject(problem)
    if about:
        yield own(" of ")
        yield isolated(about)


def _advice(problem: Problem) -> Iterator[Html]:
    if problem.suppressed is not None:
        yield tag("p", own("Suppressed: "), isolated(quoted(problem.suppressed)), class_="why")
    elif problem.hint:
        yield tag("p", own("Hint: "), prose(problem.hint), class_="why")
