"""Drift as cases of a test report: a case a class, so that the history of each can be followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.drift.model import DriftClass, State
from idpctl.render.drift_words import saying
from idpctl.render.junit_cases import Case, Fate
from idpctl.render.safe import quoted, sentence, word
from idpctl.render.style import PLAIN
from idpctl.render.text_drift import finding_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from idpctl.drift.model import DriftReport, Finding

# What is asked of every provider: each has a case for these, also where all is well.
_ALWAYS = (
    DriftClass.REGISTRY,
    DriftClass.MISSING,
    DriftClass.UPSTREAM,
    DriftClass.PENDING,
    DriftClass.UNKNOWN,
)
_BLIND = "the provider could not be read"


def drift_cases(report: DriftReport) -> Iterator[tuple[str | None, Case]]:
    """Yield the key of a provider, or None for the run, and a case.

    What alarms is a failure, what was accepted is skipped, what could not be read is an error. A
    record that is no provider's is a case of the run. Nothing passes that was not looked at.
    """
    found: dict[str, dict[DriftClass, list[Finding]]] = {one.key: {} for one in report.providers}
    for finding in report.findings:
        if finding.key is None:
            yield None, _case(f"{finding.kind} {word(finding.name)}", [finding])
        else:
            found.setdefault(finding.key, {}).setdefault(finding.kind, []).append(finding)
    unseen = _unseen(report)
    for key, by_kind in found.items():
        for kind in dict.fromkeys((*_ALWAYS, *by_kind)):
            blind = kind is DriftClass.UPSTREAM and DriftClass.UNKNOWN in by_kind
            why = unseen.get(key, _BLIND if blind else "")
            yield key, _case(str(kind), by_kind.get(kind, []), why)


def _unseen(report: DriftReport) -> dict[str, str]:
    """Return why a provider was not looked at, for each that was not."""
    if not report.looked:
        return {one.key: "this run could not look" for one in report.providers}
    unread = {one.key for one in report.unknown}
    return {
        one.key: "left out of this run"
        for one in report.providers
        if one.state is State.UNKNOWN and one.key not in unread
    }


def _case(name: str, findings: Sequence[Finding], unseen: str = "") -> Case:
    """Return the case of what was found; where that is nothing, `unseen` says why it means nothing."""
    if not findings:
        return Case(name=name, fate=Fate.SKIPPED if unseen else Fate.PASSED, message=unseen)
    fate = _fate(findings)
    told = next(finding for finding in findings if _fate([finding]) is fate)
    text = "\n".join(line.removeprefix("  ") for one in findings for line in finding_lines(one, PLAIN))
    message = "" if fate is Fate.PASSED else _message(told, len(findings) - 1)
    return Case(name=name, fate=fate, message=message, text=text)


def _fate(findings: Sequence[Finding]) -> Fate:
    if any(one.alarms for one in findings):
        return Fate.FAILURE
    if any(one.kind is DriftClass.UNKNOWN for one in findings):
        return Fate.ERROR
    accepted = any(one.acceptance is not None for one in findings)
    return Fate.SKIPPED if accepted else Fate.PASSED


def _message(finding: Finding, others: int) -> str:
    one = finding.acceptance
    if one is not None:
        said = f"accepted until {sentence(one.until)}: {quoted(one.reason)}"
    else:
        said = (
            f"{word(finding.path)}: {sentence(saying(finding))}"
            if finding.path
            else sentence(saying(finding))
        )
    return f"{said} (and {others} more)" if others else said
