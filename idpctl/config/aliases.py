"""Anchors and aliases, within a budget: shared objects are cheap to build, and costly to walk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.text import quote

if TYPE_CHECKING:
    from idpctl.config.events import Event
    from idpctl.config.reading import Reading
    from idpctl.model import Json

MOST_DEPTH = 50
MOST_ALIASED = 10_000


class Anchors:
    """What the anchors of one file stand for."""

    __slots__ = ("_aliased", "_nodes", "_reading")

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        # A node that is still open has no value yet: an alias to it would be endless.
        self._nodes: dict[str, tuple[Json, int, int] | None] = {}
        self._aliased = 0

    def open(self, name: str) -> None:
        """Note that the node `name` has begun."""
        self._nodes[name] = None

    def close(self, name: str, value: Json, size: int = 1, height: int = 0) -> None:
        """Note the value of the node `name`: it holds `size` values in all, on `height` levels."""
        self._nodes[name] = (value, size, height)

    def follow(self, event: Event, depth: int) -> tuple[Json, int, int]:
        """Return what an alias at `depth` stands for, as noted; stop where it may not be used."""
        name, mark = event.anchor or "", event.start_mark
        if name not in self._nodes:
            self._reading.stop("YML-13", f"there is no anchor {quote(name)} before this alias", mark)
        node = self._nodes[name]
        if node is None:
            self._reading.stop("YML-13", f"the alias {quote(name)} stands inside what it repeats", mark)
        _, size, height = node
        self._aliased += size
        if self._aliased > MOST_ALIASED:
            self._reading.stop("YML-13", f"aliases expand to more than {MOST_ALIASED:,} values", mark)
        if depth + height > MOST_DEPTH + 1:
            self._reading.stop("YML-07", f"aliases nest deeper than {MOST_DEPTH} levels", mark)
        return node
