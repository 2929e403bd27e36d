"""Everything that is not a plan, as Markdown: what an apply did, what a check found, an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.errors import IdpctlError
from idpctl.render.fates import FATES
from idpctl.render.markdown_page import Page, Part, fenced
from idpctl.render.markdown_text import code, fence, marker, quoted_block, span
from idpctl.render.outcome import Applied, Checked, Discovered, Listed, Renewed, Validated
from idpctl.render.problems import counts, error_text, in_order, problem_lines
from idpctl.render.safe import sentence
from idpctl.render.style import PLAIN
from idpctl.render.text_apply import verdict_lines
from idpctl.render.text_outcome import outcome_text
from idpctl.report import Status

if TYPE_CHECKING:
    from idpctl.drift.model import DriftReport
    from idpctl.render.outcome import Effective
    from idpctl.render.view import Outcome
    from idpctl.report import OperationResult

_MORE = "The text of the run holds all of it."
_COLUMNS = "| state | operation | identity provider | detail |\n| --- | --- | --- | --- |\n"
# What a person has to look at comes before what went well.
_URGENCY = (Status.FAILED, Status.IN_DOUBT, Status.NOT_STARTED, Status.STARTED, Status.DONE)


def outcome_page(outcome: Outcome, limit: int, *, verbose: bool) -> str:
    """Return the page of a result; it holds at most `limit` characters."""
    if isinstance(outcome, Applied):
        return _applied(outcome, limit)
    if isinstance(outcome, IdpctlError):
        return _failed(outcome, limit)
    kind = _kind(outcome)
    lines = outcome_text(outcome, PLAIN, verbose=verbose).splitlines()
    head, text = Part("line"), fenced("line", lines, "text")
    page = Page([head, text], limit)
    page.put(head, f"{marker(kind)}\n### idpctl {kind}\n\n{span(lines[-1])}")
    for line in lines[:-1]:
        page.offer(text, f"{line}\n")
    return page.text(_MORE)


_KINDS: dict[type, str] = {
    Discovered: "discover",
    Checked: "check",
    Listed: "list",
    Renewed: "lock",
    Validated: "validate",
}


def _kind(outcome: Validated | Discovered | Checked | Effective | Listed | Renewed | DriftReport) -> str:
    return _KINDS.get(type(outcome), "render")


def _applied(outcome: Applied, limit: int) -> str:
    plan, report = outcome.plan, outcome.report
    head, table = Part("line"), Part("table row", _COLUMNS)
    page = Page([head, table], limit)
    result = list(verdict_lines(outcome, PLAIN))
    what = "destroy" if plan.options.destroy else "apply"
    lines = [marker("apply", plan.target), f"### idpctl {what}: {span(sentence(str(plan.target)))}", ""]
    if report.complete:
        lines += [f"**{result[0]}**\\", span(result[-1])]
    else:
        lines += quoted_block(["[!CAUTION]", *fence(result, "text")])
    lines += ["", f"Fingerprint of the plan: `{plan.fingerprint}`"]
    page.put(head, "\n".join(lines))
    urgent = sorted(enumerate(report.operations), key=lambda pair: _URGENCY.index(pair[1].status))
    for place, operation in urgent:
        page.offer(table, _row(operation), place)
    return page.text(_MORE)


def _row(result: OperationResult) -> str:
    detail = span(sentence(result.detail)) if result.detail else ""
    cells = (
        FATES[result.status],
        f"{result.verb} {code(result.name)}",
        code(result.address),
        detail,
    )
    return f"| {' | '.join(cells)} |\n"


def _failed(error: IdpctlError, limit: int) -> str:
    found = [problem for problem in in_order(error.problems) if counts(problem)]
    head, checks = Part("line"), fenced("check", problem_lines(found, verbose=True), "text")
    page = Page([head, checks], limit)
    # The findings come below, where they can be counted.
    alone = IdpctlError(error.message, hint=error.hint, where=error.where, rule=error.rule)
    caution = quoted_block(["[!CAUTION]", *fence(error_text(alone).splitlines(), "text")])
    page.put(head, "\n".join([marker("error"), "### idpctl", "", *caution]))
    for problem in found:
        page.offer(checks, "\n".join(problem_lines([problem])) + "\n")
    return page.text(_MORE)
