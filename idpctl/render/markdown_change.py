"""One change as Markdown: its row of the table, and its difference."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from idpctl.model import ReplaceOrder
from idpctl.plan import Action, Reason
from idpctl.render.markdown_text import code, fence, spans
from idpctl.render.style import PLAIN
from idpctl.render.text_change import change_lines
from idpctl.render.vocabulary import CAUSES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idpctl.plan import Change

_FIELDS = 6
_REASONS = {
    Reason.DECLARED: "configuration",
    Reason.UNDECLARED: "not in the configuration",
    Reason.DEPOSED: "left over from a replacement",
    Reason.RENAMED_KEY: "key renamed",
}
_SIGN = re.compile(r"^( *)([-+~#])(?= )")


def table_row(change: Change) -> str:
    """Return the row of a change, with the end of its line."""
    paths = [field.path for field in change.fields]
    # A create's fields are all of them.
    fields = spans(paths, _FIELDS) if change.action is not Action.CREATE else ""
    causes = list(dict.fromkeys(CAUSES[field.cause] for field in change.fields))
    why = ", ".join(causes or [_REASONS.get(change.reason, str(change.reason))])
    source = "" if change.source is None else code(f"{change.source.file}:{change.source.line}")
    cells = (code(change.address), _action(change), fields, why, source)
    return f"| {' | '.join(cells)} |\n"


def _action(change: Change) -> str:
    if change.action is Action.REPLACE:
        first = "delete first" if change.order is ReplaceOrder.DELETE_FIRST else "create first"
        return f"**replace** ({first}, {'GAP' if change.gap else 'no gap'})"
    if change.action is Action.DELETE:
        return "**delete**"
    trust = ", **trust change**" if change.trust else ""
    return str(change.action) + trust


def detail(change: Change, *, context: bool) -> str:
    """Return the difference; `context` adds which fields stay."""
    lines = _in_the_margin(change_lines(change, PLAIN, context=context, verbose=False))
    return "\n".join(fence(lines, "diff")) + "\n\n"


def _in_the_margin(lines: list[str]) -> Iterator[str]:
    """Yield the lines with their signs where the colours of a diff look for them: `!` is a change."""
    for line in lines:
        found = _SIGN.match(line)
        if found is None:
            yield line
            continue
        sign = "!" if found[2] == "~" else found[2]
        yield f"{sign}{found[1]}{line[found.end() :]}"
