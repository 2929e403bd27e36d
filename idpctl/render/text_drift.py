"""A report of drift as text, for the mail of a cron job: what alarms first, what to do, one last line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.drift.model import DriftClass, Knowledge, Memory, Reason, Run
from idpctl.model import Origin
from idpctl.render.contrast import contrast, is_pointed_at
from idpctl.render.drift_words import advice, by_subject, compared, saying, side_text, verdict
from idpctl.render.problems import plural, problem_lines
from idpctl.render.safe import quoted, sentence, shown, word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from idpctl.drift.model import DriftReport, Finding, Side
    from idpctl.render.style import Palette

_COLUMN = 10  # of the widest class word
_INDENT = " " * 8
_MOST = 20  # findings of a kind that is no alarm


def drift_lines(report: DriftReport, colors: Palette, *, verbose: bool) -> Iterator[str]:
    """Yield the lines of a report; every finding that is drift is among them, however many there are."""
    yield _head(report)
    yield from _error(report, colors)
    drift = report.drift
    if drift:
        title = "Drift" if report.looked else "Drift, as last seen"
        yield f"\n{colors.bold}{colors.red}{title}{colors.reset} ({plural(len(drift), 'finding')}):"
        for subject, findings in by_subject(drift).items():
            yield from _provider(subject, findings, colors, verbose=verbose)
        yield from _advice(drift)
    yield from _others(report, colors, verbose=verbose)
    yield from _checks(report, colors, verbose=verbose)
    yield from _remarks(report)
    yield ""
    yield from _end(report, colors)


def _head(report: DriftReport) -> str:
    target = "" if report.target is None else f" {sentence(str(report.target))},"
    part = "" if report.complete else " (a part of them: --only)"
    return f"idpctl drift:{target} {plural(len(report.providers), 'provider')}{part}"


def _error(report: DriftReport, colors: Palette) -> Iterator[str]:
    error = report.error
    if error is None:
        return
    yield ""
    title = "Skipped" if report.run is Run.SKIPPED else "Error"
    places = [f"at {word(error.where)}"] if error.where else []
    places += [f"({word(error.rule)})"] if error.rule else []
    yield f"{colors.red}{title}: {colors.reset}{sentence(error.message)}"
    if places:
        yield f"  {' '.join(places)}"
    yield from problem_lines(error.problems, colors)
    if error.hint:
        yield f"  hint: {sentence(error.hint)}"


def _provider(subject: str, findings: Sequence[Finding], colors: Palette, *, verbose: bool) -> Iterator[str]:
    source = findings[0].source
    place = "" if source is None else f"   ({word(source.file)}:{source.line})"
    yield f"\n  {colors.bold}{word(subject)}{colors.reset}{place}"
    for finding in findings:
        yield from finding_lines(finding, colors)
        if verbose:
            yield from _entry(finding)


def finding_lines(finding: Finding, colors: Palette) -> Iterator[str]:
    """Yield what was seen, what each side holds, and since when."""
    mark = f"{colors.red}!{colors.reset}" if finding.trust else " "
    path = f"{word(finding.path)}: " if finding.path else ""
    yield f"  {mark} {finding.kind:<{_COLUMN}}{path}{sentence(saying(finding))}"
    yield from _sides(finding)
    notes = [f"first seen {finding.first_seen}"]
    notes += ["as last seen: it could not be looked at now"] if finding.carried else []
    notes += [f"no longer accepted: {sentence(finding.lapsed)}"] if finding.lapsed else []
    yield f"{_INDENT}{'; '.join(notes)}"


def _sides(finding: Finding) -> Iterator[str]:
    """Yield what each side holds; the two that differ stand one above the other."""
    upstream = finding.kind is DriftClass.UPSTREAM
    above, below = compared(finding)
    expected, found = getattr(finding, above), getattr(finding, below)
    if found.knowledge is expected.knowledge is Knowledge.VALUE:
        one, other, pointer = contrast(expected.value, found.value, point=is_pointed_at(finding.path))
        yield _side(above, one, "" if upstream else _origin(finding))
        yield _side(below, other)
        if pointer:
            yield _side("", pointer)
    else:
        yield from _known(above, expected)
        yield from _known(below, found)
    told = (finding.live, finding.wanted, finding.served)
    if upstream and finding.wanted not in (finding.live, finding.served):
        yield from _known("locked", finding.wanted)
    if finding.applied not in told:
        yield from _known("applied", finding.applied)


def _origin(finding: Finding) -> str:
    return "" if finding.origin in {None, Origin.CONFIG} else f"   ({finding.origin})"


def _known(name: str, side: Side) -> Iterator[str]:
    if side.knowledge is Knowledge.VALUE:
        yield _side(name, shown(side.value))
    elif side.knowledge is Knowledge.UNKNOWN:
        yield _side(name, sentence(side_text(side)))


def _side(name: str, text: str, tail: str = "") -> str:
    return f"{_INDENT}{name:<{_COLUMN}}{text}{tail}"


def _entry(finding: Finding) -> Iterator[str]:
    """Yield the entry of a file for --accept, to be copied."""
    path = "null" if finding.path is None else quoted(finding.path)
    yield f"{_INDENT}# to accept it for a while (--accept FILE):"
    yield f"{_INDENT}- key: {quoted(finding.subject)}"
    yield f"{_INDENT}  path: {path}"
    yield f'{_INDENT}  value_sha256: "{finding.value_sha256}"'
    yield f'{_INDENT}  until: "{finding.first_seen[:10]}"   # the last day on which it counts'
    yield f'{_INDENT}  reason: ""   # why'


def _advice(drift: Sequence[Finding]) -> Iterator[str]:
    yield "\nWhat to do:"
    seen = {(finding.kind, finding.reason) for finding in drift}
    for text in dict.fromkeys(advice(kind, reason) for kind, reason in sorted(seen)):
        yield f"  {text}"


def _others(report: DriftReport, colors: Palette, *, verbose: bool) -> Iterator[str]:
    """Yield what is no drift: accepted, could not be read, pending, and records of others."""
    rest = [finding for finding in report.findings if not finding.alarms]
    accepted = [finding for finding in rest if finding.acceptance is not None]
    unknown = [one for one in rest if one.kind is DriftClass.UNKNOWN]
    others = [one for one in rest if one.acceptance is None and one.kind is not DriftClass.UNKNOWN]
    unread = f"{colors.yellow}Could not be read{colors.reset}"
    yield from _section(unread, unknown, verbose=True)
    yield from _section("Seen, and no drift", others, verbose=verbose)
    yield from _section("Accepted", accepted, verbose=verbose)


def _section(title: str, findings: Sequence[Finding], *, verbose: bool) -> Iterator[str]:
    if not findings:
        return
    yield f"\n{title} ({len(findings)}):"
    most = len(findings) if verbose else _MOST
    yield from map(_short, findings[:most])
    if len(findings) > most:
        yield f"    ... and {len(findings) - most} more (-v shows them)"


def _short(finding: Finding) -> str:
    path = f"{word(finding.path)}: " if finding.path else ""
    mark = "!" if finding.trust else " "
    what = f"{word(finding.subject)}  {path}{sentence(saying(finding))}"
    line = f"  {mark} {finding.kind:<{_COLUMN}}{what}"
    one = finding.acceptance
    return line if one is None else f"{line}; accepted until {word(one.until)}: {quoted(one.reason)}"


def _checks(report: DriftReport, colors: Palette, *, verbose: bool) -> Iterator[str]:
    """Yield the findings of rules that say more than the report above does."""
    problems = report.problems if verbose else [problem for problem in report.untold if problem.blocks]
    lines = problem_lines(problems, colors, verbose=verbose)
    if lines:
        yield "\nChecks:"
        yield from lines


def _remarks(report: DriftReport) -> Iterator[str]:
    notes = [
        f"the acceptance of {word(one.key)}{f' {word(one.path)}' if one.path else ''} meets nothing"
        " (any more): it can be removed"
        for one in report.unused
    ]
    created = all(one.reason is not Reason.NOT_CREATED for one in report.findings)
    if report.memory is Memory.NONE and not created:
        notes.append(
            "nothing remembers which records there were: a deleted one looks like one that was never"
            " created. --since FILE remembers"
        )
    if notes:
        yield ""
        yield from (f"Remark: {note}." for note in notes)


def _end(report: DriftReport, colors: Palette) -> Iterator[str]:
    if report.informed:
        counts = ", ".join(f"{number} {kind}" for kind, number in report.counts().items())
        yield f"idpctl: {counts}"
        yield f"Fingerprint: {report.fingerprint}"
    yield f"{colors.bold}{verdict(report)}{colors.reset}"
