"""Drift as Markdown, for an issue or a comment: what is grave, a table, values, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.drift.model import DriftClass, Memory, Run
from idpctl.errors import IdpctlError
from idpctl.render.drift_words import advice, by_subject, compared, is_grave, saying, verdict
from idpctl.render.markdown_caution import put_block
from idpctl.render.markdown_page import Page, Part, fenced
from idpctl.render.markdown_text import code, fence, marker, quoted_block, span, spans
from idpctl.render.problems import counts, error_text, in_order, plural, problem_lines, tally
from idpctl.render.safe import calm, quoted, sentence, word
from idpctl.render.style import PLAIN
from idpctl.render.text_drift import finding_lines
from idpctl.text import escape, hide_userinfo

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from idpctl.drift.model import DriftReport, Finding
    from idpctl.errors import Problem

_MORE = "All of it: `idpctl drift`, as text or JSON."
_TABLE = "| identity provider | class | what | first seen | source |\n| --- | --- | --- | --- | --- |\n"
_OPEN = 3  # so few differences are not folded


class _Parts:
    """The parts of the page, in its order."""

    def __init__(self, report: DriftReport) -> None:
        self.drift = sorted(report.drift, key=lambda finding: not is_grave(finding))
        self.pieces = list(_pieces(self.drift))
        self.head = Part("line")
        self.error = Part("line")
        self.cautions = Part("grave finding")
        self.table = Part("table row", _TABLE)
        folded = "" if len(report.drift) > _OPEN else " open"
        title = f"<details{folded}><summary>Values</summary>\n\n"
        every = "".join(piece for _, piece in self.pieces)
        self.values = fenced("difference", [every], "diff", title, "\n</details>\n")
        unread = [_line(finding) for finding in report.unknown]
        self.unknown = fenced("provider", unread, "text", "**Could not be read**\n\n")
        others = [_line(finding) for finding in _others(report)]
        folded = "<details><summary>Accepted, not applied yet, and records of others</summary>\n\n"
        self.others = fenced("finding", others, "text", folded, "\n</details>\n")
        problems = _problems(report)
        lines = problem_lines(problems, verbose=True)
        self.checks = fenced("check", lines, "text", f"**Checks: {tally(problems)}**\n\n")
        self.foot = Part("line")

    def in_order(self) -> list[Part]:
        """Return the parts from the top of the page to its end."""
        parts = [self.head, self.error, self.cautions, self.table, self.values]
        return [*parts, self.unknown, self.others, self.checks, self.foot]


def drift_page(report: DriftReport, limit: int) -> str:
    """Return the page; what alarms is cut last, and of what is grave the names."""
    parts = _Parts(report)
    page = Page(parts.in_order(), limit)
    page.put(parts.head, _head(report))
    page.put(parts.foot, _foot(report))
    if report.error is not None:
        page.put(parts.error, _error(report.error, report.run))
    grave = [finding for finding in report.findings if is_grave(finding)]
    shown = put_block(page, parts.cautions, _full(grave), lambda most: _names(grave, most), len(grave))
    for finding in parts.drift:
        page.offer(parts.table, _row(finding))
    for finding in report.unknown:
        page.offer(parts.unknown, f"{_line(finding)}\n")
    for problem in _problems(report):
        page.offer(parts.checks, "\n".join(problem_lines([problem], verbose=True)) + "\n")
    for finding, piece in parts.pieces:
        if not (shown and is_grave(finding)):
            page.offer(parts.values, piece)
    for finding in _others(report):
        page.offer(parts.others, f"{_line(finding)}\n")
    return page.text(_MORE)


def _others(report: DriftReport) -> list[Finding]:
    return [one for one in report.findings if not one.alarms and one.kind is not DriftClass.UNKNOWN]


def _problems(report: DriftReport) -> list[Problem]:
    problems = () if report.error is None else report.error.problems
    return [problem for problem in in_order((*problems, *report.untold)) if counts(problem)]


def _head(report: DriftReport) -> str:
    target = "no configuration" if report.target is None else sentence(str(report.target))
    lines = [
        marker("drift", report.target),
        f"### idpctl drift: {span(target)}",
        "",
        f"**{verdict(report)}**",
    ]
    if report.informed and not report.looked:
        lines[-1] += "\\\nWhat follows is as it was last seen."
    if not report.complete:
        lines[-1] += "\\\n**PARTIAL** (`--only`): nothing is said about other providers."
    return "\n".join(lines)


def _error(error: IdpctlError, run: Run) -> str:
    kind = "[!NOTE]" if run is Run.SKIPPED else "[!CAUTION]"
    # The findings come below, where they can be counted.
    alone = IdpctlError(error.message, hint=error.hint, where=error.where, rule=error.rule)
    return "\n".join(quoted_block([kind, *fence(error_text(alone).splitlines(), "text")]))


def _full(grave: Sequence[Finding]) -> Iterator[str]:
    if grave:
        yield f"**{plural(len(grave), 'grave finding')}**: who is believed, and records that are lost"
        yield ""
        yield from fence("".join(piece for _, piece in _pieces(grave)).splitlines(), "diff")


def _names(grave: Sequence[Finding], most: int) -> Iterator[str]:
    """Yield the providers, each once, however many of its fields are meant."""
    trust = [*by_subject(one for one in grave if one.trust)]
    lost = [*by_subject(one for one in grave if not one.trust)]
    for names, noun in ((trust, "whom the gateway believes"), (lost, "records that are lost")):
        if names:
            yield f"- **{noun}, {plural(len(names), 'provider')}**: {spans(names, most)}"


def _pieces(findings: Iterable[Finding]) -> Iterator[tuple[Finding, str]]:
    """Yield each finding, by provider, and what each side holds of it."""
    for subject, group in by_subject(findings).items():
        for finding in group:
            lines = [f"# {word(subject)}", *_in_the_margin(finding)]
            yield finding, "\n".join(lines) + "\n"


def _in_the_margin(finding: Finding) -> Iterator[str]:
    """Yield the lines of a finding with signs where the colours of a diff look for them."""
    expected, found = compared(finding)
    signs = {"!": "!", expected: "-", found: "+"}
    for line in finding_lines(finding, PLAIN):
        first = line.split(maxsplit=1)[0]
        yield signs.get(first, " ") + (line[1:].replace("!", " ", 1) if first == "!" else line[1:])


def _row(finding: Finding) -> str:
    kind = f"**{finding.kind}**" + (", **trust**" if finding.trust else "")
    path = f"{code(finding.path)}: " if finding.path else ""
    source = "" if finding.source is None else code(f"{finding.source.file}:{finding.source.line}")
    cells = (
        code(finding.subject),
        kind,
        f"{path}{span(_said(finding))}",
        code(finding.first_seen) if finding.first_seen else "",
        source,
    )
    return f"| {' | '.join(cells)} |\n"


def _line(finding: Finding) -> str:
    path = f" {word(finding.path)}" if finding.path else ""
    one = finding.acceptance
    accepted = "" if one is None else f"; accepted until {word(one.until)}: {quoted(one.reason)}"
    return f"{finding.kind} {word(finding.subject)}{path}: {_said(finding)}{accepted}"


def _said(finding: Finding) -> str:
    """Return what was seen, on a line that may be one of many."""
    return calm(escape(hide_userinfo(saying(finding))))


def _foot(report: DriftReport) -> str:
    drift = report.drift
    lines = [f"- {text}" for text in _advice((*drift, *report.unknown))]
    if report.unused:
        lines.append(f"- {plural(len(report.unused), 'acceptance')} met nothing, and can be removed.")
    if report.memory is Memory.NONE and drift:
        lines.append("- Nothing remembers which records there were: `--since FILE` does.")
    first = ["**What to do**", "", *lines, ""] if lines else []
    if not report.informed:
        return "\n".join([*first, "There is no last report: nothing is known of drift."])
    counted = ", ".join(f"{number} {kind}" for kind, number in report.counts().items())
    return "\n".join([*first, counted, "", f"Fingerprint: `{report.fingerprint}`"])


def _advice(findings: Iterable[Finding]) -> list[str]:
    return list(dict.fromkeys(advice(one.kind, one.reason) for one in findings))
