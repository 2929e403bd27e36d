"""A plan as text: what a person in a hurry must see comes first and is never folded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.plan import Action
from idpctl.render.order import by_danger
from idpctl.render.problems import hidden, plural, problem_lines, tally
from idpctl.render.safe import sentence, word, words
from idpctl.render.text_change import change_lines
from idpctl.render.text_trust import trust_lines
from idpctl.render.vocabulary import no_changes, own_counts, totals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idpctl.plan import Gate, Plan
    from idpctl.render.style import Palette

# From here on the context of single changes is left out: it would hide the changes.
_LARGE = 100
_NAMES = 20
_WIDEST_FLAG = 60


def plan_text(plan: Plan, colors: Palette, *, verbose: bool) -> str:
    """Return the whole text; sections are separated by an empty line."""
    sections = [
        _header(plan, colors),
        trust_lines(plan, colors),
        *_changes(plan, colors, verbose=verbose),
        _checks(plan, colors, verbose=verbose),
        left_alone(plan, verbose=verbose),
        _gates(plan, colors),
        [*_result(plan, colors)],
    ]
    return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"


def _header(plan: Plan, colors: Palette) -> list[str]:
    what = "destroy" if plan.options.destroy else "plan"
    target = f"{sentence(str(plan.target))}, {plan.records} in registry, {plan.declared} declared"
    lines = [f"idpctl {what}: {target}"]
    if not plan.complete:
        lines.append(_partial(plan, colors))
    return lines


def _partial(plan: Plan, colors: Palette) -> str:
    only = ", ".join(f"--only {word(pattern)}" for pattern in plan.options.only)
    loud = f"{colors.bold}{colors.yellow}PARTIAL PLAN{colors.reset}"
    return f"{loud} ({only}): nothing is said about other providers."


def _changes(plan: Plan, colors: Palette, *, verbose: bool) -> Iterator[list[str]]:
    context = verbose or len(plan.changes) <= _LARGE
    for change in by_danger(plan.changes):
        yield change_lines(change, colors, context=context, verbose=verbose)


def _checks(plan: Plan, colors: Palette, *, verbose: bool) -> list[str]:
    if not plan.problems:
        return []
    more = " (-v shows all)" if not verbose and hidden(plan.problems) else ""
    title = f"Checks: {tally(plan.problems)}{more}"
    return [title, *problem_lines(plan.problems, colors, verbose=verbose)]


def left_alone(plan: Plan, *, verbose: bool) -> list[str]:
    """Return a line for the records of nobody and one for those of others, where there are any."""
    lines = []
    adopted = {step.name for change in plan.changes if change.action is Action.ADOPT for step in change.steps}
    unmanaged = [name for name in plan.unmanaged if name not in adopted]
    if unmanaged:
        names = words(unmanaged, len(unmanaged) if verbose else _NAMES)
        lines.append(f"Not managed by this configuration (left alone): {names}")
    if plan.foreign:
        shown = plan.foreign if verbose else plan.foreign[:_NAMES]
        owned = ", ".join(f"{word(name)} (owner {word(owner)})" for name, owner in shown)
        more = f" and {len(plan.foreign) - len(shown)} more" if len(plan.foreign) > len(shown) else ""
        lines.append(f"Owned by others (left alone): {owned}{more}")
    return lines


def _gates(plan: Plan, colors: Palette) -> list[str]:
    if not plan.gates:
        return []
    flags = [sentence(gate.flag) for gate in plan.gates]
    width = min(max(map(len, flags)), _WIDEST_FLAG)
    title = "Needs to be allowed:" if plan.blocked else "Allowed:"
    lines = (_gate(gate, flag, width, colors) for gate, flag in zip(plan.gates, flags, strict=True))
    return [title, *lines]


def _gate(gate: Gate, flag: str, width: int, colors: Palette) -> str:
    state = f"{colors.green}allowed{colors.reset}" if gate.allowed else f"{colors.red}blocked{colors.reset}"
    return f"  {state}  {flag:<{width}}  {sentence(gate.message)}"


def _result(plan: Plan, colors: Palette) -> Iterator[str]:
    """Yield the last lines: Terraform's own, then ours, so that a glance at the end is enough."""
    if not plan.complete and plan.changes:
        yield _partial(plan, colors)
    yield from count_lines(plan, colors)
    blocked = [sentence(gate.flag) for gate in plan.blocked]
    more = f" and {len(blocked) - _NAMES} more" if len(blocked) > _NAMES else ""
    closed = f"   {colors.red}Blocked:{colors.reset} {', '.join(blocked[:_NAMES])}{more}" if blocked else ""
    yield f"Fingerprint: {plan.fingerprint}{closed}"
    if plan.errored:
        failed = sum(problem.blocks for problem in plan.problems)
        yield f"{colors.red}Error: {colors.reset}nothing can be applied: {plural(failed, 'check')} failed"


def count_lines(plan: Plan, colors: Palette) -> Iterator[str]:
    """Yield Terraform's line of counts, or its sentence for none, and our own."""
    summary = plan.summary()
    if not plan.changes:
        if not plan.errored:
            bold, green, reset = colors.bold, colors.green, colors.reset
            yield f"{bold}{green}No changes.{reset}{bold} {no_changes(plan)}{reset}"
        others = len(plan.unmanaged) + len(plan.foreign)
        yield f"idpctl: {plan.declared} declared, {summary.unchanged} as wanted; {others} not managed here"
        return
    yield f"{colors.bold}Plan:{colors.reset} {totals(summary)}"
    yield f"idpctl: {own_counts(summary)}"
