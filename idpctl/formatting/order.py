"""The canonical order of keys; comments travel with the key that they stand above."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.config.events import MAPPING
from idpctl.formatting.tree import BLANK
from idpctl.schema import store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from idpctl.formatting.tree import Node

_TOP = ("version", "owner", "registry", "include", "policies", "defaults", "guards", "providers", "moved")


def arrange(root: Node) -> None:
    """Put the keys of a configuration in order: providers and unknown keys stay as they are written."""
    kinds = store.load("config")["$defs"]
    _sort(root, _TOP)
    for name, node in _members(root):
        if name == "defaults":
            _sort_provider(node, kinds["defaults"]["properties"], kinds)
        elif name == "providers":
            for _, provider in _members(node):
                _sort_provider(provider, kinds["provider"]["properties"], kinds)
        elif name == "moved":
            for entry in node.entries:
                _sort(entry.value, list(kinds["moved"]["properties"]))


def _sort_provider(
    node: Node, fields: dict[str, object], kinds: dict[str, dict[str, dict[str, object]]]
) -> None:
    _sort(node, list(fields))
    for name, inner in _members(node):
        if name == "lifecycle":
            _sort(inner, list(kinds["lifecycle"]["properties"]))


def _members(node: Node) -> Iterator[tuple[str, Node]]:
    return ((entry.key.value, entry.value) for entry in node.entries if entry.key is not None)


def _sort(node: Node, names: Sequence[str]) -> None:
    if node.kind is not MAPPING or not node.entries:
        return
    first = node.entries[0]
    rank = {name: index for index, name in enumerate(names)}
    node.entries.sort(key=lambda entry: rank.get(entry.key.value if entry.key else "", len(rank)))
    now = node.entries[0]
    # The blank line that set the new first entry apart sets the former one apart now.
    if now is not first and now.above[:1] == [BLANK]:
        del now.above[0]
        if first.above[:1] != [BLANK]:
            first.above.insert(0, BLANK)
