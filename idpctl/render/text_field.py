"""The lines of a change's fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.model import Origin
from idpctl.plan import Cause
from idpctl.render.contrast import contrast, is_pointed_at
from idpctl.render.safe import shown, word, words
from idpctl.render.vocabulary import CAUSES, FORCES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from idpctl.model import Json
    from idpctl.plan import Change, FieldChange
    from idpctl.render.style import Palette

INDENT = " " * 6
_COLUMN = 24
_FORCES = f"   # {FORCES}"
_MARK = "mark."
_APPLIED = "mark.applied."


def value_line(sign: str, path: str, value: Json, tail: str = "") -> str:
    """Return the line of a field that comes or goes."""
    return f"{INDENT}{sign} {_label(path)}{shown(value)}{tail}"


def field_lines(change: Change, colors: Palette) -> Iterator[str]:
    """Yield the lines of each field that differs, and of what idpctl keeps in the record beside them."""
    fields = [field for field in change.fields if not field.path.startswith(_MARK)]
    # The head of the change says so already.
    plain = {Cause.CONFIG}
    if all(field.cause is Cause.REGISTRY_DRIFT for field in fields):
        plain.add(Cause.REGISTRY_DRIFT)
    for field in fields:
        notes = f"   ({field.origin})" if field.origin is not Origin.CONFIG else ""
        if field.cause not in plain:
            notes += f"   [{CAUSES[field.cause]}]"
        yield from difference_lines(field, notes + (_FORCES if field.immutable else ""), colors)
    yield from _mark_lines([field for field in change.fields if field.path.startswith(_MARK)], colors)


def _label(path: str) -> str:
    label = word(path)
    return f"{label:<{_COLUMN}}" if len(label) < _COLUMN else f"{label} "


def difference_lines(field: FieldChange, tail: str, colors: Palette) -> Iterator[str]:
    """Yield the lines of one field that differs, `tail` behind the new value."""
    if field.before is None:
        yield value_line(f"{colors.green}+{colors.reset}", field.path, field.after, tail)
        return
    if field.after is None:
        yield value_line(f"{colors.red}-{colors.reset}", field.path, field.before, f" -> (not set){tail}")
        return
    label = _label(field.path)
    before, after, pointer = contrast(field.before, field.after, point=is_pointed_at(field.path))
    lead = f"{INDENT}{colors.yellow}~{colors.reset} {label}{before}"
    if not pointer:
        yield f"{lead} -> {after}{tail}"
        return
    # One above the other, so that the eye finds what the caret points at.
    column = len(INDENT) + 2 + len(label)
    yield lead
    yield f"{'-> ':>{column}}{after}{tail}"
    yield " " * column + pointer


def _mark_lines(fields: Sequence[FieldChange], colors: Palette) -> Iterator[str]:
    sign = f"{colors.yellow}~{colors.reset}"
    remembered = tuple(
        field.path.removeprefix(_APPLIED) for field in fields if field.path.startswith(_APPLIED)
    )
    for field in fields:
        if field.path == "mark.protect":
            why = "protected from now on" if field.after else "no longer protected"
            yield f"{INDENT}{sign} {_label(field.path)}{_arrow(field)}   ({why})"
        elif not field.path.startswith(_APPLIED):
            yield f"{INDENT}{sign} {_label(field.path)}{_arrow(field)}"
    if remembered:
        names = words(remembered, len(remembered))
        yield f"{INDENT}{sign} {_label('mark.applied')}{names}   (as wanted already, now remembered)"


def _arrow(field: FieldChange) -> str:
    return f"{shown(field.before)} -> {shown(field.after)}"
