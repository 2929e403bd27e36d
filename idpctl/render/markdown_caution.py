"""What has to be seen before anything else: trust changes, replacements and deletes, and what they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.plan import Action
from idpctl.render.markdown_text import code, fence, quoted_block, span, spans
from idpctl.render.problems import plural
from idpctl.render.style import PLAIN
from idpctl.render.text_trust import trust_lines
from idpctl.render.vocabulary import meanwhile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from idpctl.plan import Change, Plan
    from idpctl.render.markdown_page import Page, Part

_USERS = 10
_MANY = 1_000_000


def put_cautions(page: Page, part: Part, plan: Plan) -> None:
    """Put the dangers of a plan into `part`."""
    put_block(page, part, _full(plan), lambda most: _names(plan, most), len(plan.changes))


def put_block(
    page: Page, part: Part, full: Iterable[str], names: Callable[[int], Iterable[str]], largest: int
) -> bool:
    """Put the block with all values, else with all names, else with as many names as there is room for.

    `names` returns the lines with so many names of each list, none of which is longer than
    `largest`. Says whether all values are there.
    """
    most = _MANY
    text = _block(full)
    whole = page.fits(part, text)
    if not whole:
        text = _block(names(most))
    while most and not page.fits(part, text):
        most = most // 2 if most < _MANY else largest
        text = _block(names(most))
    if text:
        page.put(part, text)
    return whole


def _block(lines: Iterable[str]) -> str:
    """Return an alert, as GitHub and GitLab draw it; nothing where there is nothing to warn of."""
    inside = list(lines)
    return "\n".join(quoted_block(["[!CAUTION]", *inside])) + "\n" if inside else ""


def _full(plan: Plan) -> Iterator[str]:
    trust = trust_lines(plan, PLAIN)
    if trust:
        yield f"**{_trust_title(plan)}**"
        yield ""
        yield from fence((line.removeprefix("  ") for line in trust[1:]), "diff")
    for change in _of(plan, Action.REPLACE):
        users = f"; used by {spans(change.usage, _USERS)}" if change.usage else ""
        yield f"- **Replacement** of {code(change.address)}: {_steps(change)}{users}"
    for change in _of(plan, Action.DELETE):
        name = change.steps[0].name if change.steps else change.address
        users = f"; used by {spans(change.usage, _USERS)}" if change.usage else ""
        yield f"- **Delete** of {code(change.address)}: record {code(name)}{users}"


def _names(plan: Plan, most: int) -> Iterator[str]:
    trust = [change.address for change in plan.changes if change.trust]
    if trust:
        yield f"- **{_trust_title(plan)}**: {spans(trust, most)}"
    for action, noun in ((Action.REPLACE, "replacement"), (Action.DELETE, "delete")):
        names = [change.address for change in _of(plan, action)]
        if names:
            yield f"- **{plural(len(names), noun)}**: {spans(names, most)}"


def _of(plan: Plan, action: Action) -> list[Change]:
    return [change for change in plan.changes if change.action is action]


def _trust_title(plan: Plan) -> str:
    return f"{plural(plan.summary().trust, 'trust change')}: whom the gateway believes"


def _steps(change: Change) -> str:
    calls = ", ".join(f"{step.verb} {code(step.name)}" for step in change.steps)
    return f"{calls}; {span(meanwhile(change))}"
