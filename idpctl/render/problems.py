"""Findings and errors as text: severity, rule, place, message and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.errors import Severity
from idpctl.render.outcome import Applied, Listed
from idpctl.render.safe import quoted, sentence, word
from idpctl.render.style import PLAIN, palette

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from idpctl.errors import IdpctlError, Problem, Source
    from idpctl.render.style import Palette
    from idpctl.render.view import Subject

_MOST_WARNINGS = 50
_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
_INDENT = " " * 11


def problem_lines(
    problems: Iterable[Problem], colors: Palette = PLAIN, *, verbose: bool = False
) -> list[str]:
    """Return two lines a finding, errors first, then by place.

    Notes and suppressed findings are shown when `verbose`; every error always is, and so many
    warnings that errors stay in sight.
    """
    lines: list[str] = []
    warnings = 0
    for problem in in_order(problems):
        if not verbose and not counts(problem):
            continue
        warnings += not problem.blocks
        if verbose or warnings <= _MOST_WARNINGS or problem.blocks:
            lines.extend(_lines_of(problem, colors))
    if not verbose and warnings > _MOST_WARNINGS:
        lines.append(f"  ... and {warnings - _MOST_WARNINGS} more warnings (-v shows them)")
    return lines


def findings_of(subject: Subject) -> Sequence[Problem]:
    """Return the findings that a result or an error holds."""
    from idpctl.drift.model import DriftReport

    if isinstance(subject, DriftReport):
        return (*(() if subject.error is None else subject.error.problems), *subject.untold)
    return () if isinstance(subject, Applied | Listed) else subject.problems


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Return errors first, suppressed findings last, each by place."""
    return sorted(problems, key=_position)


def tally(problems: Sequence[Problem]) -> str:
    """Return `2 errors, 1 warning, 1 note, 3 suppressed`; what there is none of is left out."""
    suppressed = sum(problem.suppressed is not None for problem in problems)
    found = {
        severity: sum(problem.severity is severity and problem.suppressed is None for problem in problems)
        for severity in Severity
    }
    parts = [
        plural(found[Severity.ERROR], "error"),
        plural(found[Severity.WARNING], "warning"),
        plural(found[Severity.INFO], "note"),
        f"{suppressed} suppressed" if suppressed else "",
    ]
    return ", ".join(part for part in parts if part and not part.startswith("0 "))


def plural(count: int, noun: str, many: str | None = None) -> str:
    """Return `1 error` or `2 errors`."""
    return f"{count} {noun}" if count == 1 else f"{count} {many or noun + 's'}"


def hidden(problems: Iterable[Problem]) -> bool:
    """Say whether there are findings that are shown only with -v."""
    return not all(counts(problem) for problem in problems)


def error_text(error: IdpctlError, *, color: bool = False, verbose: bool = False) -> str:
    """Return an error as it is told to a person; tools know it by its first word."""
    colors = palette(color)
    lines = [f"{colors.red}Error: {colors.reset}{sentence(error.message)}"]
    parts = [f"at {word(error.where)}" if error.where else "", f"({word(error.rule)})" if error.rule else ""]
    if any(parts):
        lines.append("  " + " ".join(part for part in parts if part))
    lines.extend(problem_lines(error.problems, colors, verbose=verbose))
    if error.hint:
        lines.append(f"  hint: {sentence(error.hint)}")
    return "\n".join(lines) + "\n"


def counts(problem: Problem) -> bool:
    """Say whether a finding is shown without -v: it is neither a note nor suppressed."""
    return problem.suppressed is None and problem.severity is not Severity.INFO


def _position(problem: Problem) -> tuple[int, tuple[str, int, int], str, str]:
    source = problem.source
    weight = len(_RANK) if problem.suppressed is not None else _RANK[problem.severity]
    where = ("", 0, 0) if source is None else (source.file, source.line, source.column)
    return weight, where, problem.rule, problem.address or ""


def _lines_of(problem: Problem, colors: Palette) -> list[str]:
    parts = [part for part in (place(problem.source), subject(problem)) if part]
    where = "  ".join(parts) + ": " if parts else ""
    lines = [f"  {_label(problem, colors)}  {word(problem.rule)}  {where}{sentence(problem.message)}"]
    if problem.suppressed is not None:
        lines.append(f"{_INDENT}suppressed: {quoted(problem.suppressed)}")
    elif problem.hint:
        lines.append(f"{_INDENT}hint: {sentence(problem.hint)}")
    return lines


def _label(problem: Problem, colors: Palette) -> str:
    if problem.suppressed is not None:
        return "ignored"
    if problem.severity is Severity.ERROR:
        return f"{colors.red}error{colors.reset}  "
    if problem.severity is Severity.WARNING:
        return f"{colors.yellow}warning{colors.reset}"
    return "note   "


def place(source: Source | None) -> str:
    """Return `file:line:column`, as editors and terminals link it."""
    return "" if source is None else f"{word(source.file)}:{source.line}:{source.column}"


def subject(problem: Problem) -> str:
    """Return the provider and the field that a finding is about, as far as it names them."""
    if problem.address and "://" in problem.address:
        return ""  # a discovered URL: it stands above, and in the message
    return ".".join(word(part) for part in (problem.address, problem.path) if part)
