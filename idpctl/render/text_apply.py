"""What an apply did, as text: Terraform's last line when all of it was done, else what was not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.render.problems import plural
from idpctl.render.safe import sentence, word
from idpctl.report import Outcome, Status, message_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from idpctl.render.outcome import Applied
    from idpctl.render.style import Palette
    from idpctl.report import OperationResult, Report

LABELS = {
    Status.DONE: "done       ",
    Status.FAILED: "failed     ",
    Status.IN_DOUBT: "in doubt   ",
    Status.NOT_STARTED: "not started",
}
_ENDS = {
    Outcome.FAILED: "the apply failed",
    Outcome.INTERRUPTED: "the apply was interrupted",
    Outcome.IN_DOUBT: "nobody knows whether the apply was committed",
}


def applied_lines(outcome: Applied, colors: Palette, *, verbose: bool) -> Iterator[str]:
    """Yield the operations that a person has to look at (all of them when `verbose`), then the result."""
    report = outcome.report
    shown = report.operations if verbose else _noteworthy(report)
    yield from (_line(result, colors) for result in shown)
    if shown:
        yield ""
    yield from verdict_lines(outcome, colors)


def verdict_lines(outcome: Applied, colors: Palette) -> Iterator[str]:
    """Yield what the apply came to: Terraform's sentence or the error, then our own counts."""
    report = outcome.report
    if report.complete:
        yield f"{colors.bold}{colors.green}{_complete(outcome)}{colors.reset}"
    else:
        yield from _incomplete(report, colors)
    yield f"idpctl: {_fates(report.operations)}; operation id {word(report.op)}"


def _noteworthy(report: Report) -> Sequence[OperationResult]:
    """Return everything where a part was done; where nothing was, only what stood in the way."""
    results = report.operations
    if report.complete:
        return ()
    if any(result.status is Status.DONE for result in results):
        return results
    return [result for result in results if result.status in {Status.FAILED, Status.IN_DOUBT}]


def _line(result: OperationResult, colors: Palette) -> str:
    color = colors.green if result.status is Status.DONE else colors.red
    detail = f": {sentence(result.detail)}" if result.detail else ""
    what = f"{result.verb} {word(result.name)}   ({word(result.address)})"
    return f"  {color}{LABELS[result.status]}{colors.reset}  {what}{detail}"


def _complete(outcome: Applied) -> str:
    """Return Terraform's sentence, byte for byte."""
    report = outcome.report
    if outcome.plan.options.destroy:
        return f"Destroy complete! Resources: {report.destroyed} destroyed."
    imported = f"{report.imported} imported, " if report.imported else ""
    counts = f"{report.added} added, {report.changed} changed, {report.destroyed} destroyed."
    return f"Apply complete! Resources: {imported}{counts}"


def _incomplete(report: Report, colors: Palette) -> Iterator[str]:
    why = "" if report.error is None else f": {sentence(message_of(report.error))}"
    yield f"{colors.red}Error: {colors.reset}{_ENDS[report.outcome]}{why}"
    if not any(result.status in {Status.DONE, Status.IN_DOUBT} for result in report.operations):
        yield "  Nothing was changed."
    hint = getattr(report.error, "hint", None)
    if hint:
        yield f"  hint: {sentence(hint)}"


def _fates(results: Sequence[OperationResult]) -> str:
    counts = {status: sum(result.status is status for result in results) for status in LABELS}
    total = plural(len(results), "operation")
    parts = [f"{count} {LABELS[status].strip()}" for status, count in counts.items() if count]
    return f"{total}: {', '.join(parts)}" if parts else total
