"""Comments that cannot be written where they stand go above the entry that they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.config.events import ALIAS

if TYPE_CHECKING:
    from idpctl.formatting.tree import Entry, Node


def hoist(node: Node) -> None:
    """Move comments below `node`: behind aliases, blocks of text and dashes there is no room for one.

    The same goes for the line between a dash and the first key of its mapping.
    """
    for entry in node.entries:
        hoist(entry.value)
        inner = entry.value.entries if entry.key is None and not entry.value.flow else []
        if (inner or entry.value.kind is ALIAS or entry.value.style in {"|", ">"}) and entry.behind:
            entry.above.append(entry.behind)
            entry.behind = ""
        for first in inner[:1]:
            _lift(first, entry)


def _lift(first: Entry, item: Entry) -> None:
    item.above += filter(None, first.above)
    first.above.clear()
