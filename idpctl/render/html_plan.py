"""The sections of a plan: what can do harm comes first and is never folded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.plan import Action
from idpctl.render.html_change import article, folded_article
from idpctl.render.html_checks import checks
from idpctl.render.html_facts import about_plan
from idpctl.render.html_filter import choice
from idpctl.render.html_lists import MOST, fold, items, section
from idpctl.render.html_markup import isolated, join, lines, name, own, tag
from idpctl.render.html_trust import closed_gates, opened_gates, trust
from idpctl.render.problems import plural
from idpctl.render.safe import word
from idpctl.render.vocabulary import no_changes, own_counts, rank, totals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from idpctl.plan import Change, Plan
    from idpctl.render.html_markup import Html
    from idpctl.render.view import View

# By the rank of the changes in them: title, action, and whether they are harmless, which allows to fold them.
_GROUPS = {
    0: ("Replacements", Action.REPLACE, False),
    1: ("Deletes", Action.DELETE, False),
    2: ("Updates that change whom to trust", Action.UPDATE, False),
    3: ("Updates", Action.UPDATE, True),
    6: ("Creates", Action.CREATE, True),
    5: ("Adoptions", Action.ADOPT, True),
    4: ("Moves", Action.MOVE, True),
}
_LABELS = {
    Action.REPLACE: "Replace",
    Action.DELETE: "Delete",
    Action.UPDATE: "Update",
    Action.CREATE: "Create",
    Action.ADOPT: "Import",
    Action.MOVE: "Move",
}


def verdict(plan: Plan) -> Html:
    """Return what the plan comes to, in the words in which its text ends."""
    if plan.errored:
        failed = sum(problem.blocks for problem in plan.problems)
        return banner(
            "bad", "Nothing can be applied", own(f"{plural(failed, 'check')} failed."), *_notes(plan)
        )
    if plan.blocked:
        missing = plural(len(plan.blocked), "option has", "options have")
        needed = own(f"{missing} to be given before it can be applied.")
        return banner("bad", "Blocked", needed, *_notes(plan))
    if not plan.changes:
        return banner("good", "No changes", own(no_changes(plan)), *_notes(plan))
    return banner("ready", "Ready to be applied", *_notes(plan))


def banner(kind: str, title: str, *notes: Html) -> Html:
    """Return the box at the head of a page, which says how it is."""
    shown = (tag("p", note) for note in notes)
    return tag("div", lines([tag("p", own(title), class_="verdict"), *shown]), class_=f"banner {kind}")


def _notes(plan: Plan) -> Iterator[Html]:
    summary = plan.summary()
    if plan.changes:
        yield own(f"Plan: {totals(summary)}")
        yield own(own_counts(summary))
        return
    others = len(plan.unmanaged) + len(plan.foreign)
    yield own(f"{plan.declared} declared, {summary.unchanged} as wanted; {others} not managed here")


def partial(plan: Plan) -> list[Html]:
    """Return the warning of a plan that is not about everything."""
    if plan.complete:
        return []
    only = join([isolated(f"--only {word(pattern)}") for pattern in plan.options.only], ", ")
    said = [
        tag("strong", own("Partial plan")),
        own(" ("),
        only,
        own("): nothing is said about other providers."),
    ]
    return [tag("p", *said, class_="partial")]


def sections(plan: Plan, view: View) -> Iterator[Html]:
    """Yield the sections in their order."""
    yield from closed_gates(plan)
    yield from trust(plan)
    groups = [*_groups(plan)]
    if groups:
        yield choice("Show changes", _counts(plan))
    yield from groups
    yield from opened_gates(plan)
    yield from checks(plan.problems)
    yield from _others(plan)
    yield about_plan(plan, view)


def _groups(plan: Plan) -> Iterator[Html]:
    ranked: dict[int, list[Change]] = {place: [] for place in _GROUPS}
    for change in plan.changes:
        ranked[rank(change)].append(change)
    for place, changes in ranked.items():
        if changes:
            yield _group(*_GROUPS[place], changes)


def _group(title: str, action: Action, harmless: bool, changes: Sequence[Change]) -> Html:
    many = len(changes) > MOST
    kind = f"filtered {action}{'' if harmless else ' danger'}{' many' if many else ''}"
    if many and harmless:
        content = [fold(f"All {len(changes):,} of them", lines(map(folded_article, changes)))]
    else:
        content = [*map(article, changes)]
    return section(title, *content, kind=kind, count=len(changes))


def _counts(plan: Plan) -> dict[str, tuple[str, int]]:
    counts = dict.fromkeys(_LABELS, 0)
    for change in plan.changes:
        counts[change.action] += 1
    return {str(action): (_LABELS[action], count) for action, count in counts.items() if count}


def _others(plan: Plan) -> Iterator[Html]:
    adopted = {step.name for change in plan.changes if change.action is Action.ADOPT for step in change.steps}
    unmanaged = [name(one) for one in plan.unmanaged if one not in adopted]
    if unmanaged:
        about = tag("p", own("In the registry, and left alone."), class_="about")
        listed = items(unmanaged, "records")
        yield section("Not managed by this configuration", about, listed, count=len(unmanaged))
    if plan.foreign:
        owned = [join([name(one), own(", owner "), name(owner)]) for one, owner in plan.foreign]
        about = tag("p", own("In the registry, and left alone."), class_="about")
        yield section("Owned by others", about, items(owned, "records"), count=len(owned))
