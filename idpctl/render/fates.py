"""The words for what became of an apply: the same ones in every format that people read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.render.problems import plural
from idpctl.report import Outcome, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idpctl.render.outcome import Applied
    from idpctl.report import OperationResult

FATES = {
    Status.DONE: "done",
    Status.FAILED: "failed",
    Status.IN_DOUBT: "in doubt",
    Status.NOT_STARTED: "not started",
}
ENDS = {
    Outcome.FAILED: "the apply failed",
    Outcome.INTERRUPTED: "the apply was interrupted",
    Outcome.IN_DOUBT: "nobody knows whether the apply was committed",
}


def completed(outcome: Applied) -> str:
    """Return Terraform's sentence for an apply that did all, byte for byte."""
    report = outcome.report
    if outcome.plan.options.destroy:
        return f"Destroy complete! Resources: {report.destroyed} destroyed."
    imported = f"{report.imported} imported, " if report.imported else ""
    counts = f"{report.added} added, {report.changed} changed, {report.destroyed} destroyed."
    return f"Apply complete! Resources: {imported}{counts}"


def fates(results: Sequence[OperationResult]) -> str:
    """Return `2 operations: 1 done, 1 failed`."""
    counts = {status: sum(result.status is status for result in results) for status in FATES}
    total = plural(len(results), "operation")
    parts = [f"{count} {FATES[status]}" for status, count in counts.items() if count]
    return f"{total}: {', '.join(parts)}" if parts else total
