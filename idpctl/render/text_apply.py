"""What an apply did, as text: Terraform's last line when all of it was done, else what was not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.render.fates import ENDS, FATES, completed, fates
from idpctl.render.safe import sentence, word
from idpctl.report import Status, message_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from idpctl.render.outcome import Applied
    from idpctl.render.style import Palette
    from idpctl.report import OperationResult, Report

_WIDTH = max(map(len, FATES.values()))


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
        yield f"{colors.bold}{colors.green}{completed(outcome)}{colors.reset}"
    else:
        yield from _incomplete(report, colors)
    yield f"idpctl: {fates(report.operations)}; operation id {word(report.op)}"


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
    return f"  {color}{FATES[result.status]:<{_WIDTH}}{colors.reset}  {what}{detail}"


def _incomplete(report: Report, colors: Palette) -> Iterator[str]:
    why = "" if report.error is None else f": {sentence(message_of(report.error))}"
    yield f"{colors.red}Error: {colors.reset}{ENDS[report.outcome]}{why}"
    if not any(result.status in {Status.DONE, Status.IN_DOUBT} for result in report.operations):
        yield "  Nothing was changed."
    hint = getattr(report.error, "hint", None)
    if hint:
        yield f"  hint: {sentence(hint)}"
