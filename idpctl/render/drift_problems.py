"""Drift as findings of rules, for formats that know findings alone: at the line that wants it otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.drift.model import DriftClass, Knowledge
from idpctl.errors import Problem, Severity
from idpctl.render.drift_words import advice, saying, side_text
from idpctl.render.safe import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idpctl.drift.model import DriftReport, Finding, Side

_SIDES = {"applied": "last applied", "live": "live", "wanted": "wanted", "served": "served"}


def drift_problems(report: DriftReport) -> list[Problem]:
    """Return an error for each finding that alarms, and a warning for what could not be read.

    Whom the gateway believes comes first: some formats show the first ones alone.
    """
    drift = sorted(report.drift, key=lambda one: not one.trust)
    unknown = [one for one in report.unknown if not one.alarms]
    return [
        *(_problem(finding, Severity.ERROR) for finding in drift),
        *(_problem(finding, Severity.WARNING) for finding in unknown),
    ]


def _problem(finding: Finding, severity: Severity) -> Problem:
    said = ": ".join([saying(finding), *filter(None, [", ".join(_held(finding))])])
    return Problem(
        rule=f"drift:{finding.kind}",
        severity=severity,
        message=f"{'whom the gateway believes: ' if finding.trust else ''}{said}",
        hint=advice(finding.kind, finding.reason),
        source=finding.source,
        address=finding.subject,
        path=finding.path,
    )


def _held(finding: Finding) -> Iterator[str]:
    """Yield what each party holds, where it is known what."""
    if finding.kind is DriftClass.UNKNOWN:
        return
    for name, label in _SIDES.items():
        side: Side = getattr(finding, name)
        if side.knowledge is Knowledge.VALUE:
            yield f"{label} {shown(side.value)}"
        elif side.knowledge is Knowledge.UNKNOWN:
            yield f"{label} {side_text(side)}"
