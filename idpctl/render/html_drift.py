"""A report of drift: what alarms comes first and is never folded, then what else was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.drift.model import DriftClass, Memory, Run
from idpctl.render.drift_words import advice, by_subject, is_grave, is_lost, saying, verdict
from idpctl.render.html_change import place
from idpctl.render.html_checks import checks
from idpctl.render.html_facts import target_facts
from idpctl.render.html_field import table
from idpctl.render.html_finding import finding_row
from idpctl.render.html_lists import MOST, facts, fold, items, listing, section
from idpctl.render.html_markup import isolated, join, lines, literal, name, own, prose, tag
from idpctl.render.html_plan import banner
from idpctl.render.safe import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from idpctl.drift.model import Acceptance, DriftReport, Finding
    from idpctl.errors import IdpctlError
    from idpctl.render.html_markup import Html
    from idpctl.render.view import View

_COLUMNS = ("Subject", "Class", "What was seen", "Note")


def standing_of(report: DriftReport) -> Html:
    """Return how it stands, in the words in which the text ends."""
    counted = ", ".join(f"{number} {kind}" for kind, number in report.counts().items() if number)
    notes = [own(f"Findings: {counted or 'none'}.")] if report.informed else []
    if report.informed and not report.looked:
        notes.append(own("What follows is as it was last seen."))
    kind = "bad" if report.drift else "good" if report.run is Run.COMPLETE else "ready"
    return banner(kind, verdict(report), *notes)


def drift_sections(report: DriftReport, view: View) -> Iterator[Html]:
    """Yield the sections in their order."""
    if not report.complete:
        said = [tag("strong", own("Partial")), own(" (--only): nothing is said about other providers.")]
        yield tag("p", *said, class_="partial")
    if report.error is not None:
        yield _error(report.error)
        yield from checks(report.error.problems)
    yield from _articles("Drift", report.drift, report)
    grave = [finding for finding in report.findings if is_grave(finding) and not finding.alarms]
    yield from _articles("Grave, though its class does not count", grave, report)
    yield from _advice(report)
    yield from _section("Could not be read", report.unknown, "danger")
    quiet = [one for one in report.findings if not one.alarms and not is_grave(one)]
    accepted = [one for one in quiet if one.acceptance is not None]
    rest = [one for one in quiet if one.acceptance is None]
    pending = [one for one in rest if one.kind is DriftClass.PENDING]
    others = [one for one in rest if one.kind not in {DriftClass.PENDING, DriftClass.UNKNOWN}]
    yield from _section("Accepted", accepted)
    yield from _section("Not applied yet", pending)
    yield from _section("Seen, and no drift", others)
    yield from checks(report.untold)
    if report.unused:
        shown = items([*map(_unused, report.unused)], "acceptances")
        yield section("Acceptances that met nothing", shown, count=len(report.unused))
    yield _about(report, view)


def _error(error: IdpctlError) -> Html:
    told = [prose(error.message)]
    if error.where:
        told.append(join([own("At "), name(error.where)]))
    if error.hint:
        told.append(join([own("Hint: "), prose(error.hint)]))
    return section("Nothing was compared", *(tag("p", one) for one in told), kind="danger")


def _articles(title: str, findings: Sequence[Finding], report: DriftReport) -> Iterator[Html]:
    """Yield a section with an article a provider, what is grave first; it is never folded."""
    groups = sorted(by_subject(findings).items(), key=lambda group: not any(map(is_grave, group[1])))
    if groups:
        articles = (_article(subject, found, report) for subject, found in groups)
        # Many are laid out as they come into sight.
        kind = "danger many" if len(groups) > MOST else "danger"
        yield section(title, *articles, kind=kind, count=len(findings))


def _article(subject: str, findings: Sequence[Finding], report: DriftReport) -> Html:
    title = [name(subject)]
    if any(one.trust for one in findings):
        title.append(tag("em", own("whom the gateway believes"), class_="danger"))
    if any(is_lost(one) for one in findings):
        title.append(tag("em", own("record lost"), class_="danger"))
    rows = table([finding_row(one, report.started) for one in findings])
    sources = [one.source for one in findings if one.source is not None]
    about = [tag("p", own("Declared in "), place(sources[0]), class_="about")] if sources else []
    # The borders of a plan's changes: red for a delete.
    kind = "change delete" if len(title) > 1 else "change update"
    return tag("article", tag("h3", *title), *about, rows, class_=kind)


def _advice(report: DriftReport) -> Iterator[Html]:
    found: Iterable[Finding] = (*report.drift, *report.unknown)
    texts = dict.fromkeys(advice(one.kind, one.reason) for one in found)
    listed = [*map(_told, texts)]
    if report.memory is Memory.NONE and report.looked:
        listed.append(
            own("Nothing remembers which records there were, so that none can be missed: --since FILE does.")
        )
    if listed:
        yield section("What to do", tag("ul", lines(tag("li", one) for one in listed)))


def _told(text: str) -> Html:
    """Return words of our own, in which commands stand between backticks."""
    parts = text.split("`")
    return join(literal(part) if index % 2 else own(part) for index, part in enumerate(parts))


def _section(title: str, findings: Sequence[Finding], kind: str = "") -> Iterator[Html]:
    if not findings:
        return
    rows = listing("drift", _COLUMNS, map(_row, findings))
    folded = not kind and len(findings) > MOST
    content = fold(f"All {len(findings):,} of them", rows) if folded else rows
    yield section(title, content, kind=kind, count=len(findings))


def _row(finding: Finding) -> Html:
    path = [own(" "), name(finding.path)] if finding.path else []
    cells = [own(str(finding.kind)), prose(saying(finding)), _note(finding.acceptance)]
    header = tag("th", name(finding.subject), *path, scope="row")
    return tag("tr", header, *(tag("td", cell) for cell in cells))


def _note(acceptance: Acceptance | None) -> Html:
    if acceptance is None:
        return own("")
    return join([own("until "), name(acceptance.until), own(": "), isolated(quoted(acceptance.reason))])


def _unused(acceptance: Acceptance) -> Html:
    path = [own(" "), name(acceptance.path)] if acceptance.path else []
    return join([name(acceptance.key), *path, own(" "), _note(acceptance)])


def _about(report: DriftReport, view: View) -> Html:
    states = ", ".join(f"{number:,} {state}" for state, number in report.states().items() if number)
    listed = [
        *([("Fingerprint", literal(report.fingerprint))] if report.informed else []),
        *([] if report.target is None else target_facts(report.target)),
        ("Providers", own(states.replace("_", " ") or "none")),
        ("Run", own(str(report.run))),
        ("Began", prose(report.started)),
        ("All was last compared", prose(report.last_success or "not known")),
        ("Exit code", own(str(int(view.exit_code)))),
    ]
    return section("About this run", facts(*listed))
