"""The exit code of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl import verdict
from idpctl.drift.model import Run
from idpctl.drift.rules import NOT_TOLD
from idpctl.errors import ExitCode, worst

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idpctl.drift.model import DriftReport


def code_of(report: DriftReport) -> ExitCode:
    """Return 2 for drift alone, 4 where something could not be read, else what ended the run."""
    return worst(_codes(report))


def _codes(report: DriftReport) -> Iterator[ExitCode]:
    if report.error is not None:
        yield ExitCode(report.error.exit_code)
    if report.run is Run.INCOMPLETE:
        yield ExitCode.CHECKS
    yield verdict.of_problems(one for one in report.untold if one.rule != NOT_TOLD.id)
    if any(one.rule == NOT_TOLD.id for one in report.problems):
        yield ExitCode.RUNTIME
    if report.drift:
        yield ExitCode.CHANGES
