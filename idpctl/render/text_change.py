"""One change as text; its first line is Terraform's, byte for byte, since tools match it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.model import FIELDS, Origin, ReplaceOrder
from idpctl.plan import Action, Reason
from idpctl.render.problems import plural
from idpctl.render.safe import quoted, word, words
from idpctl.render.text_field import INDENT, field_lines, value_line
from idpctl.render.vocabulary import RESOURCE_TYPE, TITLES, address, call, meanwhile, unchanged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idpctl.model import Record
    from idpctl.plan import Change
    from idpctl.render.style import Palette

_USERS = 10
_CONTEXT = 2


def change_lines(change: Change, colors: Palette, *, context: bool, verbose: bool) -> list[str]:
    """Return the block of one change; `context` adds which fields stay, `verbose` names all of them."""
    lines = [*_title(change, colors), _head(change, colors)]
    if change.before is None:
        lines.extend(_coming(change, colors))
    elif change.desired is None:
        lines.extend(_going(change.before, colors))
    else:
        lines.extend(field_lines(change, colors))
        if context and change.action in {Action.UPDATE, Action.REPLACE}:
            lines.extend(_unchanged(change, verbose=verbose))
    lines.extend(_impact(change, colors))
    return lines


def _title(change: Change, colors: Palette) -> Iterator[str]:
    name = address(change.address)
    previous = None if change.previous_address is None else address(change.previous_address)
    if change.action is Action.MOVE:
        bold, reset = colors.bold, colors.reset
        yield f"{bold}  # {previous}{reset} has moved to {bold}{name}{reset}"
        return
    end = TITLES[change.action].format(red=colors.bold + colors.red)
    if change.reason is Reason.DEPOSED and change.before is not None:
        name = f"{name} (deposed object {word(change.before.ref)})"
        yield f"{colors.bold}  # {name}{colors.reset} {end}{colors.reset}"
        yield "  # (left over from a partially-failed replacement of this instance)"
        return
    yield f"{colors.bold}  # {name}{colors.reset} {end}{colors.reset}"
    if change.reason is Reason.UNDECLARED:
        yield f"  # (because {name} is not in configuration)"
    if previous is not None:
        yield f"  # (moved from {previous})"


def _head(change: Change, colors: Palette) -> str:
    source = change.source
    notes = [] if source is None else [f"{word(source.file)}:{source.line}"]
    if change.drifted:
        notes.append("changed outside idpctl")
    if change.action is Action.ADOPT and change.before is not None:
        notes.append(f"record {word(change.before.ref)}; only the mark is written, values stay as they are")
    if change.action is Action.MOVE:
        notes.append("only the mark changes")
    tail = f"   ({', '.join(notes)})" if notes else ""
    return f"{_symbol(change, colors)} {RESOURCE_TYPE} {quoted(change.address)}{tail}"


def _symbol(change: Change, colors: Palette) -> str:
    green, red, yellow, reset = colors.green, colors.red, colors.yellow, colors.reset
    if change.action is Action.REPLACE:
        if change.order is ReplaceOrder.DELETE_FIRST:
            return f"{red}-{reset}/{green}+{reset}"
        return f"{green}+{reset}/{red}-{reset}"
    if change.action is Action.CREATE:
        return f"  {green}+{reset}"
    if change.action is Action.DELETE:
        return f"  {red}-{reset}"
    return f"  {yellow}~{reset}" if change.action is Action.UPDATE else "   "


def _coming(change: Change, colors: Palette) -> Iterator[str]:
    desired = change.desired
    if desired is None:
        return
    sign = f"{colors.green}+{colors.reset}"
    for path in FIELDS:
        value, origin = getattr(desired.idp, path), desired.provenance.of(path)
        if value != "":
            yield value_line(sign, path, value, "" if origin is Origin.CONFIG else f"   ({origin})")
    for key in sorted(desired.declared.properties):
        yield value_line(sign, f"properties.{key}", desired.idp.properties.get(key))


def _going(record: Record, colors: Palette) -> Iterator[str]:
    """Yield the fields of a record that goes; its extras are the registry's own and may be secret."""
    sign = f"{colors.red}-{colors.reset}"
    for path in FIELDS:
        value = getattr(record.idp, path)
        if value != "":
            yield value_line(sign, path, value)
    extras = len(record.idp.properties)
    if extras:
        yield f"{INDENT}  # and {plural(extras, 'property', 'properties')}"


def _unchanged(change: Change, *, verbose: bool) -> Iterator[str]:
    names = unchanged(change)
    if names:
        most = len(names) if verbose else _CONTEXT
        rest = ", ..." if len(names) > most else ""
        yield f"{INDENT}  # {len(names)} unchanged: {', '.join(map(word, names[:most]))}{rest}"


def _impact(change: Change, colors: Palette) -> Iterator[str]:
    if change.action is Action.REPLACE:
        calls = ", ".join(call(step) for step in change.steps)
        red, reset = (colors.red, colors.reset) if change.gap else ("", "")
        yield f"{INDENT}order: {calls}; {red}{meanwhile(change)}{reset}"
    if change.usage and change.action in {Action.REPLACE, Action.DELETE}:
        yield f"{INDENT}{colors.red}used by:{colors.reset} {words(change.usage, _USERS)}"
