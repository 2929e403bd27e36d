"""What an apply did, as text: Terraform's last line when all of it was done, else what was not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.render.problems import plural
from idpctl.render.safe import sentence, word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idpctl.applier import OperationResult
    from idpctl.render.outcome import Applied
    from idpctl.render.style import Palette

_LABELS = {
    "done": "done       ",
    "failed": "failed     ",
    "in_doubt": "in doubt   ",
    "not_started": "not started",
}


def applied_lines(outcome: Applied, colors: Palette, *, verbose: bool) -> Iterator[str]:
    """Yield the operations that were not done (all of them when `verbose`), then the result."""
    results = outcome.report.operations
    left = [result for result in results if str(result.status) != "done"]
    shown = results if verbose or left else ()
    for result in shown:
        yield _line(result, colors)
    if shown:
        yield ""
    if left:
        yield f"{colors.red}Error: {colors.reset}the apply is incomplete: {_fates(outcome)}"
    else:
        yield f"{colors.bold}{colors.green}Apply complete! Resources: {_resources(outcome)}{colors.reset}"
    done = plural(len(results) - len(left), "operation")
    yield f"idpctl: {done} done; operation id {word(outcome.report.op)}"


def _line(result: OperationResult, colors: Palette) -> str:
    status = str(result.status)
    color = colors.green if status == "done" else colors.red
    detail = f": {sentence(result.detail)}" if result.detail else ""
    what = f"{result.verb} {word(result.name)}"
    return f"  {color}{_LABELS[status]}{colors.reset}  {what}   ({word(result.address)}){detail}"


def _fates(outcome: Applied) -> str:
    counts: dict[str, int] = dict.fromkeys(_LABELS, 0)
    for result in outcome.report.operations:
        counts[str(result.status)] += 1
    return ", ".join(f"{count} {status.replace('_', ' ')}" for status, count in counts.items() if count)


def _resources(outcome: Applied) -> str:
    counts = outcome.resources
    imported = f"{counts['imported']} imported, " if counts["imported"] else ""
    return f"{imported}{counts['added']} added, {counts['changed']} changed, {counts['destroyed']} destroyed."
