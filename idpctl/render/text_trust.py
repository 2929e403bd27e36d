"""Changes of whom the gateway believes: a section of their own, before everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.plan import GateKind
from idpctl.render.contrast import contrast
from idpctl.render.safe import word
from idpctl.render.vocabulary import CAUSES, host

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idpctl.plan import Change, FieldChange, Plan
    from idpctl.render.style import Palette


def trust_lines(plan: Plan, colors: Palette) -> list[str]:
    """Return the section, empty where nothing changes whom to trust."""
    closed = {gate.address for gate in plan.blocked if gate.kind is GateKind.TRUST_CHANGE}
    lines = [
        line
        for change in plan.changes
        for field in change.trust
        for line in _lines(
            change, field, "" if change.address in closed or not closed else " allowed", colors
        )
    ]
    if not lines:
        return []
    state = "need --allow-trust-change KEY" if closed else "allowed"
    return [f"{colors.bold}{colors.red}Trust changes{colors.reset} ({state}):", *lines]


def _lines(change: Change, field: FieldChange, state: str, colors: Palette) -> Iterator[str]:
    old, new = host(field.before), host(field.after)
    hosts = bool(old and new and old != new)
    label = word(field.path) + (" host" if hosts else "")
    left, right, pointer = contrast(*((old, new) if hosts else (field.before, field.after)), point=True)
    if hosts and not pointer:
        left, right = word(old), word(new)
    lead = f"{word(change.address)}  {label}  "
    mark = f"  {colors.red}!{colors.reset} "
    tail = f"   [{CAUSES[field.cause]}]{state}"
    if not pointer:
        yield f"{mark}{lead}{left} -> {right}{tail}"
        return
    column = 4 + len(lead)
    yield f"{mark}{lead}{left}"
    yield f"{'-> ':>{column}}{right}{tail}"
    yield " " * column + pointer
