"""A plan as Markdown: cautions, a table, the differences, the checks, and the command that applies it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.render.command_line import apply_command
from idpctl.render.markdown_caution import put_cautions
from idpctl.render.markdown_change import detail, table_row
from idpctl.render.markdown_page import Page, Part, fenced
from idpctl.render.markdown_text import code, fence, marker, span, spans
from idpctl.render.order import by_danger, is_dangerous
from idpctl.render.problems import counts, in_order, plural, problem_lines, tally
from idpctl.render.safe import sentence
from idpctl.render.style import PLAIN
from idpctl.render.text_plan import count_lines, left_alone

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from idpctl.errors import Problem
    from idpctl.plan import Change, Plan

_MORE = "All of it: `idpctl show PLANFILE`."
_NAMES = 50
_TABLE = "| identity provider | action | fields | cause | source |\n| --- | --- | --- | --- | --- |\n"
_OPEN = 3  # so few differences are not folded


class _Parts:
    """The parts of the page, in its order."""

    def __init__(self, plan: Plan) -> None:
        self.head = Part("line")
        self.cautions = Part("dangerous change")
        self.table = Part("table row", _TABLE)
        folded = "" if len(plan.changes) > _OPEN else " open"
        title = f"<details{folded}><summary>Differences</summary>\n\n"
        self.details = Part("difference", title, "</details>\n")
        lines = problem_lines(plan.problems, verbose=True)
        self.checks = fenced("check", lines, "text", f"**Checks: {tally(plan.problems)}**\n\n")
        folded = "<details><summary>Notes and suppressed checks</summary>\n\n"
        self.notes = fenced("note", lines, "text", folded, "\n</details>\n")
        self.others = Part("list of records that are not managed here")
        self.unchanged = Part("list of what is unchanged")
        self.foot = Part("line")

    def in_order(self) -> list[Part]:
        """Return the parts from the top of the page to its end."""
        parts = [self.head, self.cautions, self.table, self.details, self.checks, self.notes]
        return [*parts, self.others, self.unchanged, self.foot]


def plan_page(plan: Plan, limit: int) -> str:
    """Return the page; what is dangerous is cut last: its values, then names, then a count."""
    parts = _Parts(plan)
    page = Page(parts.in_order(), limit)
    page.put(parts.head, _head(plan))
    page.put(parts.foot, _foot(plan))
    put_cautions(page, parts.cautions, plan)
    changes = by_danger(plan.changes)
    problems = in_order(plan.problems)
    _offer_checks(page, parts.checks, [problem for problem in problems if problem.blocks])
    dangerous = sum(map(is_dangerous, changes))
    _offer_rows(page, parts.table, changes[:dangerous])
    _offer_details(page, parts.details, changes[:dangerous])
    _offer_rows(page, parts.table, changes[dangerous:])
    _offer_checks(page, parts.checks, [one for one in problems if counts(one) and not one.blocks])
    _offer_details(page, parts.details, changes[dangerous:])
    _offer_checks(page, parts.notes, [problem for problem in problems if not counts(problem)])
    for line in left_alone(plan, verbose=False):
        page.offer(parts.others, f"- {span(line)}\n")
    if plan.unchanged:
        page.offer(parts.unchanged, f"{len(plan.unchanged)} unchanged: {spans(plan.unchanged, _NAMES)}\n")
    return page.text(_MORE)


def _head(plan: Plan) -> str:
    what = "destroy" if plan.options.destroy else "plan"
    lines = [marker("plan", plan.target), f"### idpctl {what}: {span(sentence(str(plan.target)))}", ""]
    counted = list(count_lines(plan, PLAIN))
    if plan.errored:
        failed = sum(problem.blocks for problem in plan.problems)
        lines.append(f"**Nothing can be applied: {plural(failed, 'check')} failed.**\\")
    if not plan.complete:
        only = ", ".join(code(f"--only {pattern}") for pattern in plan.options.only)
        lines.append(f"**PARTIAL PLAN** ({only}): nothing is said about other providers.\\")
    lines.append(f"**{counted[0]}**" + ("" if len(counted) == 1 else f"\\\n{counted[1]}"))
    return "\n".join(lines)


def _foot(plan: Plan) -> str:
    lines = [_policies(plan), "", f"Fingerprint: `{plan.fingerprint}`"]
    if plan.changes and not plan.errored:
        lines += ["", "Apply exactly this plan, and nothing else:", "", *fence([apply_command(plan)], "sh")]
    if plan.blocked:
        flags = ", ".join(span(sentence(gate.flag)) for gate in plan.blocked[:_NAMES])
        more = f" and {len(plan.blocked) - _NAMES} more" if len(plan.blocked) > _NAMES else ""
        lines += ["", f"**Blocked** until allowed by name: {flags}{more}"]
    return "\n".join(lines)


def _policies(plan: Plan) -> str:
    """Return which policies judged the plan: one that was taken away is missed here."""
    named = [file for file in plan.inputs.files if file.endswith(".schema.json")]
    listed = spans(named, _NAMES) if named else "none"
    return f"Policies: {listed}"


def _offer_rows(page: Page, part: Part, changes: Iterable[Change]) -> None:
    for change in changes:
        page.offer(part, table_row(change))


def _offer_details(page: Page, part: Part, changes: Sequence[Change]) -> None:
    """Offer the differences: with what stays as it is beside them where there is room for that."""
    full = [detail(change, context=True) for change in changes]
    context = page.fits(part, "".join(full))
    for change, text in zip(changes, full, strict=True):
        page.offer(part, text if context else detail(change, context=False))


def _offer_checks(page: Page, part: Part, problems: Iterable[Problem]) -> None:
    for problem in problems:
        page.offer(part, "\n".join(problem_lines([problem], verbose=True)) + "\n")
